// Lanes of an endpoint. Each delivery is in one lane. One worker at a time, which holds the lane's lease, sends the lane's deliveries
// (D44).
import { and, asc, eq, gt, inArray, lte, type SQL, sql } from 'drizzle-orm';
import { alias } from 'drizzle-orm/sqlite-core';
import { leases } from '../../contract/limits/leases.ts';
import { webhooks } from '../../contract/limits/webhooks.ts';
import type { EndpointId } from '../../core/ids.ts';
import { type Statement, writeAndRead } from '../../db/client.ts';
import { hasLease, leaseTo, released } from '../../db/lease.ts';
import { events } from '../../db/schema/events.ts';
import { deliveries, endpoints, webhookLanes } from '../../db/schema/webhooks.ts';
import type { Deps } from '../../deps.ts';
import type { EventRow } from '../event-line.ts';
import type { Endpoint } from './endpoints.ts';

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
    sql`select ${id}, lane, ${leaseToken}, ${leaseUntil} from ${lanes} where ${isFree(id, now)} and ${isNew} limit 1
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

/**
 * Releases the lease. Keeps it while deliveries are due, unless the worker has to stop, so that new deliveries in a held lane need no
 * message (`freeLanes`). Returns whether the lease was released.
 */
export async function releaseLane(
  { db, clock }: Pick<Deps, 'db' | 'clock'>,
  worker: LaneWorker,
  mustStop: boolean,
): Promise<boolean> {
  const now = clock.now();
  const hasDue = sql`exists (select 1 from ${deliveries} where ${deliveries.endpointId} = ${worker.id}
    and ${deliveries.lane} = ${webhookLanes.lane} and ${isDue(now)} and ${isAccepting(worker.id, now)})`;
  const { meta } = await db
    .update(webhookLanes)
    .set(released)
    .where(and(isLane(worker), mustStop ? undefined : sql`not ${hasDue}`));
  return mustStop || meta.changes > 0;
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

/** SQL over rows of webhook_endpoints: the number of free lanes with due deliveries. Each needs a message. */
export function freeLanes(now: number): SQL<number> {
  return sql<number>`(select count(*) from ${lanes} where ${isFree(sql`${endpoints.id}`, now)})`;
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
