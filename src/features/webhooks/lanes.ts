// Lanes of an endpoint. Each delivery is in one lane. One worker at a time, which holds the lane's lease, sends the lane's deliveries
// (D44). An organization has a part of the workers, so receivers that hang delay only its own deliveries.
import { and, asc, count, eq, gt, inArray, lte, ne, type SQL, sql } from 'drizzle-orm';
import { type AnySQLiteColumn, alias } from 'drizzle-orm/sqlite-core';
import { webhooks } from '../../contract/features/webhooks/limits.ts';
import { leases } from '../../contract/limits/leases.ts';
import type { EndpointId, OrganizationId } from '../../core/ids.ts';
import { qualified, type Statement, writeAndRead } from '../../db/client.ts';
import { hasLease, leaseTo, released } from '../../db/lease.ts';
import { events } from '../../db/schema/events.ts';
import type { Deps } from '../../deps.ts';
import type { EventRow } from '../../events/event-line.ts';
import type { Endpoint } from './endpoints.ts';
import { deliveries, endpoints, webhookLanes } from './tables.ts';

/** A delivery with its previous attempts, for a worker. */
export type DueDelivery = typeof deliveries.$inferSelect;

/** A worker and the lease that it holds or is about to claim. */
export interface LaneWorker {
  id: EndpointId;
  token: string;
}

export interface Due {
  delivery: DueDelivery;
  event: EventRow;
}

export interface Round {
  endpoint: Endpoint;
  due: Due[];
  /** True if due deliveries can't be sent because their events were deleted. */
  isStuck: boolean;
}

/**
 * Runs the statements, then claims a free lane with due deliveries or renews the lease, and reads up to `limit` due deliveries. Makes
 * one D1 round trip. Returns undefined if there is no lane to claim, or the lease has expired.
 */
export async function claimDue(
  { db, clock }: Pick<Deps, 'db' | 'clock'>,
  worker: LaneWorker,
  limit: number,
  before: Statement[],
): Promise<Round | undefined> {
  const { id, token } = worker;
  const now = clock.now();
  const { leaseToken, leaseUntil } = leaseTo(token, now, leases.webhook);
  const mine = and(isLane(worker), gt(webhookLanes.leaseUntil, now));
  const isNew = sql`not exists (select 1 from ${webhookLanes} where ${isLane(worker)})`;
  const take = db.insert(webhookLanes).select(
    sql`select ${id}, lane, ${leaseToken}, ${leaseUntil} from ${lanes} where ${isFree(id, now)} and ${isNew} and ${freeWorkers(id, now)} > 0 limit 1
      on conflict do update set lease_token = excluded.lease_token, lease_until = excluded.lease_until`,
  );
  const renew = db.update(webhookLanes).set({ leaseUntil }).where(mine);
  const lane = sql`(select ${webhookLanes.lane} from ${webhookLanes} where ${mine})`;
  const isMine = and(
    eq(deliveries.endpointId, id),
    sql`${deliveries.lane} = ${lane}`,
    isDue(now),
    isAccepting(id, now),
  );
  const dueIds = sql`(select ${deliveries.eventId} from ${deliveries} where ${isMine} order by ${deliveries.nextAt} limit ${limit})`;
  const found = await writeAndRead(db, [...before, renew, take], {
    lanes: db.select().from(webhookLanes).where(mine),
    endpoints: db.select().from(endpoints).where(eq(endpoints.id, id)),
    deliveries: db.select().from(deliveries).where(isMine).orderBy(asc(deliveries.nextAt)).limit(limit),
    events: db.select().from(events).where(inArray(events.id, dueIds)),
  });
  const [endpoint] = found.endpoints;
  if (!endpoint || found.lanes.length === 0) return undefined;
  const byId = new Map(found.events.map((event) => [event.id, event]));
  const due = found.deliveries.flatMap((delivery): Due[] => {
    const event = byId.get(delivery.eventId);
    return event ? [{ delivery, event }] : [];
  });
  return { endpoint, due, isStuck: found.deliveries.length > due.length };
}

export interface Release {
  isReleased: boolean;
  /** Other endpoints of the organization to send a message for, in turn, as many as it has free workers. */
  next: EndpointId[];
  /** False if they take all its free workers. */
  hasMore: boolean;
}

/**
 * Releases the lease. Keeps it while deliveries are due, unless the worker has to stop, so that new deliveries in a held lane need no
 * message (`freeLanes`).
 */
export async function releaseLane(
  { db, clock }: Pick<Deps, 'db' | 'clock'>,
  worker: LaneWorker,
  mustStop: boolean,
): Promise<Release> {
  const now = clock.now();
  const hasDue = sql`exists (select 1 from ${deliveries} where ${deliveries.endpointId} = ${worker.id}
    and ${deliveries.lane} = ${webhookLanes.lane} and ${isDue(now)} and ${isAccepting(worker.id, now)})`;
  const release = db
    .update(webhookLanes)
    .set(released)
    .where(and(isLane(worker), mustStop ? undefined : sql`not ${hasDue}`));
  const { mine, held, waiting } = await writeAndRead(db, [release], {
    mine: db.select().from(webhookLanes).where(isLane(worker)),
    held: db
      .select({ lanes: count() })
      .from(webhookLanes)
      .where(isHeldBySame(webhookLanes, worker.id, now)),
    waiting: selectWaiting(db, worker.id, now),
  });
  const free = webhooks.lanesPerOrganization - (held[0]?.lanes ?? 0);
  const next = waiting.slice(0, Math.max(0, free)).map(({ id }) => id);
  return { isReleased: mine.length === 0, next, hasMore: free > next.length };
}

