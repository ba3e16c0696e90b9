// Runs a deployment's steps. Each step enters its state, runs, and records its start, end, error and log. The log can be read while the
// step runs. The batch that enters the next step also ends a successful one.
import { and, eq, isNull, or, type SQL, sql } from 'drizzle-orm';
import type { Confinement } from '../../contract/builder/instances.ts';
import type { LogLine } from '../../contract/builder/logs/line.ts';
import { deploymentLimits, stepLogPauseMs } from '../../contract/limits/deployments.ts';
import { leases } from '../../contract/limits/leases.ts';
import type { DeploymentState, DeploymentStep } from '../../contract/states.ts';
import { insertWhere, previousChanged, type Statement, writeAndRead } from '../../db/client.ts';
import { deploymentStepRows, deployments } from '../../db/schema/deploy.ts';
import { record } from '../../events/record.ts';
import { mayBecome } from '../../pointers/states.ts';
import { type ClaimDeps, type ClaimedDeployment, holdsLease, leaseLost, systemEvent } from './claim.ts';

/** Statements that end a successful step. They run in the batch of the next change. */
export type StepEnd = readonly Statement[];

export interface StepOf {
  state: DeploymentState;
  step: DeploymentStep;
  /** The instance's confinement, once known. */
  confinement?: Confinement;
}

/**
 * Runs the step and returns the statements that end it. Re-enters an interrupted step. *Dies before the end is written:* the
 * deployment's state makes the next worker run the step again.
 */
export async function runStep(
  deps: ClaimDeps,
  claimed: ClaimedDeployment,
  { before, ...entered }: StepOf & { before: StepEnd },
  run: (log: (line: LogLine) => void) => Promise<void>,
): Promise<StepEnd> {
  const { step } = entered;
  const log = new StepLog();
  await enterStep(deps, claimed, [...before, ...enterStatements(deps, claimed, entered)]);
  const write = (end: { endedAt?: number; error?: string | null }) =>
    deps.db
      .update(deploymentStepRows)
      .set({ ...end, log: log.lines, logLines: log.written })
      .where(isStepOf(claimed, step));
  const stopWriting = writeWhileRunning(deps, log, () => write({}));
  try {
    await Promise.race([run((line) => log.add(line)), claimed.lost.promise]);
  } catch (cause) {
    await stopWriting();
    await write({ endedAt: deps.clock.now(), error: cause instanceof Error ? cause.message : String(cause) });
    throw cause;
  }
  await stopWriting();
  return [write({ endedAt: deps.clock.now(), error: null })];
}

/** Writes the growing log at intervals. Call the returned function to stop. */
function writeWhileRunning(
  { log: workerLog }: ClaimDeps,
  log: StepLog,
  write: () => Promise<unknown>,
): () => Promise<void> {
  const { everyMs } = deploymentLimits.stepLogWrite;
  const written = { lines: 0, atMs: 0 };
  let runsMs = 0;
  let writing: Promise<unknown> = Promise.resolve();
  const timer = setInterval(() => {
    runsMs += everyMs;
    if (log.written === written.lines || runsMs - written.atMs < stepLogPauseMs(runsMs)) return;
    Object.assign(written, { lines: log.written, atMs: runsMs });
    writing = write().catch((cause) => workerLog.warn('deployment.log_not_written', { cause }));
  }, everyMs);
  return async () => {
    clearInterval(timer);
    await writing;
  };
}

/** SQL: the step's row as this worker entered it, still open. */
function isStepOf({ deployment }: ClaimedDeployment, step: DeploymentStep): SQL | undefined {
  return and(
    eq(deploymentStepRows.deploymentId, deployment.id),
    eq(deploymentStepRows.step, step),
    eq(deploymentStepRows.attempt, deployment.attempts),
    isNull(deploymentStepRows.endedAt),
  );
}

async function enterStep({ db }: ClaimDeps, claimed: ClaimedDeployment, writes: Statement[]): Promise<void> {
  const { leased } = await writeAndRead(db, writes, {
    leased: db.select().from(deployments).where(holdsLease(claimed)),
  });
  const [current] = leased;
  if (!current) throw leaseLost(claimed);
  claimed.deployment = current;
}

/** Enters a state and its step, if the worker still holds the lease. */
export function enterStatements(
  deps: ClaimDeps,
  claimed: ClaimedDeployment,
  { state, step, confinement }: StepOf,
): Statement[] {
  const { db, clock } = deps;
  const { id } = claimed.deployment;
  const now = clock.now();
  const start = {
    deploymentId: id,
    step,
    attempt: claimed.deployment.attempts,
    startedAt: now,
    logLines: 0,
  };
  return [
    db
      .update(deployments)
      .set({
        status: state,
        // A retried step has not succeeded yet, so the last attempt's error stays visible until it does.
        error: sql`case when ${deployments.status} = ${state} then ${deployments.error} end`,
        leaseUntil: now + leases.deployment.leaseMs,
        updatedAt: now,
        ...confinement,
        // Each attempt verifies in its own container again, even if the previous one moved into a shared one.
        ...(state === 'verifying' ? { placement: sql`json_remove(${deployments.placement}, '$.shared')` } : {}),
      })
      .where(and(holdsLease(claimed), or(mayBecome(state), eq(deployments.status, state)))),
    record(deps, { ...systemEvent(id), type: `deployment.${state}` as const, subjectId: id }, previousChanged),
    insertWhere(
      db,
      deploymentStepRows,
      start,
      sql`exists (select 1 from ${deployments} where ${holdsLease(claimed)})`,
      sql`on conflict do update set attempt = excluded.attempt, started_at = excluded.started_at, ended_at = null, error = null, log = null, log_lines = 0`,
    ),
  ];
}

/** Collects one step's log: its newest lines, bounded, and the total line count. */
class StepLog {
  /** Newest lines, oldest first. */
  readonly lines: LogLine[] = [];
  written = 0;
  #characters = 0;

  add(line: LogLine): void {
    this.lines.push(line);
    this.written += 1;
    this.#characters += line.line.length;
    while (this.lines.length > deploymentLimits.stepLogLines || this.#characters > deploymentLimits.stepLogChars)
      this.#characters -= this.lines.shift()?.line.length ?? 0;
  }
}
