// Processes a chunk's rows in one plugin process: for the builder, or for the Worker if the process is on a Ray cluster. Sends rows in
// batches, several at a time if they are quick. If the process hangs, dies or returns nonsense, resends the batches in progress one by
// one, then the failing batch's rows. Only the row at fault fails.
import { JsonText, writeJson } from '../../../core/json/text.ts';
import { runLimits } from '../../limits/batches.ts';
import { raisedBy } from '../../limits/limit-texts.ts';
import { type ChunkRow, chunkRows } from './chunk-rows.ts';
import { type RowsAnswer, readRowsAnswer } from './rows-answer.ts';
import { type RowsCall, type RowsDone, rowsFrame } from './rows-call.ts';

export interface Frame {
  kind: number;
  body: Uint8Array;
}

/** The steps can't run for any row. */
export class RowsFailed extends Error {
  override readonly name = 'RowsFailed';
}

/** Call faults that a row may have caused. */
export type RowsFault = { code: 'instance-crashed' | 'answer-invalid' | 'call-timeout'; message: string };

/** The process that gets the rows. */
export interface RowsProcess {
  /** Returns the process's response, or why there is none within the time limit. Rejects if no row is at fault. */
  send(body: Uint8Array<ArrayBuffer>, limitMs: number): Promise<Uint8Array<ArrayBuffer> | RowsFault>;
  /** A row's time limit. */
  limitMs: number;
  /**
   * True to make the process build its steps in a call without rows, so building doesn't use the rows' time. On a cluster, any process
   * may get the next call, so each builds its own.
   */
  buildsFirst: boolean;
  /** Returns milliseconds since an arbitrary start. */
  now(): number;
  /** Waits for others after this many bytes of rows were read, where others need the thread. */
  spent?(bytes: number): Promise<void>;
  /** Returns the text without the plugin's secrets. */
  masked(text: string): string;
  /** Batches are sent together until a call takes this long, up to this many. */
  together: { ms: number; max: number };
}

/** Why a process did not respond. A retry may succeed after a process died. */
interface Fault {
  reason: string;
  mayPass: boolean;
}

/** Most bytes of rows in batches sent together. */
const groupBytesMax = 1024 * 1024;

/**
 * Share of the time limit that a batch gets, and a smaller one for several quick batches; or a multiple of what that many rows took so
 * far. Beyond that, they are sent one by one. A single row gets the whole limit, so a hanging one costs little more.
 */
const limitParts = { batches: 1 / 8, batch: 1 / 4 };
const expectedTimes = 4;
/** If at most this many batches fail together, their rows are sent one by one immediately. */
const fewBatches = 4;
/** How often a process may fail to build its steps. */
const buildsMax = 3;
/** A batch has at most as many rows as fit in this fraction of the time limit, if their duration is known. */
const batchPart = 1 / 2;

const encoder = new TextEncoder();
const decoder = new TextDecoder();

export class ChunkWork {
  readonly #process: RowsProcess;
  readonly #call: RowsCall;
  readonly #chunk: Uint8Array;
  #rows: readonly ChunkRow[] = [];
  readonly #done: RowsDone = { rows: 0, failed: 0, skipped: 0, bytes: 0, busy_ms: 0 };
  /** Time per row, weighted toward the newest calls. */
  #rowMs: number | null;
  /** Number of batches to send together. */
  #together = 1;
  /** Number of upcoming rows from a failed call. */
  #suspects = 0;
  /** The row that killed the process when sent alone. The machine may have been the cause, so it is sent once more. */
  #endedBy: number | undefined;
  #isBuilt: boolean;

  constructor(target: RowsProcess, call: RowsCall, chunk: Uint8Array) {
    this.#process = target;
    this.#call = call;
    this.#chunk = chunk;
    this.#rowMs = call.row_ms;
    this.#isBuilt = !target.buildsFirst;
  }

