// Creates deliveries from events. Each endpoint has a cursor in the events, which moves in the batch that inserts the deliveries. So every
// event gets exactly one delivery per endpoint, whenever the process dies.
import { and, eq, isNull, type SQL, sql } from 'drizzle-orm';
import type { EndpointId } from '../../core/ids.ts';
import { previousChanged, qualified } from '../../db/client.ts';
import { events } from '../../db/schema/events.ts';
import { deliveries, endpoints } from '../../db/schema/webhooks.ts';
import type { Deps } from '../../deps.ts';
import { matchesType } from '../feed.ts';

const endpointsMax = 50;
const eventsMax = 1000;
const roundsMax = 20;

/** Creates the deliveries of all new events and enqueues them. */
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

/** Finds endpoints with events beyond their cursor, and how far the cursor moves in one batch. */
async function laggingEndpoints({ db }: Pick<Deps, 'db'>): Promise<LaggingEndpoint[]> {
  const to = sql<number>`(
    select max(seq) from (
      select ${events.seq} as seq from ${events}
      where ${events.organizationId} = ${endpoints.organizationId} and ${events.seq} > ${endpoints.eventCursor}
      order by ${events.seq} limit ${eventsMax}))`;
  return db
    .select({ id: endpoints.id, from: endpoints.eventCursor, to: qualified(to) })
    .from(endpoints)
    .where(and(eq(endpoints.status, 'enabled'), isNull(endpoints.deletedAt), sql`${to} is not null`))
    .limit(endpointsMax);
}

/** Moves the cursors and returns the endpoints with new deliveries. If two workers move the same cursor, only one succeeds. */
async function fanOut({ db, clock }: Pick<Deps, 'db' | 'clock'>, behind: LaggingEndpoint[]): Promise<EndpointId[]> {
  const moves = behind.map(({ id, from, to }) => [
    db
      .update(endpoints)
      .set({ eventCursor: to })
      .where(and(eq(endpoints.id, id), eq(endpoints.eventCursor, from), eq(endpoints.status, 'enabled'))),
    insertDeliveries(
      db,
      id,
      clock.now(),
      sql`${previousChanged} and ${events.seq} > ${from} and ${events.seq} <= ${to}`,
    ),
  ]);
  const [first, ...rest] = moves.flat();
  if (!first) return [];
  const results = await db.batch([first, ...rest]);
  // Each endpoint has two statements, and the second one inserts its deliveries.
  return behind.flatMap(({ id }, i) => (results[2 * i + 1]?.meta.changes ? [id] : []));
}

/**
 * Statement that inserts a delivery, due immediately, for each event that meets the condition and that the endpoint subscribes to,
 * unless it has one. The condition is on rows of events and webhook_endpoints.
 */
export function insertDeliveries(db: Deps['db'], id: EndpointId, now: number, condition: SQL) {
  const deliveryId = sql`'dlv_' || substr(${events.id}, 5, 10) || lower(hex(randomblob(8)))`;
  return db.insert(deliveries).select(
    sql`select ${deliveryId}, ${endpoints.id}, ${events.id}, ${events.type}, 'pending', 0, 0, ${now}, ${events.createdAt}, ${now}
      from ${events} join ${endpoints} on ${endpoints.id} = ${id} and ${events.organizationId} = ${endpoints.organizationId}
      where ${condition} and ${isSubscribed} on conflict do nothing`,
  );
}

/** SQL: a test event is for this endpoint; any other event passes its filters of namespaces and types. */
const isSubscribed = sql`case ${events.type} when 'webhook.test' then ${events.subjectId} = ${endpoints.id} else
  (${endpoints.namespaceIds} is null or ${events.namespaceId} in (select value from json_each(${endpoints.namespaceIds})))
  and (${endpoints.eventFilters} is null
    or exists (select 1 from json_each(${endpoints.eventFilters}) allowed where ${matchesType(sql`${events.type}`, sql`allowed.value`)})) end`;
