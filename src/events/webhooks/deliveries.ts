// Lists, shows and repeats the deliveries of an endpoint for its owner. deliver.ts sends them.
import { and, asc, desc, eq, gte, inArray, lt, type SQL, sql } from 'drizzle-orm';
import { alias } from 'drizzle-orm/sqlite-core';
import type { DeliveryState } from '../../contract/states.ts';
import { webhooks } from '../../contract/webhook-limits.ts';
import { iso } from '../../core/clock.ts';
import type { DeliveryId, EndpointId } from '../../core/ids.ts';
import { type Page, type PageRequest, pageOf } from '../../core/page.ts';
import { Problem } from '../../core/problem.ts';
import { previousChanged, readTogether, unionAll, writeAndRead } from '../../db/client.ts';
import { events } from '../../db/schema/events.ts';
import { attempts, deliveries, endpoints } from '../../db/schema/webhooks.ts';
import type { Deps } from '../../deps.ts';
import type { EventRow } from '../event-line.ts';
import { type Reader, typesOf } from '../feed.ts';
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
  /** Time of the event. */
  since?: number;
  until?: number;
}

/** Lists deliveries, newest events first. Here and below, undefined means that this key sees no such endpoint or delivery. */
export async function listDeliveries(
  { db }: Pick<Deps, 'db'>,
  reader: Reader,
  id: EndpointId,
  { status, eventType, eventId, since, until }: DeliveryFilter,
  { limit, cursor }: PageRequest,
): Promise<Page<Delivery> | undefined> {
  const beyond = cursor === undefined ? undefined : lt(sql`${deliveries.id}`, cursor);
  const part = (type: string) =>
    sql`select * from (select ${deliveries.id} from ${deliveries}
      where ${and(eq(deliveries.endpointId, id), sql`${deliveries.eventType} = ${type}`, beyond, ofStatus(status))}
      order by ${desc(deliveries.id)} limit ${limit + 1})`;
  const others = eventId !== undefined || since !== undefined || until !== undefined;
  const found = await readTogether(db, {
    endpoints: selectEndpoint(db, reader, id),
    deliveries: db
      .select()
      .from(deliveries)
      .where(
        and(
          eq(deliveries.endpointId, id),
          ofStatus(status),
          eventType === undefined || !others ? undefined : inArray(sql`${deliveries.eventType}`, typesOf(eventType)),
          eventType === undefined || others
            ? undefined
            : sql`${deliveries.id} in (${unionAll(typesOf(eventType).map(part))})`,
          eventId === undefined ? undefined : eq(sql`${deliveries.eventId}`, eventId),
          since === undefined ? undefined : gte(deliveries.createdAt, since),
          until === undefined ? undefined : lt(deliveries.createdAt, until),
          beyond,
        ),
      )
      .orderBy(desc(deliveries.id))
      .limit(limit + 1),
  });
  return found.endpoints[0] && pageOf(found.deliveries, limit, (row) => row.id);
}

/** With the condition of the index of what has not succeeded: SQLite does not infer it. */
function ofStatus(status: DeliveryState | undefined): SQL | undefined {
  if (status === undefined) return undefined;
  const ofIndex = status === 'succeeded' ? sql`` : sql`and ${deliveries.status} <> 'succeeded'`;
  return sql`${deliveries.status} = ${status} ${ofIndex}`;
}

export interface DeliveryDetails {
  delivery: Delivery;
  attempts: Attempt[];
  event: EventRow;
}

export async function deliveryDetails(
  { db }: Pick<Deps, 'db'>,
  reader: Reader,
  id: EndpointId,
  deliveryId: DeliveryId,
): Promise<DeliveryDetails | undefined> {
  const one = and(eq(deliveries.id, deliveryId), eq(deliveries.endpointId, id));
  const eventId = sql`(select ${deliveries.eventId} from ${deliveries} where ${one})`;
  const found = await readTogether(db, {
    endpoints: selectEndpoint(db, reader, id),
    deliveries: db.select().from(deliveries).where(one),
    attempts: db.select().from(attempts).where(eq(attempts.deliveryId, deliveryId)).orderBy(asc(attempts.number)),
    events: db.select().from(events).where(eq(events.id, eventId)),
  });
  const [endpoint] = found.endpoints;
  const [delivery] = found.deliveries;
  const [event] = found.events;
  return endpoint && delivery && event && { delivery, attempts: found.attempts, event };
}