  /** Yields the lines of all rows, or of those finished in time. Rejects as `send` does, or with RowsFailed. */
  async *frames(): AsyncGenerator<Frame> {
    const { limitMs, now, spent } = this.#process;
    this.#rows = await chunkRows(this.#chunk, this.#call, spent);
    this.#done.bytes = this.#rows.length === 0 ? this.#chunk.length : 0;
    const until = now() + this.#call.work_ms;
    let suspectUntil = until;
    const isDue = () => this.#done.rows === 0 || now() < (this.#suspects > 0 ? suspectUntil : until);
    while (this.#done.rows < this.#rows.length && isDue()) {
      const part = this.#next();
      const fault = yield* this.#try(part);
      if (!fault) continue;
      this.#together = 1;
      this.#isBuilt = !this.#process.buildsFirst;
      if (part.length === 1 && (!fault.mayPass || this.#endedBy === this.#done.rows)) {
        yield* this.#failed(part, fault.reason);
        this.#suspects = 0;
        continue;
      }
      // Stopping now would forget which rows are suspect, so continue for as long as one row may take.
      suspectUntil = Math.max(until, now() + limitMs);
      if (part.length > 1) this.#suspects = part.length;
      else this.#endedBy = this.#done.rows;
    }
    yield this.#frame(rowsFrame.done, this.#done);
  }

  /** Yields the process's response to a call with these rows, or returns why there is none. */
  async *#try(part: readonly ChunkRow[]): AsyncGenerator<Frame, Fault | undefined> {
    if (!this.#isBuilt) await this.#build();
    const startedAt = this.#process.now();
    const answer = await this.#send(part, this.#limitOf(part.length));
    if (!('rows' in answer)) return answer;
    const ms = this.#process.now() - startedAt;
    const rowMs = ms / answer.rows;
    this.#rowMs = this.#rowMs === null ? rowMs : (this.#rowMs + rowMs) / 2;
    this.#done.busy_ms += Math.round(ms);
    const { max, ms: quickMs } = this.#process.together;
    this.#together = ms < quickMs ? Math.min(max, 2 * this.#together) : Math.max(1, Math.floor(this.#together / 2));
    this.#suspects = Math.max(0, this.#suspects - answer.rows);
    yield* this.#answered(part, answer);
    return undefined;
  }

  /** Makes the process build its steps. The machine may cause a failure, so this retries a few times. */
  async #build(): Promise<void> {
    const { limitMs, masked } = this.#process;
    for (let builds = 1; !this.#isBuilt; builds++) {
      const answer = await this.#send([], limitMs);
      if ('rows' in answer) this.#isBuilt = true;
      else if (builds === buildsMax) throw new RowsFailed(masked(answer.reason));
    }
  }

