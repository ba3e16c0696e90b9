// Writes a chunk's results to its attempt's objects, and commits them with the run's counts at the end of the attempt, or earlier if a
// row takes long. An early commit starts the next attempt under the same lease. *Dies before a commit:* nothing names the objects, and
// another worker repeats the rows. *Dies after it:* the rows are done.
import { eq, sql } from 'drizzle-orm';
import type { RowsDone } from '../../../contract/builder/rows/rows-call.ts';
import { previousChanged } from '../../../db/client.ts';
import { released } from '../../../db/lease.ts';
import { runChunks, runs } from '../../../db/schema/runs.ts';
import type { Deps } from '../../../deps.ts';
import { ByteReservation, budgetFull, roomFor } from '../../../limits/stored-bytes.ts';
import { partKey } from '../keys.ts';
import { completionStatements } from '../run.ts';
import { ChunkLost, type ClaimedChunk } from './claim-chunk.ts';
import { PartWriter } from './part-writer.ts';
import type { RowsSink } from './rows-frames.ts';
import type { WorkDeps } from './work-deps.ts';

const nothing: RowsDone = { rows: 0, failed: 0, skipped: 0, bytes: 0, busy_ms: 0 };

export class ChunkResults implements RowsSink {
  readonly #deps: WorkDeps;
  readonly #claimed: ClaimedChunk;
  readonly #room: ByteReservation;
  #attempt: number;
  #parts: ClaimedChunk['chunk']['parts'];
  #writers: Record<'output' | 'errors', PartWriter>;
  /** Progress of the lines written, and of those committed. */
  #written = nothing;
  #committed = nothing;
  /** True if the lines written since the last commit may end in the middle of a row. */
  #isAmongRows = false;
  #isDue = false;
  #last: Promise<unknown> = Promise.resolve();

  constructor(deps: WorkDeps, claimed: ClaimedChunk) {
    this.#deps = deps;
    this.#claimed = claimed;
    this.#room = reserveResults(deps, claimed);
    this.#attempt = claimed.chunk.attempt;
    this.#parts = claimed.chunk.parts;
    this.#writers = this.#newWriters();
  }

  output(bytes: Uint8Array): Promise<void> {
    return this.#inTurn(() => this.#write('output', bytes));
  }

  errors(bytes: Uint8Array): Promise<void> {
    return this.#inTurn(() => this.#write('errors', bytes));
  }

  progress(done: RowsDone): Promise<void> {
    return this.#inTurn(async () => {
      this.#written = done;
      this.#isAmongRows = false;
      if (this.#isDue) await this.#commit(false);
    });
  }

  /** Commits the results so far, as soon as they end with a whole row. */
  commitSoon(): Promise<void> {
    return this.#inTurn(async () => {
      this.#isDue = true;
      if (!this.#isAmongRows) await this.#commit(false);
    });
  }

  /** Commits the results and releases the chunk. */
  end(done: RowsDone): Promise<void> {
    return this.#inTurn(() => {
      this.#written = done;
      return this.#commit(true);
    });
  }

  /** Removes lines written since the last commit. Call it also after a database error, although the commit may have succeeded. */
  async abandon(error: unknown): Promise<void> {
    await this.#last;
    await Promise.allSettled([this.#writers.output.abort(), this.#writers.errors.abort()]);
    if (error instanceof ChunkLost) await this.#deps.blobs.delete([this.#key('output'), this.#key('errors')]);
  }

  /** Makes the row reader and the commit timer take turns. */
  #inTurn(work: () => Promise<void>): Promise<void> {
    const turn = this.#last.then(work);
    this.#last = turn.catch(() => {});
    return turn;
  }

  async #write(kind: 'output' | 'errors', bytes: Uint8Array): Promise<void> {
    this.#isAmongRows = true;
    await this.#room.add(bytes.length);
    await this.#writers[kind].write(bytes);
  }

  #key(kind: 'output' | 'errors'): string {
    return partKey(this.#claimed.run.id, this.#claimed.chunk.firstRow, this.#attempt, kind);
  }

  #newWriters(): Record<'output' | 'errors', PartWriter> {
    const { blobs } = this.#deps;
    return { output: new PartWriter(blobs, this.#key('output')), errors: new PartWriter(blobs, this.#key('errors')) };
  }

  /** Commits in one batch: the chunk's progress, the run's counts, and the run's end if this was its last chunk. */
  async #commit(isLast: boolean): Promise<void> {
    const { db, clock } = this.#deps;
    const { chunk, lease, run } = this.#claimed;
    const done = this.#written;
    const added = (name: keyof RowsDone) => done[name] - this.#committed[name];
    this.#isDue = false;
    if (!isLast && added('rows') === 0) return;
    await this.#writers.output.end();
    await this.#writers.errors.end();
    const written = { output: this.#writers.output.total, errors: this.#writers.errors.total };
    const bytes = written.output + written.errors;
    const parts = bytes === 0 ? this.#parts : [...this.#parts, { attempt: this.#attempt, ...written }];
    const rowsDone = chunk.rowsDone + done.rows;
    const next = { attempt: this.#attempt + 1, reservedBytes: sql`max(0, ${runChunks.reservedBytes} - ${bytes})` };
    const last = {
      status: rowsDone === chunk.rows ? ('done' as const) : ('waiting' as const),
      ...released,
      slot: null,
    };
    const [changed] = await db.batch([
      db
        .update(runChunks)
        .set({ ...(isLast ? last : next), failures: 0, rowsDone, bytesDone: chunk.bytesDone + done.bytes, parts })
        .where(lease.isHeld)
        .returning({ id: runChunks.id }),
      db
        .update(runs)
        .set({
          done: sql`${runs.done} + ${added('rows') - added('failed')}`,
          failed: sql`${runs.failed} + ${added('failed')}`,
          skipped: sql`${runs.skipped} + ${added('skipped')}`,
          busyMs: sql`${runs.busyMs} + ${added('busy_ms')}`,
          outputBytes: sql`${runs.outputBytes} + ${written.output}`,
          errorBytes: sql`${runs.errorBytes} + ${written.errors}`,
          attempts: sql`${runs.attempts} + 1`,
          updatedAt: clock.now(),
        })
        .where(sql`${eq(runs.id, run.id)} and ${previousChanged}`),
      ...(isLast ? completionStatements(this.#deps, run.id) : []),
    ]);
    if (changed.length === 0) throw new ChunkLost();
    this.#parts = parts;
    this.#committed = done;
    if (isLast) return;
    this.#room.settle(bytes);
    this.#attempt += 1;
    this.#writers = this.#newWriters();
  }
}

/**
 * Reserves bytes while the chunk is in progress. A commit replaces the reservation with the bytes written. If the worker dies, the
 * reservation is released with the chunk.
 */
function reserveResults({ db }: Pick<Deps, 'db'>, { chunk, lease }: ClaimedChunk): ByteReservation {
  const { organizationId, reservedBytes } = chunk;
  const extend = async (bytes: number) => {
    const [row] = await db
      .update(runChunks)
      .set({ reservedBytes: sql`${runChunks.reservedBytes} + ${roomFor(organizationId, bytes)}` })
      .where(lease.isHeld)
      .returning({ reserved: runChunks.reservedBytes });
    if (!row) throw new ChunkLost();
    return row.reserved;
  };
  return new ByteReservation(reservedBytes, extend, (missing) => budgetFull(db, organizationId, missing));
}
