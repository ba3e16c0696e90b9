// Works on the rows of a chunk, in one process of a plugin: for the builder, and for the Worker where the process is on a Ray cluster. Rows go there
// in batches, several at a time if they take little time. When the process hangs, dies or answers nonsense, the batch that was under way is
// halved down to the row at fault, which fails, and no other.
import { JsonText, writeJson } from '../../core/json/text.ts';
import { type RowsCall, type RowsDone, rowsFrame } from '../builder/run-rows.ts';
import { runLimits } from '../limits/batches.ts';
import { raisedBy } from '../limits/limit-texts.ts';
import { type ChunkRow, chunkRows } from './chunk-rows.ts';
import { type RowsAnswer, readRowsAnswer } from './rows-answer.ts';

export interface Frame {
  kind: number;
  body: Uint8Array;
}

/** The steps can't be run, whatever the row. */
export class RowsFailed extends Error {
  override readonly name = 'RowsFailed';
}

/** Faults of a call of which a row may be the cause. */
export type RowsFault = { code: 'instance-crashed' | 'answer-invalid' | 'call-timeout'; message: string };

/** The process that rows are sent to. */
export interface RowsProcess {
  /** Returns what it answers, or why it did not. Rejects if no row is at fault. */
  send(body: Uint8Array<ArrayBuffer>): Promise<Uint8Array<ArrayBuffer> | RowsFault>;
  /** Milliseconds since any moment. */
  now(): number;
  /** Text without the plugin's secrets. */
  masked(text: string): string;
  /** Batches are sent together until a call takes so long, and at most so many. */
  together: { ms: number; max: number };
}

/** Why a process did not answer. A process that died may do better the next time. */
interface Fault {
  reason: string;
  mayPass: boolean;
}

/** Batches are sent together as long as their rows have no more bytes. */
const groupBytesMax = 1024 * 1024;

const encoder = new TextEncoder();
const decoder = new TextDecoder();

export class ChunkWork {
  readonly #process: RowsProcess;
  readonly #call: RowsCall;
  readonly #rows: readonly ChunkRow[];
  readonly #done: RowsDone = { rows: 0, failed: 0, skipped: 0, bytes: 0 };

  constructor(target: RowsProcess, call: RowsCall, chunk: Uint8Array) {
    this.#process = target;
    this.#call = call;
    this.#rows = chunkRows(chunk, call);
    this.#done.bytes = this.#rows.length === 0 ? chunk.length : 0;
  }

  /** Yields the lines of all rows, or of those until the time is over. Rejects with what `send` does, or RowsFailed. */
  async *frames(): AsyncGenerator<Frame> {
    const { batch_size, work_ms } = this.#call;
    const limit = this.#process.together;
    const until = this.#process.now() + work_ms;
    let together = 1;
    while (this.#done.rows < this.#rows.length && this.#process.now() < until) {
      const part = this.#next(together * batch_size);
      const startedAt = this.#process.now();
      const answer = await this.#send(part);
      if ('rows' in answer) {
        yield* this.#answered(part, answer);
        const isQuick = this.#process.now() - startedAt < limit.ms;
        together = isQuick ? Math.min(limit.max, 2 * together) : Math.max(1, Math.floor(together / 2));
      } else {
        yield* this.#batch(this.#next(batch_size), part.length <= batch_size ? answer : undefined);
        together = 1;
      }
    }
    yield { kind: rowsFrame.done, body: encoder.encode(JSON.stringify(this.#done)) };
  }

  /** The next rows, whole batches of them. */
  #next(count: number): ChunkRow[] {
    const { batch_size } = this.#call;
    const from = this.#done.rows;
    let end = Math.min(from + batch_size, this.#rows.length);
    const start = from === 0 ? 0 : (this.#rows[from - 1]?.end ?? 0);
    const fits = (to: number) => (this.#rows[to - 1]?.end ?? 0) - start <= groupBytesMax;
    while (end < Math.min(from + count, this.#rows.length) && fits(Math.min(end + batch_size, this.#rows.length)))
      end = Math.min(end + batch_size, this.#rows.length);
    return this.#rows.slice(from, end);
  }

  /** Works on one batch, or a part of one, of which a call is known to have failed. */
  async *#batch(part: readonly ChunkRow[], known?: Fault): AsyncGenerator<Frame> {
    let left = part;
    let fault = known;
    for (let mayRepeat = true; left.length > 0; ) {
      if (fault && !(fault.mayPass && mayRepeat)) {
        if (left.length === 1) return yield* this.#failed(left, fault.reason);
        const half = Math.ceil(left.length / 2);
        yield* this.#batch(left.slice(0, half));
        return yield* this.#batch(left.slice(half));
      }
      if (fault) mayRepeat = false;
      const answer = await this.#send(left);
      fault = 'rows' in answer ? undefined : answer;
      if (!('rows' in answer)) continue;
      yield* this.#answered(left, answer);
      left = left.slice(answer.rows);
    }
  }

  async #send(part: readonly ChunkRow[]): Promise<RowsAnswer | Fault> {
    const { batch_size, parameters, run } = this.#call;
    const head = { run, first: this.#call.first + this.#done.rows, batch_size, parameters: parameters.onOneLine() };
    const lines = part.flatMap(({ fault, line }) => [newline, fault === undefined ? line : unreadable]);
    const sent = await this.#process.send(joined([mark, encoder.encode(writeJson(head)), ...lines]));
    if ('code' in sent) return faults[sent.code](sent.message);
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
    this.#advance(rows, failed.length, skipped);
  }

  *#failed([row]: readonly ChunkRow[], reason: string): Generator<Frame> {
    if (!row) return;
    yield { kind: rowsFrame.errors, body: encoder.encode(this.#errorLine(row, this.#done.rows, reason)) };
    this.#advance(1, 1, 0);
  }

  #advance(rows: number, failed: number, skipped: number): void {
    this.#done.rows += rows;
    this.#done.failed += failed;
    this.#done.skipped += skipped;
    this.#done.bytes = this.#rows[this.#done.rows - 1]?.end ?? 0;
  }

  #errorLine(row: ChunkRow, at: number, reason: string): string {
    const error = this.#process.masked(reason).slice(0, runLimits.reasonChars);
    return `${writeJson({ row: this.#call.first + at, error, input: inputOf(row) })}\n`;
  }
}

/** The row, or its text if that is not JSON. */
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
/** Stands for a row that the plugin's process would not understand, and fails there. */
const unreadable = encoder.encode('0');

const notAnAnswer = "the plugin's process answered with something that is not the result of a batch";

const faults: Record<RowsFault['code'], (message: string) => Fault> = {
  'instance-crashed': (message) => ({
    reason: message.replace(/\.$/, '').replace("The plugin's", "the plugin's").replace('the call', 'the row'),
    mayPass: true,
  }),
  'answer-invalid': () => ({ reason: notAnAnswer, mayPass: false }),
  'call-timeout': () => ({ reason: `the row did not end within its time limit. ${raisedBy.time}`, mayPass: false }),
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
