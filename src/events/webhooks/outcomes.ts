// What attempts mean: for each delivery told, tried again later or given up; for the endpoint in favour, on hold or disabled.
import { and, eq, lte, type SQL, sql } from 'drizzle-orm';
import { systemActor } from '../../contract/events.ts';
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

const dayMs = 24 * 3600 * 1000;
/** Nothing but failures for so long, with no day without one, and the endpoint is disabled. */
export const failingMaxMs = 5 * dayMs;
/** Waits up to that are kept by a delayed message as well; longer ones by the sweep alone. */
const wakeMaxMs = 10 * 60_000;

type SettleDeps = Pick<Deps, 'db' | 'clock' | 'ids' | 'queues'>;

/** One batch, and nothing of it when the lease was lost meanwhile. */
export async function storeOutcomes(deps: SettleDeps, endpoint: Endpoint, told: AttemptResult[]): Promise<void> {
  const now = deps.clock.now();
  const verdicts = told.map((one) => ({ ...one, next: nextAttemptAt(one, now) }));
  const outcomes = told.map(({ outcome }) => outcome);
  const failed = outcomes.every(({ error }) => error !== null);
  const pausedUntil = now + Math.max(0, ...outcomes.map(({ retryAfterMs }) => retryAfterMs ?? 0));
  const [first, ...rest] = [
    ...verdicts.flatMap(({ delivery, outcome, next }) => verdictStatements(deps, endpoint, delivery, outcome, next)),
    deps.db
      .update(endpoints)
      .set({ ...(failed ? failing(now) : favoured), ...(pausedUntil > now ? { pausedUntil } : {}) })
      .where(holdsLease(endpoint)),
    ...disablingStatements(deps, endpoint, outcomes, failed),
  ];
  if (first) await deps.db.batch([first, ...rest]);
  await wake(deps, endpoint, Math.min(...verdicts.map(({ next }) => next ?? Number.POSITIVE_INFINITY)));
}

/** When to try again, or null: there is nothing to try again. */
function nextAttemptAt({ delivery, outcome }: AttemptResult, now: number): number | null {
  if (outcome.error === null || outcome.statusCode === 410) return null;
  const wait = retryWaitMs(delivery.attempts + 1 - delivery.scheduleFrom);
  return wait === undefined ? null : now + Math.max(wait, outcome.retryAfterMs ?? 0);
}

function verdictStatements(
  { db, clock }: SettleDeps,
  endpoint: Endpoint,
  { id, attempts: before }: Delivery,
  { startedAt, durationMs, statusCode, error, responseExcerpt }: Outcome,
  nextAt: number | null,
): [Statement, Statement] {
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

function holdsLease({ id, leaseToken }: Endpoint): SQL | undefined {
  return and(eq(endpoints.id, id), sql`${endpoints.leaseToken} = ${leaseToken}`);
}

const favoured = { failingSince: null, lastFailureAt: null, pausedUntil: null };

/** After a day without a failure the count of days begins anew. */
function failing(now: number) {
  const recent = sql`${endpoints.lastFailureAt} >= ${now - dayMs}`;
  return {
    failingSince: sql`case when ${recent} then ${endpoints.failingSince} else ${now} end`,
    lastFailureAt: now,
  };
}

function disablingStatements(deps: SettleDeps, endpoint: Endpoint, outcomes: Outcome[], failed: boolean): Statement[] {
  if (outcomes.some(({ statusCode }) => statusCode === 410))
    return disableStatements(deps, endpoint, 'gone', systemActor, holdsLease(endpoint));
  const forDays = and(holdsLease(endpoint), lte(endpoints.failingSince, deps.clock.now() - failingMaxMs));
  return failed ? disableStatements(deps, endpoint, 'failing', systemActor, forDays) : [];
}

async function wake({ clock, queues }: SettleDeps, { id }: Endpoint, nextAt: number): Promise<void> {
  const waitMs = nextAt - clock.now();
  if (waitMs > wakeMaxMs) return;
  await queues.deliveries.send({ v: 1, type: 'deliver', id }, { delaySeconds: Math.max(0, Math.ceil(waitMs / 1000)) });
}
