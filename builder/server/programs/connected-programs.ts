// Runs connected programs and streams, such as a compiler into an unpacker, or a file through a decompressor into an unpacker. They
// share one time limit. When one fails or exits early, the others are ended immediately, and the error has the reason of the first
// failure.
import type { Duplex, Readable, Writable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { formatSeconds } from '../../../src/core/quantities.ts';
import type { Command } from './command.ts';
import type { EndedBy } from './exit-reason.ts';
import { type Ran, RunningProgram } from './run-program.ts';

/** Streams may come first, last, and between programs. */
export type Part = Command | Stream;

type Stream = Readable | Duplex | Writable;

export interface ConnectOptions {
  /** Shared time limit for all programs. */
  timeoutMs: number;
  /** Maximum output of the last program, if nothing reads it. */
  outputBytesMax: number;
  /** Ends all of them. */
  signal?: AbortSignal;
}

/** The failure of the first part that failed. */
export type Failure =
  | { ended: 'exit'; endedBy: EndedBy; reason: string; errors: string }
  | { ended: 'timeout' | 'output-limit'; reason: string; errors: string }
  | { ended: 'stream' | 'aborted'; reason: string; errors: '' };

export class ConnectionFailed extends Error {
  override readonly name = 'ConnectionFailed';
  readonly failure: Failure;

  constructor(failure: Failure) {
    super(describe(failure));
    this.failure = failure;
  }
}

/** The program's last printed line says more than an exit code does. */
function describe({ reason, errors }: Failure): string {
  const [line = ''] = errors.trim().split('\n').slice(-1);
  if (line === '') return reason;
  return reason.startsWith('exit code') ? line : `${reason}: ${line}`;
}

/** How long a program that stopped reading may take to report why. */
const quitMs = 2000;
/** Stream error codes which mean that the other side is gone. */
const goneCodes = new Set(['EPIPE', 'ECONNRESET', 'ERR_STREAM_PREMATURE_CLOSE', 'ERR_STREAM_DESTROYED']);

/** Returns the last part's output, if that part is a program. Rejects with a ConnectionFailed after all programs have ended. */
export async function runConnected(parts: readonly Part[], options: ConnectOptions): Promise<Buffer> {
  const programs = startAll(parts.filter(isCommand), options.timeoutMs);
  return new Connected(parts, programs, options).finish();
}

/** Starts the programs. The reader of their output may be slow, so it gets the shared time limit too. */
function startAll(commands: Command[], timeoutMs: number): RunningProgram[] {
  const started: RunningProgram[] = [];
  try {
    for (const command of commands) started.push(new RunningProgram(command, timeoutMs));
    return started;
  } catch (error) {
    for (const program of started) void program.end('another program could not be started');
    throw error;
  }
}

type First = { program: RunningProgram } | { failure: Failure };

class Connected {
  readonly #options: ConnectOptions;
  readonly #programs: RunningProgram[];
  readonly #links: Promise<void>[] = [];
  readonly #runs = new Map<RunningProgram, Promise<Ran>>();
  readonly #over = new AbortController();
  #quit: NodeJS.Timeout | undefined;
  #first: First | undefined;

  constructor(parts: readonly Part[], programs: RunningProgram[], options: ConnectOptions) {
    this.#options = options;
    this.#programs = programs;
    const left = [...programs];
    let streams: Stream[] = [];
    for (const part of parts) {
      const program = isCommand(part) ? left.shift() : undefined;
      if (!isCommand(part)) streams.push(part);
      if (!program) continue;
      if (streams.length > 0) this.#link([...streams, program.stdin], program);
      else program.stdin.end();
      streams = [program.stdout];
    }
    const isRead = streams.length > 1;
    if (isRead) this.#link(streams);
    for (const program of programs) this.#watch(program, !isRead && program === programs.at(-1));
  }

  #watch(program: RunningProgram, collects: boolean): void {
    this.#runs.set(program, program.finishConnected(this.#options, collects));
    void program.over.then((succeeded) => succeeded || this.#fail({ program }));
  }

  #link(streams: Stream[], reader?: RunningProgram): void {
    const signal = AbortSignal.any([this.#over.signal, AbortSignal.timeout(this.#options.timeoutMs)]);
    this.#links.push(
      pipeline(streams, { signal }).catch((error: NodeJS.ErrnoException) => {
        if (signal.aborted) this.#fail({ failure: timedOut(this.#options.timeoutMs) });
        else if (reader && goneCodes.has(error.code ?? '')) this.#fail({ program: reader });
        else this.#fail({ failure: { ended: 'stream', reason: error.message, errors: '' } });
      }),
    );
  }

  /** Ends everything. A program that failed by closing its input may still report why. */
  #fail(first: First): void {
    if (this.#first) return;
    this.#first = first;
    this.#over.abort();
    const failed = 'program' in first ? first.program : undefined;
    for (const program of this.#programs) if (program !== failed) void program.end('another program failed');
    if (failed) this.#quit = setTimeout(() => void failed.end('it stopped reading'), quitMs);
  }

  async finish(): Promise<Buffer> {
    const { signal } = this.#options;
    const abort = () => this.#fail({ failure: { ended: 'aborted', reason: 'it was abandoned', errors: '' } });
    if (signal?.aborted) abort();
    signal?.addEventListener('abort', abort);
    try {
      const [runs] = await Promise.all([Promise.all(this.#runs.values()), Promise.all(this.#links)]);
      if (this.#first) throw new ConnectionFailed(await this.#failure(this.#first));
      const last = runs.at(-1);
      return last?.ended === 'exit' ? last.output : Buffer.alloc(0);
    } finally {
      clearTimeout(this.#quit);
      signal?.removeEventListener('abort', abort);
    }
  }

  async #failure(first: First): Promise<Failure> {
    if ('failure' in first) return first.failure;
    const ran = await this.#runs.get(first.program);
    if (!ran) throw new Error('A program has no run');
    const { reason, errors } = ran;
    if (ran.ended !== 'exit') return { ended: ran.ended, reason, errors };
    const { ended, endedBy, succeeded } = ran;
    return { ended, endedBy, reason: succeeded ? 'it ended before it had read all its input' : reason, errors };
  }
}

function timedOut(timeoutMs: number): Failure {
  return { ended: 'timeout', reason: `it did not finish within ${formatSeconds(timeoutMs)}`, errors: '' };
}

function isCommand(part: Part): part is Command {
  return 'endSignal' in part;
}
