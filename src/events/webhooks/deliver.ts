// Delivers due webhook events to one endpoint, by workers that hold the lease of a lane each. If a worker dies, events without a stored
// outcome are sent again; the receiver recognizes them by the same `webhook-id`.
import { and, asc, eq, gt, inArray, lte, type SQL, sql } from 'drizzle-orm';
import { alias } from 'drizzle-orm/sqlite-core';
import { leases } from '../../contract/limits.ts';
import { webhooks } from '../../contract/webhook-limits.ts';
import type { ExternalUrlRules } from '../../core/external-url.ts';
import type { DeliveryId, EndpointId } from '../../core/ids.ts';
import { writeAndRead } from '../../db/client.ts';
import { hasLease, leaseTo, newLeaseToken, released } from '../../db/lease.ts';
import { events } from '../../db/schema/events.ts';
import { deliveries, endpoints, webhookLanes } from '../../db/schema/webhooks.ts';
import type { Deps } from '../../deps.ts';
import { type EventRow, eventLine } from '../event-line.ts';
import { attempt, type Outcome } from './attempt.ts';
import type { Delivery } from './deliveries.ts';
import type { Endpoint } from './endpoints.ts';
import { type AttemptResult, storeOutcomes } from './outcomes.ts';
import { openSecret } from './secrets.ts';
import { signedHeaders } from './sign.ts';

export type DeliverDeps = Pick<
  Deps,
  'db' | 'clock' | 'ids' | 'queues' | 'fetch' | 'webhookKey' | 'log' | keyof ExternalUrlRules
>;

/** Delivers what is due, lane after lane, until the time slice is over; then another message continues. */
export async function deliverDue(deps: DeliverDeps, id: EndpointId): Promise<void> {
  const until = deps.clock.now() + webhooks.sliceMs;
  while (deps.clock.now() < until) if (!(await deliverLane(deps, id, until))) return;
  await deps.queues.deliveries.send({ v: 1, type: 'deliver', id });
}

/**
 * Delivers what is due in a lane that no other worker holds. A request that hangs delays only its own delivery: the others go on beside
 * it. Returns whether anything was sent.
 */
async function deliverLane(deps: DeliverDeps, id: EndpointId, until: number): Promise<boolean> {
  const worker: LaneWorker = { id, token: newLeaseToken(), running: new Map(), done: [] };
  let hasSent = false;
  for (;;) {
    const round = await claim(deps, worker);
    if (!round) return hasSent;
    const { endpoint, due } = round;
    const secrets = due.length === 0 ? [] : await validSecrets(deps, endpoint);
    if (deps.clock.now() < until) for (const one of due) start(deps, worker, { ...one, endpoint, secrets });
    if (worker.running.size === 0) break;
    hasSent = true;
    await nextOutcome(worker);
    await storeOutcomes(deps, { endpoint, token: worker.token }, worker.done.splice(0));
  }
  await deps.db.update(webhookLanes).set(released).where(isLane(worker));
  return hasSent;
}

interface LaneWorker {
  id: EndpointId;
  token: string;
  running: Map<DeliveryId, Promise<void>>;
  /** Outcomes that are not stored yet. */
  done: AttemptResult[];
}

interface Due {
  delivery: Delivery;
  event: EventRow;
}

function start(
  deps: DeliverDeps,
  { running, done }: LaneWorker,
  { delivery, event, endpoint, secrets }: Due & { endpoint: Endpoint; secrets: string[] },
): void {
  const sent = send(deps, endpoint, event, secrets).then((outcome) => {
    running.delete(delivery.id);
    done.push({ delivery, outcome });
  });
  running.set(delivery.id, sent);
}

/** Resolves when a request has ended, or when it is time to look for other due deliveries. Requests that end together are stored together. */
async function nextOutcome({ running }: LaneWorker): Promise<void> {
  const look = Promise.withResolvers<void>();
  const timer = setTimeout(look.resolve, webhooks.lookEveryMs);
  await Promise.race([...running.values(), look.promise]);
  clearTimeout(timer);
  await new Promise((resolve) => setTimeout(resolve, 0));
}

/**
 * Claims a free lane with due deliveries, or renews the lease, and reads as many due deliveries as the worker has room for. Returns
 * undefined if there is no lane to claim, or the lease has expired.
 */
