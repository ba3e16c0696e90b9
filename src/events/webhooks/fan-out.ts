// From events to deliveries. Each endpoint has a cursor in the events, which moves in the batch that makes the deliveries: an event
// is told exactly as often as its delivery succeeds at once, and never passed over, whenever the process ends.
import { and, eq, isNull, type SQL, sql } from 'drizzle-orm';
import type { EndpointId } from '../../core/ids.ts';
import { deliveries, endpoints } from '../../db/schema/webhooks.ts';
import type { Deps } from '../../deps.ts';
import { matchesType } from '../feed.ts';

const endpointsMax = 50;
const eventsMax = 1000;
const roundsMax = 20;

/** Makes the deliveries of all new events, and has them sent. */
export async function fanOutAndDeliver(deps: Pick<Deps, 'db' | 'clock' | 'queues'>): Promise<void> {
  for (let round = 0; round < roundsMax; round++) {
    const behind = await laggingEndpoints(deps);
    for (const id of await fanOut(deps, behind)) await deps.queues.deliveries.send({ v: 1, type: 'deliver', id });
    if (behind.length === 0) return;
  }
}

interface LaggingEndpoint {
  id: EndpointId;
  from: number;
  to: number;
}

/** Endpoints with events beyond their cursor, and how far they may go at once. */
async function laggingEndpoints({ db }: Pick<Deps, 'db'>): Promise<LaggingEndpoint[]> {
  const to = sql<number>`(
    select max(seq) from (
      select e.seq from events e where e.organization_id = ${endpoints.organizationId} and e.seq > ${endpoints.eventCursor}
      order by e.seq limit ${eventsMax}))`;
  return db
    .select({ id: endpoints.id, from: endpoints.eventCursor, to })
    .from(endpoints)
    .where(and(eq(endpoints.status, 'enabled'), isNull(endpoints.deletedAt), sql`${to} is not null`))
    .limit(endpointsMax);
}

/** The endpoints that got deliveries. Of two that move the same cursor one does it, the other one nothing. */
async function fanOut({ db, clock }: Pick<Deps, 'db' | 'clock'>, behind: LaggingEndpoint[]): Promise<EndpointId[]> {
  const moves = behind.map(({ id, from, to }) => [
    db
      .update(endpoints)
      .set({ eventCursor: to })
      .where(and(eq(endpoints.id, id), eq(endpoints.eventCursor, from), eq(endpoints.status, 'enabled'))),
    insertDeliveries(db, id, clock.now(), sql`changes() > 0 and e.seq > ${from} and e.seq <= ${to}`),
  ]);
  const [first, ...rest] = moves.flat();
  if (!first) return [];
  const results = await db.batch([first, ...rest]);
  return behind.flatMap(({ id }, i) => (results[2 * i + 1]?.meta.changes ? [id] : []));
}

/** Deliveries, due at once, of the events `e` that meet the condition and that the endpoint `w` wants and has no delivery of. */
export function insertDeliveries(db: Deps['db'], id: EndpointId, now: number, condition: SQL) {
  const deliveryId = sql`'dlv_' || substr(e.id, 5, 10) || lower(hex(randomblob(8)))`;
  return db.insert(deliveries).select(
    sql`select ${deliveryId}, w.id, e.id, e.type, 'pending', 0, 0, ${now}, e.created_at, ${now}
      from events e join webhook_endpoints w on w.id = ${id} and e.organization_id = w.organization_id
      where ${condition} and ${isSubscribed} on conflict do nothing`,
  );
}

/** A test goes to the endpoint that it is for; other events where namespaces and types allow. */
const isSubscribed = sql`case e.type when 'webhook.test' then e.subject_id = w.id else
  (w.namespace_ids is null or e.namespace_id in (select value from json_each(w.namespace_ids)))
  and (w.event_filters is null
    or exists (select 1 from json_each(w.event_filters) f where ${matchesType(sql`e.type`, sql`f.value`)})) end`;
