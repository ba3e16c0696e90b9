// Runs helper programs to completion: compilers, unpackers, Git, uv, probes. Every run has a time limit, all output is read, and no
// started process outlives the program. `runConnected` connects several.
import type { Readable, Writable } from 'node:stream';
import { formatSeconds } from '../../../src/core/quantities.ts';
import { Refusal } from '../core/refusal.ts';
import { ChildGroup } from './child-group.ts';
import type { Command } from './command.ts';
import { type EndedBy, lineOnOthers, succeeded } from './exit-reason.ts';
import { captureLines } from './line-capture.ts';

export interface RunOptions {
  timeoutMs: number;
  /** The program is ended if it prints more. */
  outputBytesMax: number;
  onErrorLine?: (line: string) => void;
  input?: string | Uint8Array;
}

export interface Exited {
  ended: 'exit';
  succeeded: boolean;
  endedBy: EndedBy;
  reason: string;
  output: Buffer;
  errors: string;
}

export interface Stopped {
  ended: 'timeout' | 'output-limit';
  reason: string;
  errors: string;
}

export type Ran = Exited | Stopped;

/** Standard error above this size is dropped. */
const errorCharsMax = 256 * 1024;
const lineCharsMax = 16 * 1024;
/** Time to read output after the exit. A process that left the group may keep the pipe open. */
const outputMsDefault = 5000;

export async function runProgram(command: Command, options: RunOptions): Promise<Ran> {
  return new RunningProgram(command).finish(options);
}

/** Returns the program's error output, or the reason why it ended if there is none. */
export function explain({ errors, reason }: Ran): string {
  return errors.trim() || `it exited with ${reason}`;
}

/** Throws an error that names the program if others ended it: the builder failed then, and another attempt may succeed. */
export function requireNotStopped(ran: Ran, program: string): void {
  if (ran.ended !== 'exit') return;
  // As the first process of its namespace, a Go program can't die of a signal. It exits with 2 then, without the words of a panic.
  const isSilent = ran.reason === 'exit code 2' && ran.errors.trim() === '';
  if (ran.endedBy === 'others' || isSilent) throw new ProgramStopped(program, ran);
}

/** Others ended a program, such as an operator, or the kernel because the machine's memory ran out. Nobody's plugin is at fault. */
export class ProgramStopped extends Refusal {
  constructor(program: string, { errors, reason }: Pick<Exited, 'errors' | 'reason'>) {
    // A program whose child was stopped exits with a code or writes into a closed pipe, and prints the child's signal.
    const last = reason.startsWith('exit code') ? errors.trim().split('\n').at(-1) : '';
    super('internal', `${program} was stopped from outside: ${lineOnOthers(errors) || last || reason}.`);
  }
}

/** How often work is tried whose programs others stop. */
const attemptsMax = 3;

/** Repeats work that finds out something for as long as the builder runs, if others stop its program. */
export async function triedAgain<Result>(work: () => Promise<Result>): Promise<Result> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await work();
    } catch (error) {
      if (!(error instanceof ProgramStopped) || attempt === attemptsMax) throw error;
    }
  }
}

export class RunningProgram {
  readonly #group: ChildGroup;
  readonly stdin: Writable;
  readonly stdout: Readable;
  /** Resolves when the program has exited or is being ended, with whether it succeeded. */
  readonly over: Promise<boolean>;

  constructor(command: Command, outputMs = outputMsDefault) {
    this.#group = new ChildGroup(command, outputMs);
    const { child, lost } = this.#group;
    if (!child.stdin || !child.stdout) throw new Error('A program must have pipes');
    this.stdin = child.stdin;
    this.stdout = child.stdout;
    this.stdout.on('error', () => {});
    this.over = lost.then(() => child.exitCode === 0);
  }

  get isOver(): boolean {
    return this.#group.isLost;
  }

  /** Lets a held program start. */
  release(): void {
    this.#group.release();
  }

  /** Ends the program and everything it started. Does nothing if it has exited. */
  end(reason: string): Promise<void> {
    return this.#group.end(reason);
  }

  /** Collects the output until the program has ended. */
  finish({ input = '', ...options }: RunOptions): Promise<Ran> {
    this.stdin.end(input);
    return this.#wait(options, true);
  }

  /** Like `finish`, but the caller writes the input and, unless `collects`, reads the output. */
  finishConnected(options: Omit<RunOptions, 'input'>, collects: boolean): Promise<Ran> {
    return this.#wait(options, collects);
  }

  async #wait({ timeoutMs, outputBytesMax, onErrorLine }: RunOptions, collects: boolean): Promise<Ran> {
    const chunks: Buffer[] = [];
    let size = 0;
    let errors = '';
    let stopped: Stopped['ended'] | undefined;
    const stop = (why: Stopped['ended'], reason: string) => {
      if (this.isOver) return;
      stopped = why;
      void this.end(reason);
    };
    const timer = setTimeout(() => stop('timeout', `it did not finish within ${formatSeconds(timeoutMs)}`), timeoutMs);
    if (collects)
      this.stdout.on('data', (chunk: Buffer) => {
        size += chunk.length;
        if (size > outputBytesMax) stop('output-limit', `more than ${outputBytesMax} bytes of output`);
        else chunks.push(chunk);
      });
    const { stderr } = this.#group.child;
    if (stderr)
      captureLines(stderr, lineCharsMax, (line) => {
        if (errors.length < errorCharsMax) errors += `${line}\n`;
        onErrorLine?.(line);
        return 1;
      });
    const reason = await this.#group.exited;
    clearTimeout(timer);
    if (stopped) return { ended: stopped, reason, errors };
    const exceeded = size > outputBytesMax;
    if (exceeded) return { ended: 'output-limit', reason: `more than ${outputBytesMax} bytes of output`, errors };
    const how = { succeeded: reason === succeeded, endedBy: this.#group.endedBy(reason, errors) };
    return { ended: 'exit', ...how, reason, output: Buffer.concat(chunks, size), errors };
  }
}
