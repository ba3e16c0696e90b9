// Deliveries as the owner of an endpoint sees them: listed, looked at, asked for again. Sending is the consumer's.
import { and, asc, desc, eq, gte, lt, type SQL, sql } from 'drizzle-orm';
import type { DeliveryState } from '../../contract/states.ts';
import { iso } from '../../core/clock.ts';
import type { DeliveryId, EndpointId } from '../../core/ids.ts';
import { type Page, type PageRequest, pageOf } from '../../core/page.ts';
import { Problem } from '../../core/problem.ts';
import { previousChanged } from '../../db/client.ts';
import { events } from '../../db/schema/events.ts';
import { attempts, deliveries, endpoints } from '../../db/schema/webhooks.ts';
import type { Deps } from '../../deps.ts';
import type { EventRow } from '../event-line.ts';
import { matchesType, type Reader } from '../feed.ts';
import { record } from '../record.ts';
import { type Endpoint, type EndpointManager, eventOf, selectEndpoint, visibleTo } from './endpoints.ts';
import { insertDeliveries } from './fan-out.ts';

export type Delivery = typeof deliveries.$inferSelect;
export type Attempt = typeof attempts.$inferSelect;

type WriteDeps = Pick<Deps, 'db' | 'clock' | 'ids' | 'queues' | 'defer'>;

export interface DeliveryFilter {
  status?: DeliveryState;
  eventType?: string;
  eventId?: string;
  /** Of the event. */
  since?: number;
  until?: number;
}

/** Newest events first. Undefined, here and below: there is no such endpoint, or delivery, for this key. */
export async function listDeliveries(
  { db }: Pick<Deps, 'db'>,
  who: Reader,
  id: EndpointId,
  { status, eventType, eventId, since, until }: DeliveryFilter,
  { limit, cursor }: PageRequest,
): Promise<Page<Delivery> | undefined> {
  const [[endpoint], rows] = await db.batch([
    selectEndpoint(db, who, id),
    db
      .select()
      .from(deliveries)
      .where(
        and(
          eq(deliveries.endpointId, id),
          status === undefined ? undefined : eq(deliveries.status, status),
          eventType === undefined ? undefined : matchesType(sql`${deliveries.eventType}`, sql`${eventType}`),
          eventId === undefined ? undefined : eq(sql`${deliveries.eventId}`, eventId),
          since === undefined ? undefined : gte(deliveries.createdAt, since),
          until === undefined ? undefined : lt(deliveries.createdAt, until),
          cursor === undefined ? undefined : lt(sql`${deliveries.id}`, cursor),
        ),
      )
      .orderBy(desc(deliveries.id))
      .limit(limit + 1),
  ]);
  return endpoint && pageOf(rows, limit, (row) => row.id);
}

export interface DeliveryDetails {
  delivery: Delivery;
  attempts: Attempt[];
  event: EventRow;
}

export async function deliveryDetails(
  { db }: Pick<Deps, 'db'>,
  who: Reader,
  id: EndpointId,
  deliveryId: DeliveryId,
): Promise<DeliveryDetails | undefined> {
  const one = and(eq(deliveries.id, deliveryId), eq(deliveries.endpointId, id));
  const eventId = sql`(select ${deliveries.eventId} from ${deliveries} where ${one})`;
  const [[endpoint], [delivery], made, [event]] = await db.batch([
    selectEndpoint(db, who, id),
    db.select().from(deliveries).where(one),
    db.select().from(attempts).where(eq(attempts.deliveryId, deliveryId)).orderBy(asc(attempts.number)),
    db.select().from(events).where(eq(events.id, eventId)),
  ]);
  return endpoint && delivery && event && { delivery, attempts: made, event };
}

