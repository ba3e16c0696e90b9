// Tells an endpoint what it is to be told: its deliveries that are due, a few at a time, by one worker that holds its lease. Cut off
// anywhere, what was not noted as told is told again; the receiver knows it by the same `webhook-id`.
import { and, asc, eq, inArray, isNull, lte, or, type SQL, sql } from 'drizzle-orm';
import type { EndpointId } from '../../core/ids.ts';
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

/** Longer than an attempt takes. */
export const leaseMs = 30_000;
/** Requests to one receiver at once; a Worker may have six connections that wait. */
const atOnce = 5;
/** After that it is another message's turn, so that one slow receiver doesn't hold the queue. */
const budgetMs = 10_000;

export type DeliverDeps = Pick<
  Deps,
  'db' | 'clock' | 'ids' | 'queues' | 'fetch' | 'allowLoopback' | 'webhookKey' | 'log'
>;

export async function deliverDue(deps: DeliverDeps, id: EndpointId): Promise<void> {
  const { db, clock, queues } = deps;
  const token = crypto.randomUUID();
  const until = clock.now() + budgetMs;
  for (let round = await claim(deps, id, token); round; round = await claim(deps, id, token)) {
    await storeOutcomes(deps, round.endpoint, await sendAll(deps, round));
    if (clock.now() < until) continue;
    await db.update(endpoints).set({ leaseToken: null, leaseUntil: null }).where(eq(endpoints.leaseToken, token));
    await queues.deliveries.send({ v: 1, type: 'deliver', id });
    return;
  }
}

interface Round {
  endpoint: Endpoint;
  due: { delivery: Delivery; event: EventRow }[];
}

/** The endpoint's lease with some of what is due, or undefined, and the lease given back, when there is nothing to do for now. */
async function claim({ db, clock }: DeliverDeps, id: EndpointId, token: string): Promise<Round | undefined> {
  const now = clock.now();
  const mine = and(eq(endpoints.id, id), eq(endpoints.leaseToken, token));
  const due = and(eq(deliveries.endpointId, id), isDue(now));
  const dueIds = sql`(select ${deliveries.eventId} from ${deliveries} where ${due} order by ${deliveries.nextAt}, ${deliveries.id} limit ${atOnce})`;
  const [, , [endpoint], rows, told] = await db.batch([
    db
      .update(endpoints)
      .set({ leaseToken: null, leaseUntil: null })
      .where(and(mine, sql`not (${isDeliverable(now)})`)),
    db
      .update(endpoints)
      .set({ leaseToken: token, leaseUntil: now + leaseMs })
      .where(and(eq(endpoints.id, id), isDeliverable(now), or(isUnleased(now), eq(endpoints.leaseToken, token)))),
    db.select().from(endpoints).where(mine),
    db.select().from(deliveries).where(due).orderBy(asc(deliveries.nextAt), asc(deliveries.id)).limit(atOnce),
    db.select().from(events).where(inArray(events.id, dueIds)),
  ]);
  if (!endpoint) return undefined;
  const byId = new Map(told.map((event) => [event.id, event]));
  return {
    endpoint,
    due: rows.flatMap((delivery) => {
      const event = byId.get(delivery.eventId);
      return event ? [{ delivery, event }] : [];
    }),
  };
}

/** SQL: nobody sends to it. */
export function isUnleased(now: number): SQL | undefined {
  return or(isNull(endpoints.leaseUntil), lte(endpoints.leaseUntil, now));
}

/** SQL: it may be told, and there is something to tell. */
export function isDeliverable(now: number): SQL | undefined {
  return and(
    eq(endpoints.status, 'enabled'),
    isNull(endpoints.deletedAt),
    or(isNull(endpoints.pausedUntil), lte(endpoints.pausedUntil, now)),
    sql`exists (select 1 from ${deliveries} where ${deliveries.endpointId} = ${endpoints.id} and ${isDue(now)})`,
  );
}

function isDue(now: number): SQL | undefined {
  return and(eq(deliveries.status, 'pending'), lte(deliveries.nextAt, now));
}

async function sendAll(deps: DeliverDeps, { endpoint, due }: Round): Promise<AttemptResult[]> {
  const secrets = await liveSecrets(deps, endpoint);
  return Promise.all(
    due.map(async ({ delivery, event }) => {
      if (secrets.length === 0) return { delivery, outcome: unsigned(deps.clock.now()) };
      const body = eventLine(event);
      const headers = await signedHeaders({ id: event.id, body, sentAt: deps.clock.now() }, secrets);
      return { delivery, outcome: await attempt(deps, endpoint.url, body, headers) };
    }),
  );
}

/** Those that can't be opened, because the operator's key is another one now, are left out. */
async function liveSecrets(deps: DeliverDeps, endpoint: Endpoint): Promise<string[]> {
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
  const error = 'not sent: its secret cannot be opened any more; rotate it';
  return { startedAt: now, durationMs: 0, statusCode: null, error, responseExcerpt: null, retryAfterMs: undefined };
}
