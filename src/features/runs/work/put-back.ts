// Decides whether a chunk that failed through no fault of its rows gets another attempt.
import { and, eq, sql } from 'drizzle-orm';
import { StartFailed } from '../../../builders/start-failures.ts';
import { BuilderError } from '../../../contract/builder/errors.ts';
import { runLimits } from '../../../contract/limits/batches.ts';
import { leases } from '../../../contract/limits/leases.ts';
import { writeAndRead } from '../../../db/client.ts';
import { released } from '../../../db/lease.ts';
import { runChunks, runs } from '../../../db/schema/runs.ts';
import { failRun } from '../run.ts';
import type { ClaimedChunk } from './claim-chunk.ts';
import type { WorkDeps } from './work-deps.ts';

const { attemptsMax, retryMs } = runLimits;

/** Puts the chunk back for a later attempt by any worker. After too many failures in a row, the run fails. */
export async function putBack(deps: WorkDeps, claimed: ClaimedChunk, error: unknown): Promise<void> {
  const { chunk, lease, run } = claimed;
  const failures = chunk.failures + 1;
  if (failures >= attemptsMax) return failRun(deps, run.id, exhaustedMessage(chunk.firstRow, failures, error));
  if (error instanceof StartFailed) {
    const starts = 1 + (await countFailedStarts(deps, claimed));
    if (starts >= attemptsMax * claimed.demand.processes)
      return failRun(deps, run.id, exhaustedMessage(chunk.firstRow, starts, error));
  }
  const waitMs = Math.min(retryMs * 2 ** (failures - 1), leases.run.leaseMs * 10);
  await deps.db
    .update(runChunks)
    .set({ status: 'waiting', ...released, slot: null, failures, nextAt: deps.clock.now() + waitMs })
    .where(lease.isHeld);
}

/**
 * Puts the chunk back, without counting a failure, and lets the run go on with the processes that it has, since a further one finds no
 * GPU. Returns false if it has none, so that nothing would go on.
 */
export async function goesOnWithFewer({ clock, db }: WorkDeps, { chunk, lease, run }: ClaimedChunk): Promise<boolean> {
  const others = sql<number>`(select count(*) from ${runChunks} other where other.status = 'running' and other.run_id = ${run.id} and other.id <> ${chunk.id})`;
  const held = sql`exists (select 1 from ${runChunks} where ${lease.isHeld})`;
  const outcome = await writeAndRead(
    db,
    [
      db
        .update(runs)
        .set({ maxParallel: sql`min(${runs.maxParallel}, ${others})` })
        .where(and(eq(runs.id, run.id), sql`${others} > 0`, held)),
      db
        .update(runChunks)
        .set({ status: 'waiting', ...released, slot: null, nextAt: clock.now() })
        .where(and(lease.isHeld, sql`${others} > 0`)),
    ],
    { held: db.select({ id: runChunks.id }).from(runChunks).where(lease.isHeld) },
  );
  return outcome.held.length === 0;
}

/**
 * Returns how often a process of the run failed to start if none has finished a row; otherwise 0. It ends a run of many chunks whose
 * plugin never starts, although no single chunk has failed often.
 */
async function countFailedStarts({ db }: WorkDeps, { run }: ClaimedChunk): Promise<number> {
  const failures = sql<number>`(select coalesce(sum(${runChunks.failures}), 0) from ${runChunks} where ${runChunks.runId} = ${run.id})`;
  const [found] = await db
    .select({ failures, rows: sql<number>`${runs.done} + ${runs.failed}` })
    .from(runs)
    .where(eq(runs.id, run.id));
  return found?.rows === 0 ? found.failures : 0;
}

function exhaustedMessage(firstRow: number, attempts: number, error: unknown): string {
  const hasReason = error instanceof BuilderError || error instanceof StartFailed;
  const cause = hasReason ? ` The last one failed: ${error.message}` : '';
  if (error instanceof StartFailed && error.error.code === 'start-timeout')
    return `The plugin did not start in ${attempts} attempts.${cause}`;
  return `Rows ${firstRow} and following failed ${attempts} attempts.${cause} The plugin is not at fault. Run the remaining rows again.`;
}
