// Works on one chunk that was claimed: has an instance run its rows, writes what comes back into objects of this attempt, and commits both.
// *Dies before the commit:* nothing names the objects, and another worker does the rows again. *After:* the rows are done.
import { and, eq, sql } from 'drizzle-orm';
import { type RowsCall, type RowsDone, rowsCallLine } from '../../contract/builder/run-rows.ts';
import { runLimits } from '../../contract/limits/batches.ts';
import { builderLimits } from '../../contract/limits/builder.ts';
import { leases } from '../../contract/limits/leases.ts';
import { previousChanged } from '../../db/client.ts';
import { keepLease, released } from '../../db/lease.ts';
import { runChunks, runs } from '../../db/schema/runs.ts';
import type { ByteReservation } from '../../db/stored-bytes.ts';
import { hasStoredChunks, inputKey, partKey, type ResultKind, storedChunkKey } from '../keys.ts';
import { completionStatements } from '../run.ts';
import { inputReplaced } from '../split/header.ts';
import { ChunkLost, type ClaimedChunk } from './claim-chunk.ts';
import { PartWriter } from './part-writer.ts';
import { reserveResults } from './result-room.ts';
import { readRows } from './rows-frames.ts';
import type { RunInstances } from './run-instances.ts';
import type { WorkDeps } from './work-deps.ts';

/** Works on the rows that are left of the chunk, until all are done or the time is over. */
export async function workChunk(
  deps: WorkDeps,
  claimed: ClaimedChunk,
  instances: RunInstances,
  workMs: number,
): Promise<void> {
  const { chunk, run } = claimed;
  const lost = new AbortController();
  const keyOf = (kind: ResultKind) => partKey(run.id, chunk.number, chunk.attempt, kind);
  const writers = {
    output: new PartWriter(deps.blobs, keyOf('output')),
    errors: new PartWriter(deps.blobs, keyOf('errors')),
  };
  const room = reserveResults(deps, claimed);
  const onLost = () => lost.abort(new ChunkLost());
  try {
    const done = await keepLease(deps, claimed.lease, { ...leases.run, onLost }, async () => {
      const done = chunk.isTooLong
        ? await failTooLong(claimed, writers.errors, room)
        : await runRows(deps, claimed, { instances, writers, room, signal: lost.signal, workMs });
      await writers.output.end();
      await writers.errors.end();
      return done;
    });
    await commit(deps, claimed, done, { output: writers.output.total, errors: writers.errors.total });
  } catch (error) {
    await Promise.allSettled([writers.output.abort(), writers.errors.abort()]);
    // Certainly not committed, unlike after an error of the database.
    if (error instanceof ChunkLost) await deps.blobs.delete([keyOf('output'), keyOf('errors')]);
    throw lost.signal.aborted ? lost.signal.reason : error;
  }
}

/** A row that is too long was read by nobody. */
async function failTooLong({ chunk }: ClaimedChunk, errors: PartWriter, room: ByteReservation): Promise<RowsDone> {
  const error = `the row has ${chunk.bytes} bytes; at most ${runLimits.rowBytes} are allowed`;
  const line = new TextEncoder().encode(`${JSON.stringify({ row: chunk.firstRow, error, input: null })}\n`);
  await room.add(line.length);
  await errors.write(line);
  return { rows: 1, failed: 1, skipped: 0, bytes: chunk.bytes };
}

interface Work {
  instances: RunInstances;
  writers: { output: PartWriter; errors: PartWriter };
  room: ByteReservation;
  signal: AbortSignal;
  workMs: number;
}

async function runRows(deps: WorkDeps, claimed: ClaimedChunk, work: Work): Promise<RowsDone> {
  const { chunk, run } = claimed;
  const body = bodyOf(callOf(claimed, work.workMs), await bytesLeft(deps, claimed));
  const timeoutMs = work.workMs + builderLimits.drainMaxMs + builderLimits.readyWaitMs;
  const options = { signal: work.signal, timeoutMs };
  const stream = await work.instances.with(claimed, (id) => deps.builder.runRows(id, body, options));
  const write = (writer: PartWriter) => async (bytes: Uint8Array) => {
    await work.room.add(bytes.length);
    await writer.write(bytes);
  };
  const done = await readRows(stream, { output: write(work.writers.output), errors: write(work.writers.errors) });
  const isAll = done.rows === chunk.rows - chunk.rowsDone;
  if (done.rows > chunk.rows - chunk.rowsDone || (!isAll && done.rows === 0))
    throw new Error(`the builder worked on ${done.rows} rows of chunk ${chunk.id} of run ${run.id}`);
  return done;
}

function callOf({ chunk, run }: ClaimedChunk, workMs: number): RowsCall {
  const hasLost = chunk.attempt > chunk.parts.length + 1;
  return {
    run: run.id,
    format: run.format,
    columns: run.columns,
    first: chunk.firstRow + chunk.rowsDone,
    batch_size: run.batchSize,
    parameters: run.parameters,
    work_ms: Math.max(1, hasLost ? Math.min(workMs, runLimits.afterLossMs) : workMs),
  };
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
  const offset = (isStored ? 0 : chunk.startAt) + chunk.bytesDone;
  const pinned = isStored ? {} : { onlyIf: { etagMatches: run.inputEtag ?? '' } };
  const object = await blobs.get(key, { range: { offset, length }, ...pinned });
  if (!object || !('body' in object)) throw inputReplaced();
  return new Uint8Array(await object.arrayBuffer());
}

/** One batch: what was done of the chunk, what that adds to the run, and the end of the run if it was the last of it. */
async function commit(
  deps: WorkDeps,
  { chunk, lease, run }: ClaimedChunk,
  done: RowsDone,
  written: { output: number; errors: number },
): Promise<void> {
  const { db, clock } = deps;
  const isDone = chunk.rowsDone + done.rows === chunk.rows;
  const parts = [...chunk.parts, { attempt: chunk.attempt, ...written }];
  const [changed] = await db.batch([
    db
      .update(runChunks)
      .set({
        status: isDone ? 'done' : 'waiting',
        ...released,
        slot: null,
        failures: 0,
        rowsDone: chunk.rowsDone + done.rows,
        bytesDone: chunk.bytesDone + done.bytes,
        parts,
      })
      .where(lease.isHeld)
      .returning({ id: runChunks.id }),
    db
      .update(runs)
      .set({
        chunksDone: sql`${runs.chunksDone} + ${isDone ? 1 : 0}`,
        done: sql`${runs.done} + ${done.rows - done.failed}`,
        failed: sql`${runs.failed} + ${done.failed}`,
        skipped: sql`${runs.skipped} + ${done.skipped}`,
        outputBytes: sql`${runs.outputBytes} + ${written.output}`,
        errorBytes: sql`${runs.errorBytes} + ${written.errors}`,
        attempts: sql`${runs.attempts} + 1`,
        updatedAt: clock.now(),
      })
      .where(and(eq(runs.id, run.id), previousChanged)),
    ...completionStatements(deps, run.id),
  ]);
  if (changed.length === 0) throw new ChunkLost();
}
