// Lists, shows and repeats an endpoint's deliveries for its owner. deliver.ts sends them.
import { and, desc, eq, getTableColumns, gte, inArray, lt, type SQL, sql } from 'drizzle-orm';
import { alias } from 'drizzle-orm/sqlite-core';
import type { DeliveryState } from '../../contract/features/webhooks/feature.ts';
import { webhooks } from '../../contract/features/webhooks/limits.ts';
import { iso } from '../../core/clock.ts';
import { type DeliveryId, type EndpointId, firstIdAt } from '../../core/ids.ts';
import { encodeCursor, type Page, type PageRequest, toPage } from '../../core/page.ts';
import { Problem } from '../../core/problem.ts';
import { previousChanged, qualified, readTogether, writeAndRead } from '../../db/client.ts';
import { events } from '../../db/schema/events.ts';
import type { Deps } from '../../deps.ts';
import type { EventRow } from '../../events/event-line.ts';
import { matchingTypes, type Reader } from '../../events/feed.ts';
import { record } from '../../events/record.ts';
import { type Endpoint, type EndpointManager, endpointEvent, selectEndpoint, visibleTo } from './endpoints.ts';
import { insertDeliveries } from './fan-out.ts';
import type { DueDelivery } from './lanes.ts';
import { deliveries, endpoints } from './tables.ts';

export type Delivery = Omit<DueDelivery, 'attemptsMade'>;
export type Attempt = DueDelivery['attemptsMade'][number];

/** Columns without the attempts, which may be large. */
const { attemptsMade, ...columns } = getTableColumns(deliveries);

type WriteDeps = Pick<Deps, 'db' | 'clock' | 'ids' | 'queues' | 'defer'>;

export interface DeliveryFilter {
  status?: DeliveryState | undefined;
  eventType?: string | undefined;
  eventId?: string | undefined;
  /** Event time. */
  since?: number | undefined;
  until?: number | undefined;
}

/**
 * Lists deliveries, newest events first. A page filtered by type or status searches `webhooks.searchedMax` deliveries, so it may be
 * short or empty and still have a next page. Here and below, undefined means that this key can't see such an endpoint or delivery.
 */
export async function listDeliveries(
  { db }: Pick<Deps, 'db'>,
  reader: Reader,
  { id, status, eventType, eventId, since, until }: DeliveryFilter & { id: EndpointId },
  { limit, cursor }: PageRequest,
): Promise<Page<Delivery> | undefined> {
  const size = Math.max(webhooks.searchedMax, limit + 1);
  const newest = and(
    eq(deliveries.endpointId, id),
    cursor === undefined ? undefined : lt(sql`${deliveries.eventId}`, cursor),
    eventId === undefined ? undefined : eq(sql`${deliveries.eventId}`, eventId),
    since === undefined ? undefined : gte(sql`${deliveries.eventId}`, firstIdAt('event', since - idSlackMs)),
    until === undefined ? undefined : lt(sql`${deliveries.eventId}`, firstIdAt('event', until + idSlackMs)),
    // Literal, because only the index of failed deliveries covers this query.
    status === 'failed' ? sql`${deliveries.status} = 'failed'` : undefined,
  );
  const lookedAt = alias(deliveries, 'looked_at');
  const searched = sql`(select * from ${deliveries} where ${newest} order by ${desc(deliveries.eventId)} limit ${size}) ${lookedAt}`;
  const matches = and(
    status === undefined ? sql`true` : eq(lookedAt.status, status),
    eventType === undefined ? undefined : inArray(sql`${lookedAt.eventType}`, matchingTypes(eventType)),
    since === undefined ? undefined : gte(lookedAt.createdAt, since),
    until === undefined ? undefined : lt(lookedAt.createdAt, until),
  );
  const found = sql`(select ${lookedAt.id} from ${searched} where ${matches} limit ${limit + 1})`;
  const last = sql`(select ${deliveries.eventId} from ${deliveries} where ${newest} order by ${desc(deliveries.eventId)} limit 1 offset ${size - 1})`;
  const { endpoints, rows, ends } = await readTogether(db, {
    endpoints: selectEndpoint(db, reader, id),
    rows: db
      .select(columns)
      .from(deliveries)
      .where(sql`${deliveries.id} in ${found}`)
      .orderBy(desc(deliveries.eventId)),
    ends: db
      .select({ id: qualified(sql<string | null>`iif((select count(*) from ${found}) > ${limit}, null, ${last})`) })
      .from(sql`(select 1)`),
  });
  const page = toPage(rows, limit, (row) => row.eventId);
  const lastId = ends[0]?.id ?? null;
  return endpoints[0] && (lastId === null ? page : { items: page.items, nextCursor: encodeCursor(lastId) });
}

/** An event ID's time may be slightly earlier than the event's own. */
const idSlackMs = 60_000;

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
    events: db.select().from(events).where(eq(events.id, eventId)),
  });
  const [endpoint] = found.endpoints;
  const [delivery] = found.deliveries;
  const [event] = found.events;
  if (!endpoint || !delivery || !event) return undefined;
  return { delivery, attempts: delivery.attemptsMade, event };
}

/** Repeats one delivery from the start of its schedule, whatever its outcome. The receiver gets the same `webhook-id`. */
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
  const event = { ...endpointEvent(manager, id), type: 'webhook.redelivered' as const, data };
  const after = await writeAndRead(db, [restarted, record(deps, event, previousChanged)], {
    endpoints: selectEndpoint(db, manager, id),
    deliveries: db.select(columns).from(deliveries).where(one),
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
  /** Number of deliveries restarted or created. */
  deliveries: number;
}

const firstEvent = alias(events, 'first_event');

/** SQL over rows of webhook_endpoints: `seq` of the event that recorded the endpoint's creation; 0 once it is archived. */
const firstEventSeq = sql`coalesce((select min(${firstEvent.seq}) from ${events} ${firstEvent} where ${firstEvent.subjectId} = ${endpoints.id} and ${firstEvent.type} = 'webhook.created'), 0)`;

/** Delivers a period's failed deliveries, and its events from while the endpoint was disabled. The period applies to event times. */
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
  const recovered = record(deps, { ...endpointEvent(manager, id), type: 'webhook.recovered', data }, allowed);
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
          sql`${deliveries.status} = 'failed'`,
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
  const recorded = record(
    deps,
    { ...endpointEvent(manager, id), type: 'webhook.test' },
    acceptsDeliveries(manager, id),
  );
  const inserted = insertDeliveries(db, id, clock.now(), sql`${previousChanged} and ${events.id} = ${newest}`);
  const after = await writeAndRead(db, [recorded, inserted], {
    endpoints: selectEndpoint(db, manager, id),
    deliveries: db
      .select(columns)
      .from(deliveries)
      .where(and(eq(deliveries.endpointId, id), eq(deliveries.eventId, newest))),
  });
  const [endpoint] = after.endpoints;
  const [delivery] = after.deliveries;
  if (!endpoint) return undefined;
  enqueueDelivery(deps, endpoint);
  return delivery;
}

/** SQL: this key sees the endpoint, and the endpoint is enabled. */
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