/** One delivery again, from the beginning of its schedule, however it ended. Its receiver gets the same `webhook-id`. */
export async function redeliver(
  deps: WriteDeps,
  who: EndpointManager,
  id: EndpointId,
  deliveryId: DeliveryId,
): Promise<Delivery | undefined> {
  const { db } = deps;
  const one = and(eq(deliveries.id, deliveryId), eq(deliveries.endpointId, id));
  const data = sql`json_object('delivery_id', ${deliveryId}, 'event_id', (select ${deliveries.eventId} from ${deliveries} where ${one}))`;
  const [, , [endpoint], [delivery]] = await db.batch([
    db
      .update(deliveries)
      .set(restartedSchedule(deps))
      .where(and(one, acceptsDeliveries(who, id))),
    record(deps, { ...eventOf(who, id), type: 'webhook.redelivered', data }, previousChanged),
    selectEndpoint(db, who, id),
    db.select().from(deliveries).where(one),
  ]);
  if (!endpoint || !delivery) return undefined;
  enqueueDelivery(deps, endpoint);
  return delivery;
}

/** How far back a period may begin: well within the time for which deliveries are kept. */
const recoverableMs = 14 * 24 * 3600 * 1000;

export interface Recovery {
  since: number;
  until: number;
  /** How many are under way again, or for the first time. */
  deliveries: number;
}

/** SQL: the number of the event that tells of the making of the endpoint `w`. */
const firstEventSeq = sql`(select min(f.seq) from events f where f.subject_id = w.id)`;

/** What failed in a period, and what happened in it while the endpoint was disabled. Times are the events'. */
export async function recover(
  deps: WriteDeps,
  who: EndpointManager,
  id: EndpointId,
  period: { since: number; until: number | undefined },
): Promise<Recovery | undefined> {
  const { db, clock } = deps;
  const now = clock.now();
  const since = Math.max(period.since, now - recoverableMs);
  const until = period.until ?? now;
  const allowed = acceptsDeliveries(who, id);
  const data = { since: iso(since), until: iso(until) };
  const [, failed, missed, [endpoint]] = await db.batch([
    record(deps, { ...eventOf(who, id), type: 'webhook.recovered', data }, allowed),
    db
      .update(deliveries)
      .set(restartedSchedule(deps))
      .where(
        and(
          eq(deliveries.endpointId, id),
          eq(deliveries.status, 'failed'),
          gte(deliveries.createdAt, since),
          lt(deliveries.createdAt, until),
          allowed,
        ),
      ),
    insertDeliveries(
      db,
      id,
      now,
      sql`e.created_at >= ${since} and e.created_at < ${until} and e.seq between ${firstEventSeq} and w.event_cursor and ${allowed}`,
    ),
    selectEndpoint(db, who, id),
  ]);
  if (!endpoint) return undefined;
  enqueueDelivery(deps, endpoint);
  return { since, until, deliveries: failed.meta.changes + missed.meta.changes };
}

/** An event that is told to this endpoint only, whatever it wants. */
export async function sendTest(deps: WriteDeps, who: EndpointManager, id: EndpointId): Promise<Delivery | undefined> {
  const { db, clock } = deps;
  const newest = sql`(select e.id from events e where e.subject_id = ${id} and e.type = 'webhook.test' order by e.seq desc limit 1)`;
  const [, , [endpoint], [delivery]] = await db.batch([
    record(deps, { ...eventOf(who, id), type: 'webhook.test' }, acceptsDeliveries(who, id)),
    insertDeliveries(db, id, clock.now(), sql`changes() > 0 and e.id = ${newest}`),
    selectEndpoint(db, who, id),
    db
      .select()
      .from(deliveries)
      .where(and(eq(deliveries.endpointId, id), eq(deliveries.eventId, newest))),
  ]);
  if (!endpoint) return undefined;
  enqueueDelivery(deps, endpoint);
  return delivery;
}

/** SQL: the endpoint is there for this key, and enabled. */
function acceptsDeliveries(who: Reader, id: EndpointId): SQL {
  return sql`exists (select 1 from ${endpoints} where ${and(eq(endpoints.id, id), eq(endpoints.status, 'enabled'), visibleTo(who))})`;
}

function restartedSchedule({ clock }: Pick<Deps, 'clock'>) {
  const now = clock.now();
  return { status: 'pending' as const, scheduleFrom: sql`${deliveries.attempts}`, nextAt: now, updatedAt: now };
}

function enqueueDelivery({ queues, defer }: WriteDeps, { id, status }: Endpoint): void {
  if (status === 'disabled')
    throw new Problem('conflict', 'The webhook is disabled; enable it first', { details: { resource: 'webhook', id } });
  defer(queues.deliveries.send({ v: 1, type: 'deliver', id }));
}
