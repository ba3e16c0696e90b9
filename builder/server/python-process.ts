// One worker process: started, told what to load, called over its channel, and ended with all that it started.
import { type ChildProcess, spawn } from 'node:child_process';
import { Socket } from 'node:net';
import type { Readable } from 'node:stream';
import { z } from 'zod';
import { type PythonSpec, type StartError, startErrorSchema } from '../../src/contract/builder.ts';
import { FrameReader, frameHeader, fromWorker, toWorker } from './frames.ts';
import { captureLines } from './line-capture.ts';
import type { LogRing } from './log-ring.ts';
import { PendingCalls } from './pending-calls.ts';
import { Refusal } from './refusal.ts';
import type { Command } from './sandbox.ts';
import type { Limits } from './settings.ts';

const workerEvent = z.discriminatedUnion('type', [
  z.object({ type: z.literal('step'), step: z.enum(['compile', 'load']) }),
  z.object({ type: z.literal('log'), lines: z.array(z.string()) }),
  z.object({ type: z.literal('ready') }),
  z.object({ type: z.literal('failed'), error: startErrorSchema }),
]);

export type OnStep = (step: 'compile' | 'load') => void;

/** An answer is a result of up to `callBytes` and the few words around it. */
const answerOverheadBytes = 64 * 1024;
const eventsPerSecondMax = 200;
/** How long a process that was told to end, or the last of its output, is waited for. */
const endMs = 2000;
const outputMs = 300;
/** Below, a header and its body go out as one piece. */
const copiedBytesMax = 64 * 1024;

export class PythonProcess {
  /** Settles as soon as it takes no more calls. */
  readonly lost: Promise<void>;
  /** Settles with the reason when the process is gone, and all that it said was heard. */
  readonly exited: Promise<string>;
  readonly #command: Command;
  readonly #limits: Limits;
  readonly #log: LogRing;
  readonly #child: ChildProcess;
  readonly #channel: Socket;
  readonly #calls: PendingCalls;
  #onStep: OnStep = () => {};
  #started: (failure: StartError | undefined) => void = () => {};
  #lose: () => void = () => {};
  #endReason: string | undefined;
  #gone = false;
  #corked = false;
  #eventWindow = 0;
  #events = 0;

