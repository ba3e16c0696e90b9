// Stores attempt outcomes. Each delivery succeeds, is retried later or fails; the endpoint stays enabled, pauses, or is disabled.
import { and, eq, gte, isNotNull, isNull, lte, type SQL, sql } from 'drizzle-orm';
import { systemActor } from '../../contract/actor.ts';
import { webhooks } from '../../contract/features/webhooks/limits.ts';
import { signedRequests } from '../../contract/limits/signed-requests.ts';
import { previousChanged, type Statement } from '../../db/client.ts';
import { hasLease } from '../../db/lease.ts';
import type { Deps } from '../../deps.ts';
import { record } from '../../events/record.ts';
import type { Outcome } from '../../signed-requests/attempt.ts';
import { retryWaitMs } from '../../signed-requests/retry-schedule.ts';
import { disableStatements } from './endpoint-status.ts';
import type { Endpoint } from './endpoints.ts';
import type { DueDelivery } from './lanes.ts';
import { deliveries, endpoints, webhookLanes } from './tables.ts';

export interface AttemptResult {
  delivery: DueDelivery;
  outcome: Outcome;
}

type OutcomeDeps = Pick<Deps, 'db' | 'clock' | 'ids' | 'queues'>;

/** The endpoint as read by a worker, which holds a lane's lease with this token. */
export interface LeasedEndpoint {
  endpoint: Endpoint;
  token: string;
}

export interface StoredOutcomes {
  /** Statements for one batch. They change nothing if the lease is lost. */
  statements: Statement[];
  /** Enqueues the next attempt if it is due soon. Call it after the batch. */
  wake(): Promise<void>;
}

export function outcomeStatements(
  deps: OutcomeDeps,
  leased: LeasedEndpoint,
  results: AttemptResult[],
): StoredOutcomes | undefined {
  if (results.length === 0) return undefined;
  const { endpoint } = leased;
  const now = deps.clock.now();
  const scheduled = results.map((result) => ({ ...result, next: nextAttemptAt(result, now) }));
  const outcomes = results.map(({ outcome }) => outcome);
  const failed = outcomes.every(({ error }) => error !== null);
  const pausedUntil = now + Math.max(0, ...outcomes.map(({ retryAfterMs }) => retryAfterMs ?? 0));
  const statements = [
    ...scheduled.map((attempt) => attemptStatement(deps, leased, attempt)),
    ...(failed || pausedUntil > now || hasFailed(endpoint)
      ? [
          deps.db
            .update(endpoints)
            .set({ ...(failed ? failing(now) : noFailures), ...(pausedUntil > now ? { pausedUntil } : {}) })
            .where(holdsLease(leased)),
        ]
      : []),
    ...hangStatements(deps, leased, outcomes),
    ...disablingStatements(deps, leased, outcomes, failed),
  ];
  const nextAt = Math.min(...scheduled.map(({ next }) => next ?? Number.POSITIVE_INFINITY));
  return { statements, wake: () => wake(deps, endpoint, nextAt) };
}

/** Returns the time of the next attempt, or null if there is none. */
function nextAttemptAt({ delivery, outcome }: AttemptResult, now: number): number | null {
  if (outcome.error === null || outcome.statusCode === 410) return null;
  const wait = retryWaitMs(delivery.attempts + 1 - delivery.scheduleFrom);
  return wait === undefined ? null : now + Math.max(wait, outcome.retryAfterMs ?? 0);
}

/** Builds the statement that stores an attempt and the delivery's new state. */
function attemptStatement(
  { db, clock }: OutcomeDeps,
  leased: LeasedEndpoint,
  { delivery, outcome, next: nextAt }: AttemptResult & { next: number | null },
): Statement {
  const { id, attempts: before, scheduleFrom } = delivery;
  const { startedAt, durationMs, statusCode, error, responseExcerpt } = outcome;
  const number = before + 1;
  const status = error === null ? 'succeeded' : nextAt === null ? 'failed' : 'pending';
  const made = { number, startedAt, durationMs, statusCode, error, responseExcerpt };
  return db
    .update(deliveries)
    .set({
      status,
      nextAt,
      attempts: number,
      attemptsMade: [...delivery.attemptsMade, made].slice(-webhooks.attemptsKept),
      updatedAt: clock.now(),
    })
    .where(
      and(
        eq(deliveries.id, id),
        eq(deliveries.status, 'pending'),
        eq(deliveries.attempts, before),
        eq(deliveries.scheduleFrom, scheduleFrom), // redelivered meanwhile, it has a new schedule
        isLaneHeld(leased),
      ),
    );
}

