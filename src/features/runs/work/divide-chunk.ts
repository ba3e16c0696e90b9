// Splits off part of a claimed chunk for the run's other processes, so that all of them are busy and finish at about the same time.
// Each turn takes a share of the remaining rows. So turns get shorter toward the end, but each stays worth its overhead.
import { sql } from 'drizzle-orm';
import { rowEnds } from '../../../contract/builder/rows/chunk-rows.ts';
import { runLimits } from '../../../contract/limits/batches.ts';
import { previousChanged } from '../../../db/client.ts';
import { runChunks } from '../../../db/schema/runs.ts';
import type { Deps } from '../../../deps.ts';
import { chunkId } from '../keys.ts';
import { ChunkLost, type ClaimedChunk } from './claim-chunk.ts';

type DivideDeps = Pick<Deps, 'db' | 'queues'>;

/** Smallest remainder that gets its own turn, as a fraction of a turn. */
const restPart = 1 / 2;

/**
 * Returns the claim and the bytes of the rows that the worker keeps. Wakes workers for the other rows. `overheadMs` is the duration of
 * the worker's last turn, minus its rows. *Dies:* the chunks wait for the run's next worker, or for the sweep.
 */
export async function divideChunk(
  { db, queues }: DivideDeps,
  claimed: ClaimedChunk,
  bytes: Uint8Array,
  overheadMs: number,
): Promise<{ claimed: ClaimedChunk; bytes: Uint8Array }> {
  const { chunk, demand, lease, run } = claimed;
  const ends = turnsOf(claimed, bytes.length, overheadMs);
  const [taken = 0] = ends;
  if (ends.length === 1) return { claimed, bytes };
  const byteEnds = rowEnds(bytes, { format: run.format, separator: run.csv?.separator });
  const endOf = (rows: number) => (rows === 0 ? 0 : (byteEnds[rows - 1] ?? bytes.length));
  const firstRow = chunk.firstRow + chunk.rowsDone;
  const others = ends.slice(1).map((end, at) => {
    const from = ends[at] ?? 0;
    return {
      id: chunkId(run.id, firstRow + from),
      startAt: chunk.startAt + chunk.bytesDone + endOf(from),
      bytes: (end === ends.at(-1) ? bytes.length : endOf(end)) - endOf(from),
      firstRow: firstRow + from,
      rows: end - from,
    };
  });
  const kept = { rows: chunk.rowsDone + taken, bytes: chunk.bytesDone + endOf(taken) };
  const value = (name: keyof (typeof others)[number]) => sql.raw(`other.value ->> '$.${name}'`);
  const [changed] = await db.batch([
    db.update(runChunks).set(kept).where(lease.isHeld).returning({ id: runChunks.id }),
    db
      .insert(runChunks)
      .select(
        sql`select ${value('id')}, ${run.id}, ${run.organizationId}, ${chunk.number}, ${value('startAt')}, ${value('bytes')}, ${value('firstRow')}, ${value('rows')}, 0, 'waiting', null, null, null, 0, 0, 0, 0, 0, '[]', 0 from json_each(${JSON.stringify(others)}) other where ${previousChanged}`,
      ),
  ]);
  if (changed.length === 0) throw new ChunkLost();
  const wakes = Math.min(others.length, demand.processes - demand.running);
  const wake = { body: { v: 1, type: 'work-run', id: run.id } as const };
  if (wakes > 0) await queues.runs.sendBatch(Array.from({ length: wakes }, () => wake));
  return { claimed: { ...claimed, chunk: { ...chunk, ...kept } }, bytes: bytes.subarray(0, endOf(taken)) };
}

/** Returns the row counts at which the chunk's parts end: first the worker's own part, then one per idle process. */
function turnsOf({ chunk, demand, run }: ClaimedChunk, bytes: number, overheadMs: number): number[] {
  const { turnMs, turnMsMax, turnOverheads, turnsLeft } = runLimits;
  const left = chunk.rows - chunk.rowsDone;
  const isPlenty = demand.waiting >= runLimits.plentyOfChunks;
  if (demand.processes < 2 || isPlenty) return [left];
  const unsplitBytes = run.status === 'splitting' ? Math.max(0, (run.inputBytes ?? 0) - run.splitAt) : 0;
  const ofRun = left + demand.waitingRows + (unsplitBytes * left) / bytes;
  const isKnown = run.busyMs > 0;
  const leastMs = Math.min(turnMsMax, Math.max(turnMs, turnOverheads * overheadMs));
  const leastRows = isKnown ? (leastMs * (run.done + run.failed)) / run.busyMs : 1;
  const turns = demand.processes * (isKnown ? turnsLeft.later : turnsLeft.atFirst);
  const turn = Math.ceil(Math.max(leastRows, ofRun / turns));
  /** Returns the end of the batch that the row is in. */
  const batchEnd = (rows: number) => {
    const over = (chunk.firstRow + chunk.rowsDone + rows) % run.batchSize;
    return over === 0 ? rows : rows + run.batchSize - over;
  };
  const taken = batchEnd(turn);
  const rest = left - taken;
  if (rest < restPart * taken) return [left];
  const unused = demand.processes - demand.running - demand.waiting;
  const parts = Math.max(1, Math.min(unused, Math.round(rest / taken)));
  const ends = Array.from({ length: parts - 1 }, (_, at) => batchEnd(taken + Math.ceil(((at + 1) * rest) / parts)));
  return [...new Set([taken, ...ends.filter((end) => end < left), left])];
}