/** Selects the organization's other endpoints with free lanes and due deliveries, from the one after this on, so that all get turns. */
function selectWaiting(db: Deps['db'], id: EndpointId, now: number) {
  return db
    .select({ id: endpoints.id })
    .from(endpoints)
    .where(
      and(sql`${endpoints.organizationId} = ${organizationOf(id)}`, ne(endpoints.id, id), sql`${freeLanes(now)} > 0`),
    )
    .orderBy(sql`${endpoints.id} < ${id}`, asc(endpoints.id))
    .limit(webhooks.lanesPerOrganization);
}

/** SQL over rows of webhook_lanes: the worker's lane. */
function isLane({ id, token }: LaneWorker): SQL | undefined {
  return and(eq(webhookLanes.endpointId, id), hasLease(webhookLanes, token));
}

const numbers = Array.from({ length: webhooks.lanes }, (_, lane) => `select ${lane} as lane`).join(' union all ');
const lanes = sql.raw(`(${numbers}) lanes`);

/** SQL over rows of `lanes`: no worker holds the lane, deliveries are due in it, and the endpoint accepts them now. */
function isFree(id: EndpointId | SQL, now: number): SQL {
  const held = alias(webhookLanes, 'held');
  const isHeld = sql`exists (select 1 from ${webhookLanes} ${held} where ${held.endpointId} = ${id} and ${held.lane} = lanes.lane and ${held.leaseUntil} > ${now})`;
  const hasDue = sql`exists (select 1 from ${deliveries} where ${deliveries.endpointId} = ${id} and ${deliveries.lane} = lanes.lane and ${isDue(now)})`;
  return sql`not ${isHeld} and ${hasDue} and ${isAccepting(id, now)}`;
}

/** SQL: how many more lanes of the endpoint's organization may be in progress. */
function freeWorkers(id: EndpointId | SQL, now: number): SQL<number> {
  const busy = alias(webhookLanes, 'busy');
  return sql<number>`(${webhooks.lanesPerOrganization} - (select count(*) from ${webhookLanes} ${busy} where ${isHeldBySame(busy, id, now)}))`;
}

/** SQL over rows of webhook_lanes or its alias: a worker holds the lane, and it belongs to the same organization as the endpoint. */
function isHeldBySame(
  { endpointId, leaseUntil }: Record<'endpointId' | 'leaseUntil', AnySQLiteColumn>,
  id: EndpointId | SQL,
  now: number,
): SQL | undefined {
  const siblings = alias(endpoints, 'siblings');
  const ids = sql`(select ${siblings.id} from ${endpoints} ${siblings} where ${siblings.organizationId} = ${organizationOf(id)})`;
  return and(sql`${endpointId} in ${ids}`, gt(leaseUntil, now));
}

/** SQL: the endpoint's organization. */
function organizationOf(id: EndpointId | SQL): SQL {
  const owned = alias(endpoints, 'owned');
  return sql`(select ${owned.organizationId} from ${endpoints} ${owned} where ${owned.id} = ${id})`;
}

/** SQL over rows of webhook_endpoints: the number of free lanes with due deliveries. */
export function freeLanes(now: number): SQL<number> {
  return sql<number>`(select count(*) from ${lanes} where ${isFree(sql`${endpoints.id}`, now)})`;
}

/** An endpoint and its organization's free workers. */
export interface Ready {
  id: EndpointId;
  organizationId: OrganizationId;
  lanes: number;
  workers: number;
}

/** Returns the columns of webhook_endpoints for `deliverMessages`. */
export function readyColumns(now: number) {
  return {
    id: endpoints.id,
    organizationId: endpoints.organizationId,
    lanes: qualified(freeLanes(now)).as('lanes'),
    workers: qualified(freeWorkers(sql`${endpoints.id}`, now)).as('workers'),
  };
}

/**
 * Returns a message for each free lane, as many as the organization has free workers: all organizations' messages wait in one queue. A
 * worker that releases a lane sends the next ones.
 */
export function deliverMessages(ready: readonly Ready[]) {
  const workers = new Map(ready.map((endpoint) => [endpoint.organizationId, endpoint.workers]));
  return ready.flatMap(({ id, lanes, organizationId }) => {
    const free = Math.max(0, workers.get(organizationId) ?? 0);
    workers.set(organizationId, free - lanes);
    return Array.from({ length: Math.min(lanes, free) }, () => ({ v: 1, type: 'deliver', id }) as const);
  });
}

/** SQL: the endpoint accepts deliveries now. */
function isAccepting(id: EndpointId | SQL, now: number): SQL {
  const accepting = alias(endpoints, 'accepting');
  return sql`exists (select 1 from ${endpoints} ${accepting} where ${accepting.id} = ${id} and ${accepting.status} = 'enabled'
    and ${accepting.deletedAt} is null and (${accepting.pausedUntil} is null or ${accepting.pausedUntil} <= ${now}))`;
}

function isDue(now: number): SQL | undefined {
  return and(sql`${deliveries.status} = 'pending'`, lte(deliveries.nextAt, now));
}
