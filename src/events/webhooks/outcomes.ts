// Stores the outcomes of attempts. Each delivery succeeds, is retried later or fails; the endpoint stays enabled, pauses, or is disabled.
import { and, eq, lte, type SQL, sql } from 'drizzle-orm';
import { systemActor } from '../../contract/events.ts';
import { webhooks } from '../../contract/limits.ts';
import { insertWhere, previousChanged, type Statement } from '../../db/client.ts';
import { attempts, deliveries, endpoints } from '../../db/schema/webhooks.ts';
import type { Deps } from '../../deps.ts';
import type { Outcome } from './attempt.ts';
import type { Delivery } from './deliveries.ts';
import { disableStatements } from './endpoint-status.ts';
import type { Endpoint } from './endpoints.ts';
import { retryWaitMs } from './retry-schedule.ts';

export interface AttemptResult {
  delivery: Delivery;
  outcome: Outcome;
}

type OutcomeDeps = Pick<Deps, 'db' | 'clock' | 'ids' | 'queues'>;

/** Stores all outcomes in one batch, which changes nothing if the lease was lost. */
export async function storeOutcomes(deps: OutcomeDeps, endpoint: Endpoint, results: AttemptResult[]): Promise<void> {
  const now = deps.clock.now();
  const scheduled = results.map((result) => ({ ...result, next: nextAttemptAt(result, now) }));
  const outcomes = results.map(({ outcome }) => outcome);
  const failed = outcomes.every(({ error }) => error !== null);
  const pausedUntil = now + Math.max(0, ...outcomes.map(({ retryAfterMs }) => retryAfterMs ?? 0));
  const [first, ...rest] = [
    ...scheduled.flatMap((attempt) => attemptStatements(deps, endpoint, attempt)),
    deps.db
      .update(endpoints)
      .set({ ...(failed ? failing(now) : noFailures), ...(pausedUntil > now ? { pausedUntil } : {}) })
      .where(holdsLease(endpoint)),
    ...disablingStatements(deps, endpoint, outcomes, failed),
  ];
  if (first) await deps.db.batch([first, ...rest]);
  await wake(deps, endpoint, Math.min(...scheduled.map(({ next }) => next ?? Number.POSITIVE_INFINITY)));
}

/** Returns the time of the next attempt, or null if there is none. */
function nextAttemptAt({ delivery, outcome }: AttemptResult, now: number): number | null {
  if (outcome.error === null || outcome.statusCode === 410) return null;
  const wait = retryWaitMs(delivery.attempts + 1 - delivery.scheduleFrom);
  return wait === undefined ? null : now + Math.max(wait, outcome.retryAfterMs ?? 0);
}

/** Statements that store an attempt and the new state of its delivery. */
function attemptStatements(
  { db, clock }: OutcomeDeps,
  endpoint: Endpoint,
  { delivery, outcome, next: nextAt }: AttemptResult & { next: number | null },
): [Statement, Statement] {
  const { id, attempts: before } = delivery;
  const { startedAt, durationMs, statusCode, error, responseExcerpt } = outcome;
  const number = before + 1;
  const status = error === null ? 'succeeded' : nextAt === null ? 'failed' : 'pending';
  return [
    db
      .update(deliveries)
      .set({ status, nextAt, attempts: number, updatedAt: clock.now() })
      .where(
        and(
          eq(deliveries.id, id),
          eq(deliveries.status, 'pending'),
          eq(deliveries.attempts, before),
          sql`exists (select 1 from ${endpoints} where ${holdsLease(endpoint)})`,
        ),
      ),
    insertWhere(
      db,
      attempts,
      { deliveryId: id, number, startedAt, durationMs, statusCode, error, responseExcerpt },
      previousChanged,
    ),
  ];
}

/** SQL: the worker that read the endpoint still holds its lease. */
function holdsLease({ id, leaseToken }: Endpoint): SQL | undefined {
  return and(eq(endpoints.id, id), sql`${endpoints.leaseToken} = ${leaseToken}`);
}

const noFailures = { failingSince: null, lastFailureAt: null, pausedUntil: null };

/** Continues the run of failures, or starts a new one after a day without a failure. */
function failing(now: number) {
  const recent = sql`${endpoints.lastFailureAt} >= ${now - webhooks.failureGapMs}`;
  return {
    failingSince: sql`case when ${recent} then ${endpoints.failingSince} else ${now} end`,
    lastFailureAt: now,
  };
}

function disablingStatements(deps: OutcomeDeps, endpoint: Endpoint, outcomes: Outcome[], failed: boolean): Statement[] {
  if (outcomes.some(({ statusCode }) => statusCode === 410))
    return disableStatements(deps, endpoint, { reason: 'gone', actor: systemActor, condition: holdsLease(endpoint) });
  const tooLong = and(holdsLease(endpoint), lte(endpoints.failingSince, deps.clock.now() - webhooks.failingMaxMs));
  if (!failed) return [];
  return disableStatements(deps, endpoint, { reason: 'failing', actor: systemActor, condition: tooLong });
}

/** Enqueues the next delivery if it is due soon. */
async function wake({ clock, queues }: OutcomeDeps, { id }: Endpoint, nextAt: number): Promise<void> {
  const waitMs = nextAt - clock.now();
  if (waitMs > webhooks.wakeMaxMs) return;
  await queues.deliveries.send({ v: 1, type: 'deliver', id }, { delaySeconds: Math.max(0, Math.ceil(waitMs / 1000)) });
}
