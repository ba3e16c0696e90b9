// Creates deliveries from events. Each endpoint has an event cursor, which moves in the batch that inserts the deliveries. So every
// event gets exactly one delivery per endpoint, even if the process dies.
import { and, eq, isNull, type SQL, sql } from 'drizzle-orm';
import { webhooks } from '../../contract/features/webhooks/limits.ts';
import type { EndpointId, EventId } from '../../core/ids.ts';
import { previousChanged, readTogether, type Statement, writeAndRead } from '../../db/client.ts';
import { events, progress } from '../../db/schema/events.ts';
import type { Deps } from '../../deps.ts';
import { matchesType } from '../../events/feed.ts';
import { runIsolated, sendAll } from '../../events/send-all.ts';
import { deliverMessages, type Ready, readyColumns } from './lanes.ts';
import { deliveries, endpoints } from './tables.ts';

const { endpointsMax, eventsMax, roundsMax } = webhooks.fanOut;

type FanOutDeps = Pick<Deps, 'db' | 'clock' | 'queues' | 'log'>;

/** Creates and enqueues deliveries for new events. After a few rounds, another message continues. */
export async function fanOutAndDeliver(deps: FanOutDeps): Promise<void> {
  let last: EventId | undefined;
  for (let round = 0; round < roundsMax; round++) {
    const next = await nextEvents(deps);
    if (!next) return;
    last = next.last;
    const { ready, hasMore } = await fanOut(deps, next);
    await sendAll(deps, 'deliveries', deliverMessages(ready));
    if (!hasMore) return;
  }
  if (last) await deps.queues.deliveries.send({ v: 1, type: 'fan-out', id: last });
}

/** New events of all organizations, and the endpoints that are behind. */
interface NewEvents {
  from: number;
  to: number;
  /** ID of the event at `to`. */
  last: EventId;
  behind: { id: EndpointId; from: number }[];
}

/** SQL: the `seq` of the last event whose deliveries exist for every endpoint. */
const fannedOutSeq = sql<number>`coalesce((select ${progress.seq} from ${progress} where ${progress.work} = 'fan-out'), 0)`;

/** SQL: the next events that not every endpoint has received, with their organizations. */
export const newEvents = sql`select ${events.seq} as seq, ${events.organizationId} as organization_id from ${events}
    where ${events.seq} > ${fannedOutSeq} order by ${events.seq} limit ${eventsMax}`;

async function nextEvents({ db }: Pick<Deps, 'db'>): Promise<NewEvents | undefined> {
  const to = sql<number | null>`(select max(seq) from (${newEvents}))`;
  const last = sql<EventId | null>`(select ${events.id} from ${events} where ${events.seq} = ${to})`;
  const { positions, behind } = await readTogether(db, {
    positions: db
      .select({ from: fannedOutSeq.as('from_seq'), to: to.as('to_seq'), last: last.as('last_id') })
      .from(sql`(select 1)`),
    behind: db
      .select({ id: endpoints.id, from: endpoints.eventCursor })
      .from(endpoints)
      .where(
        and(
          sql`${endpoints.organizationId} in (select organization_id from (${newEvents}))`,
          eq(endpoints.status, 'enabled'),
          isNull(endpoints.deletedAt),
          sql`${endpoints.eventCursor} < ${to}`,
        ),
      )
      .limit(endpointsMax),
  });
  const [position] = positions;
  if (!position || position.to === null || position.last === null) return undefined;
  return { from: position.from, to: position.to, last: position.last, behind };
}

interface Moved {
  /** Endpoints with due deliveries. */
  ready: Ready[];
  /** False if every endpoint has received all events. */
  hasMore: boolean;
}

/**
 * Moves the cursors and returns the endpoints with their number of lanes to wake: a worker that holds a lane needs no message. If two
 * workers move the same cursor, only one succeeds. The events are done when no endpoint is left. A failing endpoint is skipped (D43);
 * its cursor stays, so it gets the events later.
 */
async function fanOut(deps: FanOutDeps, { from, to, behind }: NewEvents): Promise<Moved> {
  const done = deps.db
    .insert(progress)
    .values({ work: 'fan-out', seq: to })
    .onConflictDoUpdate({ target: progress.work, set: { seq: to }, setWhere: eq(progress.seq, from) });
  const last = behind.length < endpointsMax ? [done] : [];
  try {
    return await moveAll(deps, behind, to, last);
  } catch (cause) {
    if (behind.length === 0) throw cause;
    const ready: Ready[] = [];
    await runIsolated(deps, behind, async function fanOutTo(_, endpoint) {
      ready.push(...(await moveAll(deps, [endpoint], to, [])).ready);
    });
    if (ready.length === 0 && last.length === 0) throw cause; // the next message would only repeat this immediately
    const { hasMore } = await moveAll(deps, [], to, last);
    return { ready, hasMore };
  }
}

async function moveAll(
  { db, clock }: FanOutDeps,
  behind: NewEvents['behind'],
  to: number,
  last: Statement[],
): Promise<Moved> {
  const moves = behind.flatMap((endpoint) => [
    db
      .update(endpoints)
      .set({ eventCursor: to })
      .where(
        and(eq(endpoints.id, endpoint.id), eq(endpoints.eventCursor, endpoint.from), eq(endpoints.status, 'enabled')),
      ),
    insertDeliveries(
      db,
      endpoint.id,
      clock.now(),
      sql`${previousChanged} and ${events.seq} > ${endpoint.from} and ${events.seq} <= ${to}`,
    ),
  ]);
  if (moves.length + last.length === 0) return { ready: [], hasMore: true };
  const ids = sql`(select value from json_each(${JSON.stringify(behind.map(({ id }) => id))}))`;
  const { left, ready } = await writeAndRead(db, [...moves, ...last], {
    ready: db.select(readyColumns(clock.now())).from(endpoints).where(sql`${endpoints.id} in ${ids}`),
    left: db.select({ seq: events.seq }).from(events).where(sql`${events.seq} > ${fannedOutSeq}`).limit(1),
  });
  return { ready, hasMore: left.length > 0 };
}

/**
 * Builds the statement that inserts a delivery, due immediately, for each subscribed event that meets the condition and has none yet.
 * The condition is on rows of events and webhook_endpoints.
 */
export function insertDeliveries(db: Deps['db'], id: EndpointId, now: number, condition: SQL) {
  const deliveryId = sql`'dlv_' || substr(${events.id}, 5, 10) || lower(hex(randomblob(8)))`;
  return db.insert(deliveries).select(
    sql`select ${deliveryId}, ${endpoints.id}, ${events.id}, ${events.type}, 'pending', 0, 0, ${now}, ${events.createdAt}, ${now}, ${events.seq} % ${webhooks.lanes}, '[]'
      from ${events} join ${endpoints} on ${endpoints.id} = ${id} and ${events.organizationId} = ${endpoints.organizationId}
      where ${condition} and ${isSubscribed} on conflict do nothing`,
  );
}

/** SQL: a test event is for this endpoint, and a summary for those that name it; any other event passes its namespace and type filters. */
const isSubscribed = sql`case ${events.type} when 'webhook.test' then ${events.subjectId} = ${endpoints.id} else
  (${endpoints.namespaceIds} is null or ${events.namespaceId} in (select value from json_each(${endpoints.namespaceIds})))
  and ((${endpoints.eventFilters} is null and ${events.type} <> 'attention.summary')
    or exists (select 1 from json_each(${endpoints.eventFilters}) allowed where ${matchesType(sql`${events.type}`, sql`allowed.value`)})) end`;
