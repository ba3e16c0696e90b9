// A confined child process and all that it starts: started with its standard streams and file descriptor 3 as pipes, ended as a
// whole. What goes over the pipes is its owner's.
import { type ChildProcess, spawn } from 'node:child_process';
import { Socket } from 'node:net';
import type { Readable } from 'node:stream';
import type { Command } from '../sandbox/sandbox.ts';

/** How long a process that was told to end, or the last of its output, is waited for. */
const endMs = 2000;
const outputMs = 300;

export class ChildGroup {
  readonly child: ChildProcess;
  /** Settles as soon as it is told to end, or is gone. */
  readonly lost: Promise<void>;
  /** Settles with the reason when the process is gone, and all that it printed was heard. */
  readonly exited: Promise<string>;
  readonly #endSignal: NodeJS.Signals;
  #lose: () => void = () => {};
  #endReason: string | undefined;
  #gone = false;

  constructor({ file, args, env, endSignal }: Command) {
    this.#endSignal = endSignal;
    // Its own process group, so that it can be ended as a whole; file descriptor 3 is a socket, for both directions.
    this.child = spawn(file, args, { env, cwd: '/', detached: true, stdio: ['pipe', 'pipe', 'pipe', 'pipe'] });
    this.child.stdin?.on('error', () => {});
    this.lost = new Promise((resolve) => {
      this.#lose = resolve;
    });
    this.exited = this.#watchExit();
  }

  get isLost(): boolean {
    return this.#gone || this.#endReason !== undefined;
  }

  /** Lets a held program go. */
  release(): void {
    const held = this.child.stdio[3];
    if (held instanceof Socket) held.on('error', () => {}).write('\n');
  }

  /** Standard input closes at once, and the rest follows `graceMs` later unless it went by itself. */
  async end(reason: string, graceMs = 0): Promise<void> {
    if (!this.isLost) {
      this.#endReason = reason;
      this.#lose();
      this.child.stdin?.end();
      if (graceMs === 0) this.#signal(this.#endSignal);
      else setTimeout(() => this.#signal(this.#endSignal), graceMs).unref();
      setTimeout(() => this.#signal('SIGKILL'), graceMs + endMs).unref();
    }
    await this.exited;
  }

  #signal(signal: NodeJS.Signals): void {
    const { pid } = this.child;
    if (pid === undefined || this.#gone) return;
    try {
      process.kill(-pid, signal);
    } catch {
      // The group is gone already.
    }
  }

  async #watchExit(): Promise<string> {
    const reason = await new Promise<string>((resolve) => {
      this.child.once('error', (error) => resolve(error.message));
      this.child.once('exit', (code, signal) => resolve(exitReason(code, signal)));
    });
    this.#lose();
    this.#signal('SIGKILL');
    this.#gone = true;
    const streams = [this.child.stdout, this.child.stderr].filter((stream) => stream !== null);
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise((resolve) => {
      timer = setTimeout(resolve, outputMs);
    });
    await Promise.race([Promise.all(streams.map(ended)), late]);
    clearTimeout(timer);
    for (const stream of this.child.stdio) stream?.destroy();
    return this.#endReason ?? reason;
  }
}

/** 128 + n is how the warden tells that signal n ended its worker. */
function exitReason(code: number | null, signal: NodeJS.Signals | null): string {
  if (signal !== null) return `signal ${signal}`;
  if (code !== null && code > 128) return `signal number ${code - 128}`;
  return `exit code ${code}`;
}

function ended(stream: Readable): Promise<void> {
  return new Promise((resolve) => {
    if (stream.closed) resolve();
    stream.once('close', resolve);
    stream.resume();
  });
}