  #limitOf(rows: number): number {
    const { limitMs } = this.#process;
    if (rows === 1) return limitMs;
    const part = rows > this.#call.batch_size ? limitParts.batches : limitParts.batch;
    return Math.min(limitMs, Math.max(part * limitMs, expectedTimes * rows * (this.#rowMs ?? 0)));
  }

  /** Returns the next rows: several batches, one, or a single row, depending on what is known about them. */
  #next(): readonly ChunkRow[] {
    const from = this.#done.rows;
    const batchEnd = this.#batchEnd(from);
    const { batch_size, first } = this.#call;
    if (this.#suspects > 0)
      return this.#rows.slice(from, this.#suspects > fewBatches * batch_size ? batchEnd : from + 1);
    const isAligned = (first + from) % batch_size === 0;
    const start = from === 0 ? 0 : (this.#rows[from - 1]?.end ?? 0);
    const fits = (to: number) => (this.#rows[to - 1]?.end ?? 0) - start <= groupBytesMax;
    let end = batchEnd;
    for (let batches = 1; isAligned && batches < this.#together && end < this.#rows.length; batches++) {
      const next = this.#batchEnd(end);
      if (!fits(next)) break;
      end = next;
    }
    return this.#rows.slice(from, end);
  }

  /**
   * Returns the end of the batch. Batches end at multiples of their size, so they are the same on every attempt. The process counts
   * from the first row.
   */
  #batchEnd(from: number): number {
    const { batch_size, first } = this.#call;
    const end = from + batch_size - ((first + from) % batch_size);
    const quickRows = this.#rowMs === null ? batch_size : (batchPart * this.#process.limitMs) / this.#rowMs;
    return Math.min(end, from + Math.max(1, Math.floor(quickRows)), this.#rows.length);
  }

  async #send(part: readonly ChunkRow[], limitMs: number): Promise<RowsAnswer | Fault> {
    const { batch_size, parameters, run } = this.#call;
    const head = { run, first: this.#call.first + this.#done.rows, batch_size, parameters: parameters.onOneLine() };
    const lines = part.flatMap(({ fault, line }) => [newline, fault === undefined ? line : unreadable]);
    const sent = await this.#process.send(joined([mark, encoder.encode(writeJson(head)), ...lines]), limitMs);
    if ('code' in sent)
      return faults[sent.code](sent.message, part.length === 0 ? 'the build of the steps' : 'the row');
    const answer = readRowsAnswer(sent, part.length);
    if (!answer) return { reason: notAnAnswer, mayPass: false };
    if (answer.error !== null) throw new RowsFailed(this.#process.masked(answer.error));
    return answer;
  }

  *#answered(part: readonly ChunkRow[], { failed, output, rows, skipped }: RowsAnswer): Generator<Frame> {
    if (output.length > 0) yield { kind: rowsFrame.output, body: output };
    const errors = failed.flatMap(([at, reason]) => {
      const row = part[at];
      return row ? [this.#errorLine(row, this.#done.rows + at, row.fault ?? reason)] : [];
    });
    if (errors.length > 0) yield { kind: rowsFrame.errors, body: encoder.encode(errors.join('')) };
    yield this.#advance(rows, failed.length, skipped);
  }

  *#failed([row]: readonly ChunkRow[], reason: string): Generator<Frame> {
    if (!row) return;
    yield { kind: rowsFrame.errors, body: encoder.encode(this.#errorLine(row, this.#done.rows, reason)) };
    yield this.#advance(1, 1, 0);
  }

  #advance(rows: number, failed: number, skipped: number): Frame {
    this.#done.rows += rows;
    this.#done.failed += failed;
    this.#done.skipped += skipped;
    this.#done.bytes = this.#rows[this.#done.rows - 1]?.end ?? 0;
    return this.#frame(rowsFrame.progress, this.#done);
  }

  #frame(kind: number, done: RowsDone): Frame {
    return { kind, body: encoder.encode(JSON.stringify(done)) };
  }

  #errorLine(row: ChunkRow, at: number, reason: string): string {
    const error = this.#process.masked(reason).slice(0, runLimits.reasonChars);
    return `${writeJson({ row: this.#call.first + at, error, input: inputOf(row) })}\n`;
  }
}

/** Returns the row, or its text if that isn't JSON. */
function inputOf({ fault, line }: ChunkRow): JsonText | string {
  const text = decoder.decode(line);
  return fault === undefined && isJson(text) ? new JsonText(text.trim()) : text;
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

const mark = encoder.encode('\u0001');
const newline = encoder.encode('\n');
/** Stands in for a row that the plugin's process couldn't parse, and fails there. */
const unreadable = encoder.encode('0');

const notAnAnswer = "the plugin's process returned something other than a batch result";

const faults: Record<RowsFault['code'], (message: string, what: string) => Fault> = {
  'instance-crashed': (message, what) => ({
    reason: message.replace(/\.$/, '').replace("The plugin's", "the plugin's").replace('the call', what),
    mayPass: true,
  }),
  'answer-invalid': () => ({ reason: notAnAnswer, mayPass: false }),
  'call-timeout': (_, what) => ({
    reason: `${what} did not end within its time limit. ${raisedBy.time}`,
    mayPass: false,
  }),
};

function joined(parts: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const all = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}