async function claim({ db, clock }: DeliverDeps, worker: LaneWorker) {
  const { id, token, running } = worker;
  const now = clock.now();
  const { leaseToken, leaseUntil } = leaseTo(token, now, leases.webhook);
  const mine = and(isLane(worker), gt(webhookLanes.leaseUntil, now));
  const isNew = sql`not exists (select 1 from ${webhookLanes} where ${isLane(worker)})`;
  const take = db.insert(webhookLanes).select(
    sql`select ${id}, lane, ${leaseToken}, ${leaseUntil} from (${freeLane(id, now)}) where ${isNew}
      on conflict do update set lease_token = excluded.lease_token, lease_until = excluded.lease_until`,
  );
  const renew = db.update(webhookLanes).set({ leaseUntil }).where(mine);
  const lane = sql`(select ${webhookLanes.lane} from ${webhookLanes} where ${mine})`;
  const due = and(eq(deliveries.endpointId, id), sql`${deliveries.lane} = ${lane}`, isDue(now), isAccepting(id, now));
  const room = webhooks.concurrency + running.size;
  const dueIds = sql`(select ${deliveries.eventId} from ${deliveries} where ${due} order by ${deliveries.nextAt} limit ${room})`;
  const found = await writeAndRead(db, [renew, take], {
    lanes: db.select().from(webhookLanes).where(mine),
    endpoints: db.select().from(endpoints).where(eq(endpoints.id, id)),
    deliveries: db.select().from(deliveries).where(due).orderBy(asc(deliveries.nextAt)).limit(room),
    events: db.select().from(events).where(inArray(events.id, dueIds)),
  });
  const [endpoint] = found.endpoints;
  if (!endpoint || found.lanes.length === 0) return undefined;
  const byId = new Map(found.events.map((event) => [event.id, event]));
  const waiting = found.deliveries.filter((delivery) => !running.has(delivery.id));
  return {
    endpoint,
    due: waiting.slice(0, webhooks.concurrency - running.size).flatMap((delivery): Due[] => {
      const event = byId.get(delivery.eventId);
      return event ? [{ delivery, event }] : [];
    }),
  };
}

/** SQL over rows of webhook_lanes: the lane of the worker. */
function isLane({ id, token }: LaneWorker): SQL | undefined {
  return and(eq(webhookLanes.endpointId, id), hasLease(webhookLanes, token));
}

const lanes = sql.raw(
  `(${Array.from({ length: webhooks.lanes }, (_, lane) => `select ${lane} as lane`).join(' union all ')})`,
);

/** SELECT of a lane that no worker holds and in which deliveries are due. */
function freeLane(id: EndpointId | SQL, now: number): SQL {
  const held = alias(webhookLanes, 'held');
  const isHeld = sql`exists (select 1 from ${webhookLanes} ${held} where ${held.endpointId} = ${id} and ${held.lane} = lanes.lane and ${held.leaseUntil} > ${now})`;
  const hasDue = sql`exists (select 1 from ${deliveries} where ${deliveries.endpointId} = ${id} and ${deliveries.lane} = lanes.lane and ${isDue(now)})`;
  return sql`select lanes.lane as lane from ${lanes} lanes where not ${isHeld} and ${hasDue} and ${isAccepting(id, now)} limit 1`;
}

/** SQL over rows of webhook_endpoints: it accepts deliveries now, and a lane that no worker holds has due ones. */
export function isDeliverable(now: number): SQL {
  return sql`exists (${freeLane(sql`${endpoints.id}`, now)})`;
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

async function send(deps: DeliverDeps, endpoint: Endpoint, event: EventRow, secrets: string[]): Promise<Outcome> {
  if (secrets.length === 0) return unsigned(deps.clock.now());
  const body = eventLine(event);
  const headers = await signedHeaders({ id: event.id, body, sentAt: deps.clock.now() }, secrets);
  const { organizationId, timeoutMs, url } = endpoint;
  return attempt(deps, { organizationId, url, timeoutMs: timeoutMs ?? webhooks.timeoutMs }, body, headers);
}

/** Decrypts the valid secrets. Those that were encrypted with another key of the operator are logged and omitted. */
async function validSecrets(deps: DeliverDeps, endpoint: Endpoint): Promise<string[]> {
  const { id, secret, previousSecret, previousUntil } = endpoint;
  const both = previousSecret !== null && (previousUntil ?? 0) > deps.clock.now() ? [secret, previousSecret] : [secret];
  const opened = await Promise.allSettled(both.map((sealed) => openSecret(deps, id, sealed)));
  return opened.flatMap((one) => {
    if (one.status === 'fulfilled') return [one.value];
    deps.log.error('webhook.secret_not_opened', { endpoint: id, cause: one.reason });
    return [];
  });
}

function unsigned(now: number): Outcome {
  const error = 'not sent: the secret cannot be decrypted. Rotate the secret.';
  return {
    startedAt: now,
    durationMs: 0,
    statusCode: null,
    error,
    timedOut: false,
    responseExcerpt: null,
    retryAfterMs: undefined,
  };
}
