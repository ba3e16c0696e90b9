// Splits a run's input into chunks, which workers can process as soon as the first one is found. One worker at a time reads the input,
// and stores its position with the chunks. *Dies:* another worker continues there when the lease expires; if chunks are stored
// separately, it rereads the input up to there. Each organization can have only a few inputs split at once, so its runs wait for each
// other, but not for other organizations' runs.
import { and, asc, eq, isNull, type SQL, sql } from 'drizzle-orm';
import { runLimits } from '../../../contract/limits/batches.ts';
import { leases } from '../../../contract/limits/leases.ts';
import { recordEnds } from '../../../contract/runs/records.ts';
import type { RunId } from '../../../core/ids.ts';
import { LoopTurns, turnBytes } from '../../../core/turns.ts';
import { previousChanged, type Statement, writeAndRead } from '../../../db/client.ts';
import { isUnleased, type Lease, newLease, released, renewAtCheckpoints } from '../../../db/lease.ts';
import { type CsvForm, runChunks, runs } from '../../../db/schema/runs.ts';
import type { Deps } from '../../../deps.ts';
import { record } from '../../../events/record.ts';
import { setAside, whileMarked } from '../../../events/set-aside.ts';
import { BudgetFull, type ByteReservation } from '../../../limits/stored-bytes.ts';
import { runInSpan } from '../../../watching/in-span.ts';
import { hasStoredChunks, storedChunkKey } from '../keys.ts';
import { completionStatements, eventData, failRun, type Run, runEvent } from '../run.ts';
import { ChunkBytes } from './chunk-bytes.ts';
import { readBeginning } from './header.ts';
import { requireRowsOutsideHeader } from './readable-input.ts';
import { InputRefused, OpenQuote } from './refusals.ts';
import { type FoundChunk, RowSplitter } from './row-splitter.ts';
import { readInput, tooLarge } from './sources.ts';
import { reserveChunks, type SplitClaim, SplitLost } from './stored-chunks.ts';

const lineFeed = 0x0a;
const carriageReturn = 0x0d;

/** Returns the line number, from 1, of the byte at this position. Awaits `pause` at intervals. */
async function lineAt(
  input: AsyncGenerator<Uint8Array, void>,
  place: number,
  pause: () => Promise<void>,
): Promise<number> {
  let line = 1;
  let left = place;
  let unpaused = 0;
  let last: number | undefined;
  for await (const bytes of input) {
    const before = bytes.subarray(0, left);
    for (const byte of before) {
      if (byte === carriageReturn || (byte === lineFeed && last !== carriageReturn)) line += 1;
      last = byte;
    }
    left -= before.length;
    if (left === 0) break;
    unpaused += bytes.length;
    if (unpaused < turnBytes) continue;
    unpaused = 0;
    await pause();
  }
  return line;
}

type SplitDeps = Pick<Deps, 'db' | 'blobs' | 'ids' | 'clock' | 'log' | 'marks' | 'queues' | 'trace' | 'tracing'>;

/** Bytes to search for rows in one go. Each row found costs as much as searching `rowWorkBytes` more bytes. */
const sliceBytes = 16 * 1024;
const rowWorkBytes = 8;

/** Splits the remaining input for a while, if due. Then sends a message for the organization's next input. */
export async function splitRun(deps: SplitDeps, id: RunId): Promise<void> {
  const claimed = await claimSplit(deps, id);
  if (!claimed) return;
  await splitForAWhile(deps, id, claimed);
  const [next] = await selectNext(deps, claimed.run);
  if (next) await deps.queues.runs.send({ v: 1, type: 'work-run', id: next.id });
}

