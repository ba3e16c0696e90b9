// The steps of an attempt: each one enters its state, runs, and leaves behind when it was and what it said. What it says can be
// read while it runs.
import { and, eq, isNull, or, type SQL, sql } from 'drizzle-orm';
import { deploymentLimits, leases } from '../contract/limits.ts';
import type { LogLine } from '../contract/log-line.ts';
import type { DeploymentState, DeploymentStep } from '../contract/states.ts';
import { insertWhere, previousChanged } from '../db/client.ts';
import { deploymentStepRows, deployments } from '../db/schema/deploy.ts';
import { record } from '../events/record.ts';
import { type ClaimDeps, type ClaimedDeployment, holdsLease, leaseLost, systemEvent } from './claim.ts';
import { mayBecome } from './states.ts';
import { StepLog } from './step-log.ts';

/** A resumed step is entered again. */
export async function runStep(
  deps: ClaimDeps,
  held: ClaimedDeployment,
  state: DeploymentState,
  step: DeploymentStep,
  run: (log: (line: LogLine) => void) => Promise<void>,
): Promise<void> {
  const log = new StepLog();
  await enterStep(deps, held, state, step);
  const write = (ended: { endedAt?: number; error?: string | null }) =>
    deps.db
      .update(deploymentStepRows)
      .set({ ...ended, log: log.lines, logLines: log.written })
      .where(isStepOf(held, step));
  const stopShowing = showing(deps, log, () => write({}));
  let error: string | null = null;
  try {
    await Promise.race([run((line) => log.add(line)), held.lost.promise]);
  } catch (cause) {
    error = cause instanceof Error ? cause.message : String(cause);
    throw cause;
  } finally {
    await stopShowing();
    await write({ endedAt: deps.clock.now(), error });
  }
}

/** Writes the log now and then while it grows; the function that it returns ends that. */
function showing({ log: complain }: ClaimDeps, log: StepLog, write: () => Promise<unknown>): () => Promise<void> {
  let shown = 0;
  let writing: Promise<unknown> = Promise.resolve();
  const timer = setInterval(() => {
    if (log.written === shown) return;
    shown = log.written;
    writing = write().catch((cause) => complain.warn('deployment.log_not_written', { cause }));
  }, deploymentLimits.stepLogWriteEveryMs);
  return async () => {
    clearInterval(timer);
    await writing;
  };
}

/** As this worker entered it, and nobody ended it since. */
function isStepOf({ deployment }: ClaimedDeployment, step: DeploymentStep): SQL | undefined {
  return and(
    eq(deploymentStepRows.deploymentId, deployment.id),
    eq(deploymentStepRows.step, step),
    eq(deploymentStepRows.attempt, deployment.attempts),
    isNull(deploymentStepRows.endedAt),
  );
}

async function enterStep(
  deps: ClaimDeps,
  held: ClaimedDeployment,
  state: DeploymentState,
  step: DeploymentStep,
): Promise<void> {
  const { db, clock } = deps;
  const { id } = held.deployment;
  const now = clock.now();
  const start = {
    deploymentId: id,
    step,
    attempt: held.deployment.attempts,
    startedAt: now,
    logLines: 0,
  };
  const [, , , [current]] = await db.batch([
    db
      .update(deployments)
      .set({ status: state, leaseUntil: now + leases.deployment.leaseMs, updatedAt: now })
      .where(and(holdsLease(held), or(mayBecome(state), eq(deployments.status, state)))),
    record(deps, { ...systemEvent(id), type: `deployment.${state}` as const, subjectId: id }, previousChanged),
    insertWhere(
      db,
      deploymentStepRows,
      start,
      sql`exists (select 1 from ${deployments} where ${holdsLease(held)})`,
      sql`on conflict do update set attempt = excluded.attempt, started_at = excluded.started_at, ended_at = null, error = null, log = null, log_lines = 0`,
    ),
    db.select().from(deployments).where(holdsLease(held)),
  ]);
  if (!current) throw leaseLost(held);
  held.deployment = current;
}
