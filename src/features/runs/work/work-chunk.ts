// Processes a claimed chunk: splits off part of it for other processes, and has an instance run the other rows.
import { type RowsCall, type RowsDone, rowsCallLine } from '../../../contract/builder/rows/rows-call.ts';
import { runLimits } from '../../../contract/limits/batches.ts';
import { builderLimits } from '../../../contract/limits/builder.ts';
import { leases } from '../../../contract/limits/leases.ts';
import { timeLimitMs } from '../../../contract/plugin/permissions.ts';
import { keepLease } from '../../../db/lease.ts';
import { hasStoredChunks, inputKey, storedChunkKey } from '../keys.ts';
import { inputReplaced } from '../split/refusals.ts';
import { ChunkResults } from './chunk-results.ts';
import { ChunkLost, type ClaimedChunk } from './claim-chunk.ts';
import { divideChunk } from './divide-chunk.ts';
import { readRows } from './rows-frames.ts';
import type { RunInstances } from './run-instances.ts';
import type { WorkDeps } from './work-deps.ts';

/**
 * Calls that may reach their time limit after the attempt's time is up: several rows, a part of them, a single row, and the last one.
 */
const lateCalls = 4;

export interface Turn {
  workMs: number;
  /** Duration of the worker's last turn, minus the time spent on its rows. */
  overheadMs: number;
}

/**
 * Processes the chunk's remaining rows until all are done or time is up. Returns the turn's duration minus the time spent on its rows.
 */
export async function workChunk(
  deps: WorkDeps,
  whole: ClaimedChunk,
  instances: RunInstances,
  { overheadMs, workMs }: Turn,
): Promise<number> {
  const { clock } = deps;
  const lost = new AbortController();
  const claimedAt = clock.now();
  let dividedAt = claimedAt;
  const onLost = () => lost.abort(new ChunkLost());
  let results: ChunkResults | undefined;
  try {
    const done = await keepLease(deps, whole.lease, { ...leases.run, onLost }, async () => {
      if (whole.chunk.isTooLong) {
        results = new ChunkResults(deps, whole);
        return failTooLong(whole, results);
      }
      const { bytes, claimed } = await divideChunk(deps, whole, await bytesLeft(deps, whole), overheadMs);
      dividedAt = clock.now();
      results = new ChunkResults(deps, claimed);
      return runRows(deps, claimed, { bytes, instances, results, lost, workMs });
    });
    const doneAt = clock.now();
    await results?.end(done);
    return dividedAt - claimedAt + clock.now() - doneAt;
  } catch (error) {
    const cause = lost.signal.aborted ? lost.signal.reason : error;
    await results?.abandon(cause);
    throw cause;
  }
}

/** Fails an overlong row without reading it. */
async function failTooLong({ chunk }: ClaimedChunk, results: ChunkResults): Promise<RowsDone> {
  const error = `the row has ${chunk.bytes} bytes; the limit is ${runLimits.rowBytes}`;
  await results.errors(new TextEncoder().encode(`${JSON.stringify({ row: chunk.firstRow, error, input: null })}\n`));
  return { rows: 1, failed: 1, skipped: 0, bytes: chunk.bytes, busy_ms: 0 };
}

interface Work {
  bytes: Uint8Array;
  instances: RunInstances;
  results: ChunkResults;
  lost: AbortController;
  workMs: number;
}

async function runRows(deps: WorkDeps, claimed: ClaimedChunk, work: Work): Promise<RowsDone> {
  const { chunk, run, version } = claimed;
  const { lost, results, workMs } = work;
  const attemptMs = Math.max(1, Math.min(workMs, runLimits.attemptMs));
  const body = bodyOf(callOf(claimed, attemptMs), work.bytes);
  const timeoutMs = attemptMs + lateCalls * (timeLimitMs(version) + builderLimits.readyWaitMs);
  const options = { signal: lost.signal, timeoutMs };
  const stream = await work.instances.with(deps, claimed, (id) => deps.builder.runRows(id, body, options));
  const commitSoon = () => void results.commitSoon().catch((error: unknown) => lost.abort(error));
  const timer = setInterval(commitSoon, runLimits.commitMs);
  const done = await readRows(stream, results).finally(() => clearInterval(timer));
  const rows = chunk.rows - chunk.rowsDone;
  if (done.rows > rows || (done.rows < rows && done.rows === 0))
    throw new Error(`the builder worked on ${done.rows} rows of chunk ${chunk.id} of run ${run.id}`);
  return done;
}

function callOf({ chunk, run }: ClaimedChunk, workMs: number): RowsCall {
  const rows = run.done + run.failed;
  return {
    run: run.id,
    format: run.format,
    columns: run.csv?.columns ?? null,
    ...separatorOf(run),
    first: chunk.firstRow + chunk.rowsDone,
    batch_size: run.batchSize,
    parameters: run.parameters,
    work_ms: workMs,
    row_ms: rows === 0 ? null : run.busyMs / rows,
  };
}

/** Commas aren't sent, so that an older builder takes the call. */
function separatorOf({ csv }: ClaimedChunk['run']): Pick<RowsCall, 'separator'> {
  return csv === null || csv.separator === ',' ? {} : { separator: csv.separator };
}

function bodyOf(call: RowsCall, rows: Uint8Array): Uint8Array<ArrayBuffer> {
  const head = new TextEncoder().encode(rowsCallLine(call));
  const body = new Uint8Array(head.length + rows.length);
  body.set(head);
  body.set(rows, head.length);
  return body;
}

async function bytesLeft({ blobs }: WorkDeps, { chunk, run }: ClaimedChunk): Promise<Uint8Array> {
  const length = chunk.bytes - chunk.bytesDone;
  const isStored = hasStoredChunks(run);
  const key = isStored ? storedChunkKey(run.id, chunk.number) : inputKey(run.id);
  const offset = chunk.startAt + chunk.bytesDone;
  const pinned = isStored ? {} : { onlyIf: { etagMatches: run.inputEtag ?? '' } };
  const object = await blobs.get(key, { range: { offset, length }, ...pinned });
  if (!object || !('body' in object)) throw inputReplaced();
  return new Uint8Array(await object.arrayBuffer());
}