async function splitForAWhile(deps: SplitDeps, id: RunId, claimed: SplitClaim): Promise<void> {
  const { organizationId, splitAttempts } = claimed.run;
  const reason = await setAside(deps, {
    ...{ id, organizationId, tries: splitAttempts, triesMax: runLimits.attemptsMax },
    message: { v: 1, type: 'work-run', id },
  });
  if (reason !== undefined) return failRun(deps, id, `Slipway stopped trying to read the input: ${reason}.`);
  try {
    const isAll = await whileMarked(deps, claimed.run, () =>
      runInSpan(deps, 'split', claimed.run, (own) => new Split(own, claimed).work()),
    );
    if (!isAll) await release(deps, claimed);
  } catch (error) {
    if (error instanceof SplitLost) return;
    if (error instanceof InputRefused || error instanceof BudgetFull) return failRun(deps, id, error.message);
    if (claimed.run.splitAttempts >= runLimits.attemptsMax)
      return failRun(deps, id, `The input could not be read after ${claimed.run.splitAttempts} attempts.`);
    await release(deps, claimed);
    throw error;
  }
}

async function claimSplit(deps: SplitDeps, id: RunId): Promise<SplitClaim | undefined> {
  const { db, clock } = deps;
  const now = clock.now();
  const lease = newLease(runs, id, leases.run, now);
  const { held } = await writeAndRead(
    db,
    [
      db
        .update(runs)
        .set({
          ...lease.taken,
          status: 'splitting',
          startedAt: sql`coalesce(${runs.startedAt}, ${now})`,
          attempts: sql`${runs.attempts} + 1`,
          splitAttempts: sql`${runs.splitAttempts} + 1`,
          updatedAt: now,
        })
        .where(and(lease.isFree, sql`${runs.status} in ('queued', 'splitting')`, mayBeSplit(now))),
      record(
        deps,
        { ...runEvent(id), type: 'run.started', data: eventData(id) },
        sql`${previousChanged} and exists (select 1 from ${runs} where ${lease.isHeld} and ${runs.startedAt} = ${now} and ${runs.splitAttempts} = 1)`,
      ),
    ],
    { held: db.select().from(runs).where(lease.isHeld) },
  );
  const [run] = held;
  return run && { run, lease };
}

/** SQL: the organization may split another input. */
export function mayBeSplit(now: number): SQL {
  return sql`(select count(*) from ${runs} other where other.organization_id = ${runs.organizationId} and other.status in ('splitting', 'running') and other.lease_until > ${now}) < ${runLimits.splitsAtOnce}`;
}

/** Selects the organization's longest-waiting run whose input isn't fully split. */
function selectNext({ db, clock }: SplitDeps, { organizationId }: Run) {
  const isWaiting = sql`${runs.status} in ('queued', 'splitting') and ${isUnleased(runs, clock.now())}`;
  return db
    .select({ id: runs.id })
    .from(runs)
    .where(and(eq(runs.organizationId, organizationId), isNull(runs.endedAt), isWaiting))
    .orderBy(asc(runs.updatedAt))
    .limit(1);
}

async function release({ db }: SplitDeps, { lease }: SplitClaim): Promise<void> {
  await db.update(runs).set(released).where(lease.isHeld);
}

class Split {
  readonly #deps: SplitDeps;
  readonly #run: Run;
  readonly #lease: Lease;
  /** Chunks found but not yet written. */
  #found: FoundChunk[] = [];
  #written: { chunks: number; rows: number };
  /** Next chunk to store. */
  #next: number;
  /** Time when this pass reached input that no earlier pass split. */
  #newSince: number | undefined;
  readonly #turns = new LoopTurns();
  readonly #bytes: ChunkBytes | undefined;
  /** Bytes reserved for stored chunks. */
  readonly #room: ByteReservation;
  readonly #splitter: (at: number, csv: CsvForm | null) => RowSplitter;

  constructor(deps: SplitDeps, { run, lease }: SplitClaim) {
    this.#deps = deps;
    this.#run = run;
    this.#lease = lease;
    this.#written = { chunks: run.chunks, rows: run.rows };
    this.#next = run.chunks;
    const stored = hasStoredChunks(run);
    this.#bytes = stored ? new ChunkBytes() : undefined;
    this.#room = reserveChunks(deps, { run, lease });
    const known = stored ? { chunks: 0, rows: 0 } : this.#written;
    this.#splitter = (at, csv) => {
      const ends = recordEnds(run.format, csv ? [csv.separator] : []);
      return new RowSplitter(ends, { at, ...known }, (chunk) => this.#found.push(chunk));
    };
  }