/** Repeats one delivery from the beginning of its schedule, whatever its outcome was. The receiver gets the same `webhook-id`. */
export async function redeliver(
  deps: WriteDeps,
  manager: EndpointManager,
  id: EndpointId,
  deliveryId: DeliveryId,
): Promise<Delivery | undefined> {
  const { db } = deps;
  const one = and(eq(deliveries.id, deliveryId), eq(deliveries.endpointId, id));
  const data = sql`json_object('delivery_id', ${deliveryId}, 'event_id', (select ${deliveries.eventId} from ${deliveries} where ${one}))`;
  const restarted = db
    .update(deliveries)
    .set(restartedSchedule(deps))
    .where(and(one, acceptsDeliveries(manager, id)));
  const event = { ...eventOf(manager, id), type: 'webhook.redelivered' as const, data };
  const after = await writeAndRead(db, [restarted, record(deps, event, previousChanged)], {
    endpoints: selectEndpoint(db, manager, id),
    deliveries: db.select().from(deliveries).where(one),
  });
  const [endpoint] = after.endpoints;
  const [delivery] = after.deliveries;
  if (!endpoint || !delivery) return undefined;
  enqueueDelivery(deps, endpoint);
  return delivery;
}

export interface Recovery {
  since: number;
  until: number;
  /** Number of deliveries that were restarted or created. */
  deliveries: number;
}

const firstEvent = alias(events, 'first_event');

/** SQL over rows of webhook_endpoints: `seq` of the event that recorded the creation of the endpoint; 0 once that is archived. */
const firstEventSeq = sql`coalesce((select min(${firstEvent.seq}) from ${events} ${firstEvent} where ${firstEvent.subjectId} = ${endpoints.id} and ${firstEvent.type} = 'webhook.created'), 0)`;

/** Delivers what failed in a period, and what happened in it while the endpoint was disabled. Times are those of the events. */
export async function recover(
  deps: WriteDeps,
  manager: EndpointManager,
  id: EndpointId,
  period: { since: number; until: number | undefined },
): Promise<Recovery | undefined> {
  const { db, clock } = deps;
  const now = clock.now();
  const since = Math.max(period.since, now - webhooks.recoverableMs);
  const until = period.until ?? now;
  const allowed = acceptsDeliveries(manager, id);
  const data = { since: iso(since), until: iso(until) };
  const isMissed = sql`${events.createdAt} >= ${since} and ${events.createdAt} < ${until} and ${events.seq} between ${firstEventSeq} and ${endpoints.eventCursor} and ${allowed}`;
  const recovered = record(deps, { ...eventOf(manager, id), type: 'webhook.recovered', data }, allowed);
  const {
    failed,
    missed,
    found: [endpoint],
  } = await writeAndRead(db, [recovered], {
    failed: db
      .update(deliveries)
      .set(restartedSchedule(deps))
      .where(
        and(
          eq(deliveries.endpointId, id),
          ofStatus('failed'),
          gte(deliveries.createdAt, since),
          lt(deliveries.createdAt, until),
          allowed,
        ),
      ),
    missed: insertDeliveries(db, id, now, isMissed),
    found: selectEndpoint(db, manager, id),
  });
  if (!endpoint) return undefined;
  enqueueDelivery(deps, endpoint);
  return { since, until, deliveries: failed.meta.changes + missed.meta.changes };
}

/** Sends a test event to this endpoint only, regardless of its filters. */
export async function sendTest(
  deps: WriteDeps,
  manager: EndpointManager,
  id: EndpointId,
): Promise<Delivery | undefined> {
  const { db, clock } = deps;
  const test = alias(events, 'test');
  const newest = sql`(select ${test.id} from ${events} ${test} where ${test.subjectId} = ${id} and ${test.type} = 'webhook.test' order by ${test.seq} desc limit 1)`;
  const recorded = record(deps, { ...eventOf(manager, id), type: 'webhook.test' }, acceptsDeliveries(manager, id));
  const inserted = insertDeliveries(db, id, clock.now(), sql`${previousChanged} and ${events.id} = ${newest}`);
  const after = await writeAndRead(db, [recorded, inserted], {
    endpoints: selectEndpoint(db, manager, id),
    deliveries: db
      .select()
      .from(deliveries)
      .where(and(eq(deliveries.endpointId, id), eq(deliveries.eventId, newest))),
  });
  const [endpoint] = after.endpoints;
  const [delivery] = after.deliveries;
  if (!endpoint) return undefined;
  enqueueDelivery(deps, endpoint);
  return delivery;
}

/** SQL: this key sees the endpoint, and it is enabled. */
function acceptsDeliveries(reader: Reader, id: EndpointId): SQL {
  return sql`exists (select 1 from ${endpoints} where ${and(eq(endpoints.id, id), eq(endpoints.status, 'enabled'), visibleTo(reader))})`;
}

function restartedSchedule({ clock }: Pick<Deps, 'clock'>) {
  const now = clock.now();
  return { status: 'pending' as const, scheduleFrom: sql`${deliveries.attempts}`, nextAt: now, updatedAt: now };
}

function enqueueDelivery({ queues, defer }: WriteDeps, { id, status }: Endpoint): void {
  if (status === 'disabled')
    throw new Problem('conflict', 'The webhook is disabled. Enable it first.', {
      details: { resource: 'webhook', id },
    });
  defer(queues.deliveries.send({ v: 1, type: 'deliver', id }));
}