/** SQL: the worker still holds its lane's lease. */
function isLaneHeld({ endpoint, token }: LeasedEndpoint): SQL {
  return sql`exists (select 1 from ${webhookLanes} where ${webhookLanes.endpointId} = ${endpoint.id} and ${hasLease(webhookLanes, token)})`;
}

/** SQL over rows of webhook_endpoints: this endpoint, while the worker holds its lane's lease. */
function holdsLease(leased: LeasedEndpoint): SQL | undefined {
  return and(eq(endpoints.id, leased.endpoint.id), isLaneHeld(leased));
}

function hasFailed({ failingSince, lastFailureAt, pausedUntil }: Endpoint): boolean {
  return failingSince !== null || lastFailureAt !== null || pausedUntil !== null;
}

/**
 * Builds the statements that update the endpoint's score for hanging attempts, and those that change its time limit and record an
 * event.
 */
function hangStatements(deps: OutcomeDeps, leased: LeasedEndpoint, outcomes: Outcome[]): Statement[] {
  const { weight, from, max, timeoutMs } = webhooks.hanging;
  const { hangScore, id, organizationId } = leased.endpoint;
  const hung = outcomes.filter(({ timedOut }) => timedOut).length;
  if (hung === 0 && hangScore === 0) return [];
  const { db } = deps;
  const change = weight * hung - (outcomes.length - hung);
  const event = { organizationId, namespaceId: null, actor: systemActor, subjectId: id };
  return [
    db
      .update(endpoints)
      .set({ hangScore: sql`max(0, min(${max}, ${endpoints.hangScore} + ${change}))` })
      .where(holdsLease(leased)),
    db
      .update(endpoints)
      .set({ timeoutMs })
      .where(and(holdsLease(leased), isNull(endpoints.timeoutMs), gte(endpoints.hangScore, from))),
    record(
      deps,
      { ...event, type: 'webhook.timeout_shortened', data: { timeout_seconds: timeoutMs / 1000 } },
      previousChanged,
    ),
    db
      .update(endpoints)
      .set({ timeoutMs: null })
      .where(and(holdsLease(leased), isNotNull(endpoints.timeoutMs), eq(endpoints.hangScore, 0))),
    record(
      deps,
      { ...event, type: 'webhook.timeout_restored', data: { timeout_seconds: signedRequests.timeoutMs / 1000 } },
      previousChanged,
    ),
  ];
}

const noFailures = { failingSince: null, lastFailureAt: null, pausedUntil: null };

/** Continues the streak of failures, or starts a new one after a day without a failure. */
function failing(now: number) {
  const recent = sql`${endpoints.lastFailureAt} >= ${now - webhooks.failureGapMs}`;
  return {
    failingSince: sql`case when ${recent} then ${endpoints.failingSince} else ${now} end`,
    lastFailureAt: now,
  };
}

function disablingStatements(
  deps: OutcomeDeps,
  leased: LeasedEndpoint,
  outcomes: Outcome[],
  failed: boolean,
): Statement[] {
  const { endpoint } = leased;
  if (outcomes.some(({ statusCode }) => statusCode === 410))
    return disableStatements(deps, endpoint, { reason: 'gone', actor: systemActor, condition: holdsLease(leased) });
  const tooLong = and(holdsLease(leased), lte(endpoints.failingSince, deps.clock.now() - webhooks.failingMaxMs));
  if (!failed) return [];
  return disableStatements(deps, endpoint, { reason: 'failing', actor: systemActor, condition: tooLong });
}

/** Enqueues the next delivery if it is due soon. */
async function wake({ clock, queues }: OutcomeDeps, { id }: Endpoint, nextAt: number): Promise<void> {
  const waitMs = nextAt - clock.now();
  if (waitMs > signedRequests.wakeMaxMs) return;
  await queues.deliveries.send({ v: 1, type: 'deliver', id }, { delaySeconds: Math.max(0, Math.ceil(waitMs / 1000)) });
}
