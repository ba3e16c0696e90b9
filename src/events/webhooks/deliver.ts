// Delivers due webhook events to one endpoint, a few at a time, by one worker that holds its lease. If the worker dies, events without a
// stored outcome are sent again; the receiver recognizes them by the same `webhook-id`.
import { and, asc, eq, inArray, isNull, lte, or, type SQL, sql } from 'drizzle-orm';
import { leases, webhooks } from '../../contract/limits.ts';
import type { ExternalUrlRules } from '../../core/external-url.ts';
import type { EndpointId } from '../../core/ids.ts';
import { writeAndRead } from '../../db/client.ts';
import { hasLease, isUnleased, leaseTo, newLeaseToken, released } from '../../db/lease.ts';
import { events } from '../../db/schema/events.ts';
import { deliveries, endpoints } from '../../db/schema/webhooks.ts';
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

/** Delivers until nothing is due or the time slice is over; then another message continues. */
export async function deliverDue(deps: DeliverDeps, id: EndpointId): Promise<void> {
  const { db, clock, queues } = deps;
  const token = newLeaseToken();
  const until = clock.now() + webhooks.sliceMs;
  for (let round = await claim(deps, id, token); round; round = await claim(deps, id, token)) {
    await storeOutcomes(deps, round.endpoint, await sendAll(deps, round));
    if (clock.now() < until) continue;
    await db.update(endpoints).set(released).where(hasLease(endpoints, token));
    await queues.deliveries.send({ v: 1, type: 'deliver', id });
    return;
  }
}

interface Round {
  endpoint: Endpoint;
  due: { delivery: Delivery; event: EventRow }[];
}

/** Claims or renews the endpoint's lease and reads some due deliveries. If nothing is due, releases the lease and returns undefined. */
async function claim({ db, clock }: DeliverDeps, id: EndpointId, token: string): Promise<Round | undefined> {
  const now = clock.now();
  const claimed = and(eq(endpoints.id, id), hasLease(endpoints, token));
  const due = and(eq(deliveries.endpointId, id), isDue(now));
  const dueIds = sql`(select ${deliveries.eventId} from ${deliveries} where ${due} order by ${deliveries.nextAt}, ${deliveries.id} limit ${webhooks.concurrency})`;
  const release = db
    .update(endpoints)
    .set(released)
    .where(and(claimed, sql`not (${isDeliverable(now)})`));
  const claimable = or(isUnleased(endpoints, now), hasLease(endpoints, token));
  const take = db
    .update(endpoints)
    .set(leaseTo(token, now, leases.webhook))
    .where(and(eq(endpoints.id, id), isDeliverable(now), claimable));
  const found = await writeAndRead(db, [release, take], {
    endpoints: db.select().from(endpoints).where(claimed),
    deliveries: db
      .select()
      .from(deliveries)
      .where(due)
      .orderBy(asc(deliveries.nextAt), asc(deliveries.id))
      .limit(webhooks.concurrency),
    events: db.select().from(events).where(inArray(events.id, dueIds)),
  });
  const [endpoint] = found.endpoints;
  if (!endpoint) return undefined;
  const byId = new Map(found.events.map((event) => [event.id, event]));
  return {
    endpoint,
    due: found.deliveries.flatMap((delivery) => {
      const event = byId.get(delivery.eventId);
      return event ? [{ delivery, event }] : [];
    }),
  };
}

/** SQL: the endpoint accepts deliveries now, and at least one is due. */
export function isDeliverable(now: number): SQL | undefined {
  return and(
    eq(endpoints.status, 'enabled'),
    isNull(endpoints.deletedAt),
    or(isNull(endpoints.pausedUntil), lte(endpoints.pausedUntil, now)),
    sql`exists (select 1 from ${deliveries} where ${deliveries.endpointId} = ${endpoints.id} and ${isDue(now)})`,
  );
}

function isDue(now: number): SQL | undefined {
  return and(sql`${deliveries.status} = 'pending'`, lte(deliveries.nextAt, now));
}

async function sendAll(deps: DeliverDeps, { endpoint, due }: Round): Promise<AttemptResult[]> {
  const secrets = await validSecrets(deps, endpoint);
  return Promise.all(
    due.map(async ({ delivery, event }) => {
      if (secrets.length === 0) return { delivery, outcome: unsigned(deps.clock.now()) };
      const body = eventLine(event);
      const headers = await signedHeaders({ id: event.id, body, sentAt: deps.clock.now() }, secrets);
      return { delivery, outcome: await attempt(deps, endpoint, body, headers) };
    }),
  );
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
  return { startedAt: now, durationMs: 0, statusCode: null, error, responseExcerpt: null, retryAfterMs: undefined };
}
