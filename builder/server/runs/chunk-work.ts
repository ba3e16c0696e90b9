// Works on the rows of a chunk, in one instance. Rows go to the plugin's process in batches, several at a time if they take little time. When
// the process hangs, dies or answers nonsense, the batch that was under way is halved down to the row at fault, which fails, and no other.
import { setTimeout as delay } from 'node:timers/promises';
import type { BuilderErrorCode } from '../../../src/contract/builder/instances.ts';
import { type RowsCall, type RowsDone, type RowsFailure, rowsFrame } from '../../../src/contract/builder/run-rows.ts';
import { runLimits } from '../../../src/contract/limits/batches.ts';
import { raisedBy } from '../../../src/contract/limits/limit-texts.ts';
import type { Instance } from '../instances/instance.ts';
import type { Cancellation } from '../processes/plugin-call.ts';
import { Refusal } from '../refusal.ts';
import { type ChunkRow, chunkRows } from './chunk-rows.ts';
import { type RowsAnswer, readRowsAnswer } from './rows-answer.ts';

export interface Frame {
  kind: number;
  body: Buffer;
}

/** The steps can't be run, whatever the row. */
class StepsFailed extends Error {
  override readonly name = 'StepsFailed';
}

/** Why a process did not answer. A process that died may do better the next time. */
interface Fault {
  reason: string;
  mayPass: boolean;
}

/** Batches are sent together until a call takes so long, and as long as their rows have no more bytes. */
const groupMs = 25;
const groupMax = 64;
const groupBytesMax = 1024 * 1024;
const idleEveryMs = 20;

export class ChunkWork {
  readonly #instance: Instance;
  readonly #call: RowsCall;
  readonly #rows: readonly ChunkRow[];
  readonly #cancellation: Cancellation;
  readonly #done: RowsDone = { rows: 0, failed: 0, skipped: 0, bytes: 0 };
  readonly #head: Buffer;

  constructor(instance: Instance, call: RowsCall, chunk: Buffer, cancellation: Cancellation) {
    this.#instance = instance;
    this.#call = call;
    this.#rows = chunkRows(chunk, call);
    this.#cancellation = cancellation;
    this.#done.bytes = this.#rows.length === 0 ? chunk.length : 0;
    this.#head = Buffer.from('\u0001');
  }

  /** Yields the lines of all rows, or of those until the time is over. Rejects with a Refusal if the plugin is not at fault, or StepsFailed. */
  async *frames(): AsyncGenerator<Frame> {
    const { batch_size, work_ms } = this.#call;
    const until = performance.now() + work_ms;
    let together = 1;
    while (this.#done.rows < this.#rows.length && performance.now() < until) {
      const part = this.#next(together * batch_size);
      const startedAt = performance.now();
      const answer = await this.#send(part);
      if ('rows' in answer) {
        yield* this.#answered(part, answer);
        const isQuick = performance.now() - startedAt < groupMs;
        together = isQuick ? Math.min(groupMax, 2 * together) : Math.max(1, Math.floor(together / 2));
      } else {
        yield* this.#batch(this.#next(batch_size), part.length <= batch_size ? answer : undefined);
        together = 1;
      }
    }
    yield { kind: rowsFrame.done, body: Buffer.from(JSON.stringify(this.#done)) };
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
    const head = { run, first: this.#call.first + this.#done.rows, batch_size, parameters };
    const lines = part.flatMap(({ fault, line }) => [newline, fault === undefined ? line : unreadable]);
    const body = Buffer.concat([this.#head, Buffer.from(JSON.stringify(head)), ...lines]);
    await this.#whenIdle();
    try {
      const call = { body, requestId: run, cancellation: this.#cancellation };
      const answer = readRowsAnswer(await this.#instance.call(call), part.length);
      if (!answer) return { reason: notAnAnswer, mayPass: false };
      if (answer.error !== null) throw new StepsFailed(this.#instance.masked(answer.error));
      return answer;
    } catch (error) {
      const fault = error instanceof Refusal ? faults[error.code] : undefined;
      if (!(error instanceof Refusal) || !fault) throw error;
      return fault(error.message);
    }
  }

  /** A process that hangs is being replaced, and one that a caller has left may still be at work. */
  async #whenIdle(): Promise<void> {
    while (this.#instance.isActive && !this.#cancellation.isCancelled && !this.#instance.isAtRest)
      await delay(idleEveryMs);
  }

  *#answered(part: readonly ChunkRow[], { failed, output, rows, skipped }: RowsAnswer): Generator<Frame> {
    if (output.length > 0) yield { kind: rowsFrame.output, body: output };
    const errors = failed.flatMap(([at, reason]) => {
      const row = part[at];
      return row ? [this.#errorLine(row, this.#done.rows + at, row.fault ?? reason)] : [];
    });
    if (errors.length > 0) yield { kind: rowsFrame.errors, body: Buffer.from(errors.join('')) };
    this.#advance(rows, failed.length, skipped);
  }

  *#failed([row]: readonly ChunkRow[], reason: string): Generator<Frame> {
    if (!row) return;
    yield { kind: rowsFrame.errors, body: Buffer.from(this.#errorLine(row, this.#done.rows, reason)) };
    this.#advance(1, 1, 0);
  }

  #advance(rows: number, failed: number, skipped: number): void {
    this.#done.rows += rows;
    this.#done.failed += failed;
    this.#done.skipped += skipped;
    this.#done.bytes = this.#rows[this.#done.rows - 1]?.end ?? 0;
  }

  #errorLine(row: ChunkRow, at: number, reason: string): string {
    const error = this.#instance.masked(reason).slice(0, runLimits.reasonChars);
    return `${JSON.stringify({ row: this.#call.first + at, error, input: inputOf(row) })}\n`;
  }
}

/** The row, or its text if that is not JSON. */
function inputOf({ fault, line }: ChunkRow): unknown {
  const text = line.toString('utf8');
  if (fault !== undefined) return text;
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

const newline = Buffer.from('\n');
/** Stands for a row that the plugin's process would not understand, and fails there. */
const unreadable = Buffer.from('0');

const notAnAnswer = "the plugin's process answered with something that is not the result of a batch";

const faults: Partial<Record<BuilderErrorCode, (message: string) => Fault>> = {
  'instance-crashed': (message) => ({
    reason: message.replace(/\.$/, '').replace("The plugin's", "the plugin's").replace('the call', 'the row'),
    mayPass: true,
  }),
  'answer-invalid': () => ({ reason: notAnAnswer, mayPass: false }),
  'call-timeout': () => ({ reason: `the row did not end within its time limit. ${raisedBy.time}`, mayPass: false }),
};

/** The last frame of work that could not be done. */
export function lastFrame(error: unknown): Frame {
  if (error instanceof Refusal) return { kind: rowsFrame.refused, body: Buffer.from(JSON.stringify(error.body())) };
  if (!(error instanceof StepsFailed)) throw error;
  const failure: RowsFailure = { type: 'PipelineFailed', message: error.message };
  return { kind: rowsFrame.failed, body: Buffer.from(JSON.stringify(failure)) };
}