  /** Splits the input for a while. Returns whether all of it is split. */
  async work(): Promise<boolean> {
    const renew = renewAtCheckpoints(this.#deps.clock, leases.run, (leaseUntil) => this.#renew(leaseUntil));
    try {
      return await this.#work(renew);
    } catch (error) {
      if (!(error instanceof OpenQuote)) throw error;
      const line = await lineAt(readInput(this.#deps, this.#run, 0), error.at, renew);
      throw new InputRefused(
        `The quote that opens in line ${line} of the CSV is never closed. Close it, or write it twice.`,
      );
    }
  }

  async #work(renew: () => Promise<void>): Promise<boolean> {
    if (!this.#bytes) this.#newSince = this.#deps.clock.now();
    const resumes = !this.#bytes && this.#run.splitAt > 0;
    const input = readInput(this.#deps, this.#run, resumes ? this.#run.splitAt : 0);
    const begun = resumes
      ? { csv: this.#run.csv, at: this.#run.splitAt, rest: new Uint8Array() }
      : await readBeginning(input, this.#run);
    const splitter = this.#splitter(begun.at, begun.csv);
    this.#bytes?.begin(begun.at);
    let unrenewed = 0;
    const take = async (bytes: Uint8Array) => {
      this.#bytes?.add(bytes);
      for (let at = 0; at < bytes.length; at += sliceBytes)
        await this.#turns.spend(rowWorkBytes * splitter.push(bytes.subarray(at, at + sliceBytes)));
      await this.#storeFound();
      unrenewed += bytes.length;
      if (unrenewed > runLimits.renewBytes) await renew();
      if (unrenewed > runLimits.renewBytes) unrenewed = 0;
      const isFirst = this.#written.chunks === 0 && this.#found.length > 0;
      if (isFirst || this.#found.length >= runLimits.chunksAtOnce) await this.#write(begun.csv, []);
    };
    await take(begun.rest);
    for await (const bytes of input) {
      await take(bytes);
      if (this.#isTimeOver()) {
        await this.#write(begun.csv, []);
        return false;
      }
    }
    splitter.end();
    if (this.#written.rows === 0 && this.#found.length === 0) requireRowsOutsideHeader(begun.csv?.columns);
    await this.#storeFound();
    await this.#write(begun.csv, this.#completion());
    return true;
  }

  /**
   * Returns whether the pass may end, which requires that it made progress. If chunks are stored separately, a pass starts over, and
   * its time counts from the first new bytes.
   */
  #isTimeOver(): boolean {
    if (this.#newSince === undefined || this.#written.chunks + this.#found.length === this.#run.chunks) return false;
    const splitMs = this.#bytes ? runLimits.splitStoredMs : runLimits.splitMs;
    return this.#deps.clock.now() > this.#newSince + splitMs;
  }

  async #renew(leaseUntil: number): Promise<void> {
    const held = await this.#deps.db
      .update(runs)
      .set({ leaseUntil })
      .where(and(this.#lease.isHeld, eq(runs.status, 'splitting')))
      .returning({ id: runs.id });
    if (held.length === 0) throw new SplitLost();
  }

  /** Stores the bytes of the chunks found, except those that an earlier pass stored. */
  async #storeFound(): Promise<void> {
    const { blobs } = this.#deps;
    if (!this.#bytes) return;
    for (const chunk of this.#found) {
      const end = chunk.startAt + chunk.bytes;
      const isNew = chunk.number >= this.#next;
      if (chunk.number >= this.#run.chunks) this.#newSince ??= this.#deps.clock.now();
      if ((isNew || chunk.number < this.#run.chunks) && !chunk.isTooLong) await this.#room.add(chunk.bytes);
      if (!isNew) this.#bytes.skip(end);
      else if (!chunk.isTooLong)
        await blobs.put(storedChunkKey(this.#run.id, chunk.number), this.#bytes.take(chunk.startAt, end));
      this.#next = Math.max(this.#next, chunk.number + 1);
    }
    this.#found = this.#found.filter(({ number }) => number >= this.#written.chunks);
  }

  /** Writes the chunks and the split's position in one batch, and wakes workers for the chunks. */
  async #write(csv: CsvForm | null, more: Statement[]): Promise<void> {
    const { db, clock, queues } = this.#deps;
    const found = this.#found;
    const rows = found.reduce((sum, chunk) => sum + chunk.rows, 0);
    const last = found.at(-1);
    const chunks = this.#written.chunks + found.length;
    this.#requireRoom(chunks, this.#written.rows + rows, last ? last.startAt + last.bytes : 0);
    const isHeld = and(this.#lease.isHeld, eq(runs.status, 'splitting'), eq(runs.chunks, this.#written.chunks));
    const { held } = await writeAndRead(
      db,
      [
        this.#insertChunks(found, sql`exists (select 1 from ${runs} where ${isHeld})`),
        db
          .update(runs)
          .set({
            csv,
            chunks,
            rows: this.#written.rows + rows,
            ...(last ? { splitAt: last.startAt + last.bytes, splitAttempts: 0 } : {}),
            updatedAt: clock.now(),
          })
          .where(isHeld),
        ...more,
      ],
      { held: db.select({ chunks: runs.chunks }).from(runs).where(this.#lease.isHeld) },
    );
    if (more.length === 0 && held[0]?.chunks !== chunks) throw new SplitLost();
    this.#written = { chunks, rows: this.#written.rows + rows };
    this.#found = [];
    const wakes = Math.min(found.length, this.#run.maxParallel);
    const wake = { body: { v: 1, type: 'work-run', id: this.#run.id } as const };
    if (wakes > 0) await queues.runs.sendBatch(Array.from({ length: wakes }, () => wake));
  }

  #insertChunks(found: readonly FoundChunk[], condition: ReturnType<typeof sql>): Statement {
    const { id, organizationId } = this.#run;
    const value = (name: keyof FoundChunk) => sql.raw(`chunk.value ->> '$.${name}'`);
    const chunkId = sql`${id} || '.' || (${value('firstRow')})`;
    const startAt = this.#bytes ? sql`0` : value('startAt');
    return this.#deps.db
      .insert(runChunks)
      .select(
        sql`select ${chunkId}, ${id}, ${organizationId}, ${value('number')}, ${startAt}, ${value('bytes')}, ${value('firstRow')}, ${value('rows')}, ${value('isTooLong')}, 'waiting', null, null, null, 0, 0, 0, 0, 0, '[]', 0 from json_each(${JSON.stringify(found)}) chunk where ${condition}`,
      );
  }

  /** Ends the split, and the run if it has no rows. */
  #completion(): Statement[] {
    const { db } = this.#deps;
    const { id } = this.#run;
    return [
      db
        .update(runs)
        .set({ status: 'running', storedChunkBytes: this.#room.used, ...released })
        .where(and(this.#lease.isHeld, eq(runs.status, 'splitting'))),
      record(
        this.#deps,
        { ...runEvent(id), type: 'run.split', data: eventData(id, sql`, 'rows', ${runs.rows}`) },
        previousChanged,
      ),
      ...completionStatements(this.#deps, id),
    ];
  }

  #requireRoom(chunks: number, rows: number, bytes: number): void {
    if (bytes > runLimits.inputBytes) throw tooLarge();
    if (rows > runLimits.rowsMax)
      throw new InputRefused(`The input has more than ${runLimits.rowsMax} rows. Send it in several runs.`);
    if (chunks > runLimits.chunksMax)
      throw new InputRefused(`The input has more than ${runLimits.chunksMax} chunks of rows. Send it in several runs.`);
  }
}