  constructor(command: Command, limits: Limits, log: LogRing) {
    this.#command = command;
    this.#limits = limits;
    this.#log = log;
    // Its own process group, so that it can be ended as a whole; file descriptor 3 is a socket, for both directions.
    this.#child = spawn(command.file, command.args, {
      env: command.env,
      cwd: '/',
      detached: true,
      stdio: ['pipe', 'pipe', 'pipe', 'pipe'],
    });
    this.#calls = new PendingCalls(
      limits.callMs,
      limits.hangMs,
      (id) => this.#write(toWorker.cancel, id),
      () => this.end(`a call went on ${limits.hangMs} ms after its time limit`),
    );
    this.#channel = this.#openChannel();
    const { stdout, stderr } = this.#child;
    if (stdout) captureLines(stdout, limits.logLineChars, (line) => log.add('stdout', line));
    if (stderr) captureLines(stderr, limits.logLineChars, (line) => log.add('stderr', line));
    this.#child.stdin?.on('error', () => {});
    this.lost = new Promise((resolve) => {
      this.#lose = resolve;
    });
    this.exited = this.#watchExit();
  }

  /** Resolves when the plugin is loaded, with undefined, or can't be. */
  load(spec: Pick<PythonSpec, 'plugin' | 'dependencies'>, onStep: OnStep): Promise<StartError | undefined> {
    this.#onStep = onStep;
    this.#write(
      toWorker.start,
      0,
      Buffer.from(JSON.stringify({ plugin: spec.plugin, dependencies: spec.dependencies })),
    );
    return new Promise((resolve) => {
      this.#started = resolve;
      this.exited.then((reason) => resolve({ code: 'process-died', message: `the process ended: ${reason}` }));
    });
  }

  /** The answer's JSON as the worker wrote it. Rejects with a Refusal. */
  call(body: Uint8Array): Promise<Uint8Array<ArrayBuffer>> {
    if (this.#gone || this.#endReason !== undefined) return Promise.reject(crashed());
    const { id, answer } = this.#calls.add();
    this.#write(toWorker.call, id, body);
    return answer;
  }

  /** Ends the process and all that it started; resolves when it is gone. */
  async end(reason: string): Promise<void> {
    if (this.#endReason === undefined && !this.#gone) {
      this.#endReason = reason;
      this.#lose();
      this.#child.stdin?.end();
      this.#signal(this.#command.endSignal);
      setTimeout(() => this.#signal('SIGKILL'), endMs).unref();
    }
    await this.exited;
  }

  #signal(signal: NodeJS.Signals): void {
    const { pid } = this.#child;
    if (pid === undefined || (this.#gone && signal !== 'SIGKILL')) return;
    try {
      process.kill(-pid, signal);
    } catch {
      // The group is gone already.
    }
  }

  #openChannel(): Socket {
    const channel = this.#child.stdio[3];
    if (!(channel instanceof Socket)) throw new Error('the channel of a worker is a socket');
    const frames = new FrameReader(this.#limits.callBytes + answerOverheadBytes, (kind, id, body) =>
      this.#onFrame(kind, id, body),
    );
    channel.on('data', (chunk) => {
      try {
        frames.push(chunk);
      } catch (error) {
        channel.destroy();
        void this.end(`it broke the protocol: ${error instanceof Error ? error.message : error}`);
      }
    });
    channel.on('error', () => {});
    return channel;
  }

  /** A worker runs a plugin's code, so nothing it sends is taken on trust: what was not asked for ends it. */
  #onFrame(kind: number, id: number, body: Buffer<ArrayBuffer>): void {
    if (kind === fromWorker.event) {
      this.#onEvent(body);
    } else if (!this.#settle(kind, id, body)) {
      throw new Error(`an unexpected frame of kind ${kind}`);
    }
  }

  #settle(kind: number, id: number, body: Buffer<ArrayBuffer>): boolean {
    if (kind === fromWorker.answer) return this.#calls.answer(id, body);
    if (kind === fromWorker.refused)
      return this.#calls.refuse(id, new Refusal('invalid-request', body.toString('utf8')));
    return kind === fromWorker.ended && this.#calls.ended(id);
  }

  #onEvent(body: Buffer): void {
    const second = Math.floor(performance.now() / 1000);
    if (second !== this.#eventWindow) {
      this.#eventWindow = second;
      this.#events = 0;
    }
    if (++this.#events > eventsPerSecondMax) throw new Error('too many events');
    const event = workerEvent.parse(JSON.parse(body.toString('utf8')));
    if (event.type === 'log') for (const line of event.lines) this.#log.add('host', line);
    else if (event.type === 'step') this.#onStep(event.step);
    else this.#started(event.type === 'failed' ? event.error : undefined);
  }

  /** All frames of one turn go out in one write. */
  #write(kind: number, id: number, body: Uint8Array = new Uint8Array()): void {
    const channel = this.#channel;
    if (!this.#corked) {
      this.#corked = true;
      channel.cork();
      process.nextTick(() => {
        this.#corked = false;
        channel.uncork();
      });
    }
    const header = frameHeader(kind, id, body.length);
    if (body.length <= copiedBytesMax) {
      channel.write(body.length === 0 ? header : Buffer.concat([header, body]));
    } else {
      channel.write(header);
      channel.write(body);
    }
  }

  async #watchExit(): Promise<string> {
    const reason = await new Promise<string>((resolve) => {
      this.#child.once('error', (error) => resolve(error.message));
      this.#child.once('exit', (code, signal) => resolve(exitReason(code, signal)));
    });
    this.#gone = true;
    this.#lose();
    this.#signal('SIGKILL');
    const streams = [this.#child.stdout, this.#child.stderr].filter((stream) => stream !== null);
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise((resolve) => {
      timer = setTimeout(resolve, outputMs);
    });
    await Promise.race([Promise.all(streams.map(ended)), late]);
    clearTimeout(timer);
    for (const stream of [...streams, this.#channel, this.#child.stdin]) stream?.destroy();
    this.#calls.rejectAll(crashed);
    return this.#endReason ?? reason;
  }
}

function crashed(): Refusal {
  return new Refusal('instance-crashed', 'the process that ran this call ended');
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
