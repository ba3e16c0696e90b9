// Works on runs for a while: first splits the input that the message names, if due, then processes chunks of whichever run is next. A
// message only wakes a worker, so it may arrive twice, late or never.
import { StartFailed } from '../../../builders/start-failures.ts';
import { mayStartLater } from '../../../contract/builder/start-errors.ts';
import { runLimits } from '../../../contract/limits/batches.ts';
import type { RunId } from '../../../core/ids.ts';
import { whileMarked } from '../../../events/set-aside.ts';
import { BudgetFull } from '../../../limits/stored-bytes.ts';
import { runInSpan } from '../../../watching/in-span.ts';
import { cancelRunBecause, failRun } from '../run.ts';
import { InputRefused } from '../split/refusals.ts';
import { splitRun } from '../split/split-run.ts';
import { ChunkLost, type ClaimedChunk, claimChunk } from './claim-chunk.ts';
import { goesOnWithFewer, putBack } from './put-back.ts';
import { StepsFailed } from './rows-frames.ts';
import { RunInstances } from './run-instances.ts';
import { type Turn, workChunk } from './work-chunk.ts';
import type { WorkDeps } from './work-deps.ts';

export async function workRuns(deps: WorkDeps, id: RunId): Promise<void> {
  const until = deps.clock.now() + runLimits.workMs;
  await splitRun(deps, id);
  const instances = new RunInstances(deps);
  try {
    for (let chunks = 1, slot = 0, overheadMs = 0; ; chunks++) {
      const claimed = await claimChunk(deps, slot);
      if (!claimed) return;
      slot = claimed.chunk.slot ?? 0;
      overheadMs = await work(deps, claimed, instances, { workMs: until - deps.clock.now(), overheadMs });
      if (deps.clock.now() < until && chunks < runLimits.chunksOfMessage) continue;
      await deps.queues.runs.send({ v: 1, type: 'work-run', id: claimed.run.id });
      return;
    }
  } finally {
    await instances.end();
  }
}

/**
 * Processes a chunk. Returns the turn's duration minus the time spent on its rows. Rejects only if the chunk can't be put back; then
 * its lease expires.
 */
async function work(deps: WorkDeps, claimed: ClaimedChunk, instances: RunInstances, turn: Turn): Promise<number> {
  const { chunk, run, version } = claimed;
  try {
    if (version.deletedAt === null)
      return await whileMarked(deps, chunk, () =>
        runInSpan(deps, 'rows', run, (own) => workChunk(own, claimed, instances, turn)),
      );
    await cancelRunBecause(deps, run.id, 'The version was deleted.');
  } catch (error) {
    const fault = faultOf(error);
    if (isFull(error) && (await goesOnWithFewer(deps, claimed))) return turn.overheadMs;
    if (fault !== undefined) await failRun(deps, run.id, fault);
    else if (!(error instanceof ChunkLost)) {
      deps.log.warn('run.chunk_failed', { run: run.id, chunk: chunk.number, cause: error });
      await putBack(deps, claimed, error);
    }
  }
  return turn.overheadMs;
}

/** Returns whether a process found no GPU free. */
function isFull(error: unknown): boolean {
  return error instanceof StartFailed && error.error.code === 'gpu-full';
}

/**
 * Returns the message to fail the run with if the plugin or input is at fault, a requirement is missing, or the storage quota is used
 * up.
 */
function faultOf(error: unknown): string | undefined {
  if (error instanceof StartFailed && !mayStartLater(error.error)) return `The plugin did not start: ${error.message}`;
  if (error instanceof StepsFailed) return `The steps cannot be run: ${error.message}`;
  if (error instanceof InputRefused) return error.message;
  if (error instanceof BudgetFull) return `${error.message} The run keeps the results of finished rows.`;
  return undefined;
}
