// Runs one Python worker: starts it, has it load the plugin, and calls it with frames over its channel.
import { Socket } from 'node:net';
import { z } from 'zod';
import { type PythonSpec, type StartError, startErrorSchema } from '../../../src/contract/builder.ts';
import type { LogRing } from '../instances/log-ring.ts';
import { ChildGroup } from '../processes/child-group.ts';
import type { HostProcess, OnStep } from '../processes/host-process.ts';
import { captureLines } from '../processes/line-capture.ts';
import { PendingCalls } from '../processes/pending-calls.ts';
import { Refusal } from '../refusal.ts';
import type { Command } from '../sandbox/sandbox.ts';
import type { Limits } from '../settings.ts';
import { FrameReader, frameHeader, fromWorker, toWorker } from './frames.ts';

const workerEvent = z.discriminatedUnion('type', [
  z.object({ type: z.literal('step'), step: z.enum(['compile', 'load']) }),
  z.object({ type: z.literal('log'), lines: z.array(z.string()) }),
  z.object({ type: z.literal('ready') }),
  z.object({ type: z.literal('failed'), error: startErrorSchema }),
]);

/** What a worker needs to know about its plugin. */
export type PythonPlugin = Pick<PythonSpec, 'plugin' | 'dependencies'>;

/** The part of a response around its result, which has up to `callBytes`. */
const answerOverheadBytes = 64 * 1024;
const eventsPerSecondMax = 200;
/** Bodies up to this size are copied behind their header, to be written as one chunk. */
const copiedBytesMax = 64 * 1024;

export class PythonProcess implements HostProcess {
  readonly lost: Promise<void>;
  readonly exited: Promise<string>;
  readonly #plugin: PythonPlugin;
  readonly #limits: Limits;
  readonly #log: LogRing;
  readonly #group: ChildGroup;
  readonly #channel: Socket;
  readonly #calls: PendingCalls;
  #onStep: OnStep = () => {};
  #settleStart: (failure: StartError | undefined) => void = () => {};
  #corked = false;
  #eventWindow = 0;
  #events = 0;

  constructor(command: Command, limits: Limits, log: LogRing, plugin: PythonPlugin) {
    this.#plugin = plugin;
    this.#limits = limits;
    this.#log = log;
    this.#group = new ChildGroup(command);
    this.#calls = new PendingCalls(
      limits.callMs,
      limits.hangMs,
      (id) => this.#write(toWorker.cancel, id),
      () => this.end(`a call was still running ${limits.hangMs} ms after its time limit`),
    );
    this.#channel = this.#openChannel();
    const { stdout, stderr } = this.#group.child;
    if (stdout) captureLines(stdout, limits.logLineChars, (line) => log.add('stdout', line));
    if (stderr) captureLines(stderr, limits.logLineChars, (line) => log.add('stderr', line));
    this.lost = this.#group.lost;
    this.exited = this.#group.exited.then((reason) => {
      this.#calls.rejectAll(crashed);
      return reason;
    });
  }

  load(onStep: OnStep): Promise<StartError | undefined> {
    this.#onStep = onStep;
    const { plugin, dependencies } = this.#plugin;
    this.#write(toWorker.start, 0, Buffer.from(JSON.stringify({ plugin, dependencies })));
    return new Promise((resolve) => {
      this.#settleStart = resolve;
      this.exited.then((reason) => resolve({ code: 'process-died', message: `The process ended: ${reason}.` }));
    });
  }

  call(body: Uint8Array): Promise<Uint8Array<ArrayBuffer>> {
    if (this.#group.isLost) return Promise.reject(crashed());
    const { id, answer } = this.#calls.add();
    this.#write(toWorker.call, id, body);
    return answer;
  }

  end(reason: string): Promise<void> {
    return this.#group.end(reason).then(() => {});
  }

  #openChannel(): Socket {
    const channel = this.#group.child.stdio[3];
    if (!(channel instanceof Socket)) throw new Error('The channel of a worker must be a socket');
    const frames = new FrameReader(this.#limits.callBytes + answerOverheadBytes, (kind, id, body) =>
      this.#onFrame(kind, id, body),
    );
    channel.on('data', (chunk) => {
      try {
        frames.push(chunk);
      } catch (error) {
        channel.destroy();
        void this.end(`it violated the protocol: ${error instanceof Error ? error.message : error}`);
      }
    });
    channel.on('error', () => {});
    return channel;
  }

  /** A worker runs plugin code, so its frames are not trusted: an unexpected frame ends the process. */
  #onFrame(kind: number, id: number, body: Buffer<ArrayBuffer>): void {
    if (kind === fromWorker.event) {
      this.#onEvent(body);
    } else if (!this.#settle(kind, id, body)) {
      throw new Error(`unexpected frame of kind ${kind}`);
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
    else this.#settleStart(event.type === 'failed' ? event.error : undefined);
  }

  /** Frames sent in the same turn of the event loop are written together. */
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
}

function crashed(): Refusal {
  return new Refusal('instance-crashed', "The plugin's process ended during the call.");
}
