// Runs one Python worker: starts it, makes it load the plugin, and exchanges frames with it over its channel.
import type { ChildProcess } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { Socket } from 'node:net';
import type { PythonSpec } from '../../../src/contract/builder/instances.ts';
import type { StartError } from '../../../src/contract/builder/start-errors.ts';
import { Refusal } from '../core/refusal.ts';
import type { Limits } from '../core/settings.ts';
import type { HostProcess, OnStep } from '../processes/host-process.ts';
import type { LogWriter } from '../processes/log-writer.ts';
import { OpenStream } from '../processes/open-stream.ts';
import { PartialDeadline, PendingCalls } from '../processes/pending-calls.ts';
import type { HeldCall } from '../processes/plugin-call.ts';
import { crashed, diedAtStart, hangEnd, protocolViolated } from '../processes/process-end.ts';
import { ChildGroup } from '../programs/child-group.ts';
import type { Command } from '../programs/command.ts';
import { captureLines } from '../programs/line-capture.ts';
import type { MemoryUse } from '../programs/memory-watch.ts';
import { ReadCredit } from '../programs/read-credit.ts';
import { callHead, creditBody, FrameReader, frameHeader, fromWorker, toWorker } from './frames.ts';
import { settingsForSpare } from './spare-workers.ts';
import { WorkerEvents } from './worker-events.ts';

const record = 0x1e;
const unit = String.fromCharCode(0x1f);
const id = /^[\w-]{1,64}$/;

function readMark(line: string): { line: string; request: string | undefined } {
  if (line.charCodeAt(0) !== record) return { line, request: undefined };
  const end = line.indexOf(unit);
  const request = line.slice(1, Math.max(1, end));
  return id.test(request) ? { line: line.slice(end + 1), request } : { line, request: undefined };
}

/** The plugin facts that a worker needs. */
export type PythonPlugin = Pick<PythonSpec, 'plugin' | 'dependencies' | 'secrets' | 'serving'>;

export interface WorkerSettings {
  limits: Limits;
  log: LogWriter;
  onCallEnded: () => void;
  /** A spare worker to use (spare-workers.ts). */
  spare?: ChildProcess | undefined;
}

/** Size of the response without its result, which has up to `callBytes`. */
const answerOverheadBytes = 64 * 1024;
/** Maximum length of a worker's reason for refusing a call. */
const refusalBytesMax = 4096;
const probeBytes = 16;
/** Why a process loses calls if it doesn't say so. */
const unusable = 'it can no longer answer calls';
/** Bodies up to this size are copied after their header, to be written as one chunk. */
const copiedBytesMax = 64 * 1024;

export class PythonProcess implements HostProcess {
  readonly lost: Promise<void>;
  readonly exited: Promise<string>;
  readonly replaced: Promise<string>;
  readonly #plugin: PythonPlugin;
  readonly #limits: Limits;
  readonly #log: LogWriter;
  readonly #group: ChildGroup;
  readonly #channel: Socket;
  readonly #calls: PendingCalls;
  #onStep: OnStep = () => {};
  readonly #credit: ReadCredit;
  readonly #events = new WorkerEvents();
  readonly #replacement = Promise.withResolvers<string>();
  /** Why the process is to be replaced. */
  #replacedFor: string | undefined;
  #settleStart: (failure: StartError | undefined) => void = () => {};
  /** The probe that the worker must echo before it counts as ready. */
  #probe: Buffer | undefined;
  #hasStarted = false;
  #corked = false;
  /** Whether calls of the current turn of the event loop were passed as a batch that has not been closed. */
  #isGathering = false;

  constructor(command: Command, { limits, log, onCallEnded, spare }: WorkerSettings, plugin: PythonPlugin) {
    this.#plugin = plugin;
    this.#limits = limits;
    this.#log = log;
    this.#group = new ChildGroup(command, undefined, spare).onNote((line) => log.add('host', line));
    this.#calls = new PendingCalls(limits, {
      cancel: (id) => this.#write(toWorker.cancel, id),
      onHang: (limitMs) => this.#group.endFor(...hangEnd(limitMs, limits)),
      onEnded: onCallEnded,
    });
    this.#channel = this.#openChannel();
    if (spare) this.#channel.write(settingsForSpare(command));
    this.#credit = new ReadCredit(this.#channel);
    const { stdout, stderr } = this.#group.child;
    if (stdout) captureLines(stdout, limits.logLineChars, (line) => this.#onLine('stdout', line));
    if (stderr) captureLines(stderr, limits.logLineChars, (line) => this.#onLine('stderr', line));
    this.lost = this.#group.lost;
    this.replaced = this.#replacement.promise;
    this.exited = this.#group.exited.then((reason) => {
      this.#calls.rejectAll(() => crashed({ reason, exceeded: this.#group.exceeded }));
      return reason;
    });
  }

  /**
   * The plugin's code runs from here on and may write to the channel itself, so a worker is ready only after it echoes a random probe.
   */
  load(onStep: OnStep): Promise<StartError | undefined> {
    this.#onStep = onStep;
    const { plugin, dependencies, secrets = {} } = this.#plugin;
    this.#write(toWorker.start, 0, Buffer.from(JSON.stringify({ plugin, dependencies, secrets })));
    return new Promise((resolve) => {
      this.#settleStart = resolve;
      this.exited.then((reason) => resolve(diedAtStart({ reason, exceeded: this.#group.exceeded })));
    });
  }

  get running(): number {
    return this.#calls.running;
  }

  get memoryUse(): MemoryUse {
    return this.#group.memoryUse;
  }

  call(call: HeldCall, waitedMs = 0): Promise<Uint8Array<ArrayBuffer>> {
    if (this.#group.isLost) return Promise.reject(crashed());
    const { body, cancellation, limitMs, requestId, stream, trace, timeLeftMs = Number.POSITIVE_INFINITY } = call;
    const credit = (id: number) => (bytes: number) => this.#write(toWorker.credit, id, creditBody(bytes));
    const streamOf = stream && ((id: number) => new OpenStream(stream, this.#limits, credit(id)));
    const { id, answer } = this.#calls.add(cancellation, { limitMs, waitedMs, streamOf });
    const leftMs = Math.min(limitMs, timeLeftMs) - waitedMs;
    const head = callHead(id, body.length, { requestId, trace, streams: stream !== undefined, leftMs });
    this.#writeWhole(head, body, call.hold());
    if (this.#plugin.serving?.batching) this.#isGathering = true;
    return answer;
  }

  end(reason: string): Promise<void> {
    return this.#group.end(reason).then(() => {});
  }

  #openChannel(): Socket {
    const channel = this.#group.child.stdio[3];
    if (!(channel instanceof Socket)) throw new Error("A worker's channel must be a socket");
    const deadline = new PartialDeadline(this.#limits.partialMs, () => this.#endViolator('an incomplete frame'));
    const frames = new FrameReader(this.#limits.callBytes + answerOverheadBytes, deadline, (kind, id, body) =>
      this.#onFrame(kind, id, body),
    );
    channel.on('data', (chunk) => {
      try {
        frames.push(chunk);
      } catch (error) {
        this.#endViolator(error instanceof Error ? error.message : String(error));
      }
    });
    channel.on('close', () => deadline.clear());
    channel.on('error', () => {});
    return channel;
  }

  /** Kills a process that violated the protocol. Its pending answers can't be trusted, so its calls get no result. */
  #endViolator(violation: string): void {
    this.#channel.destroy();
    this.#calls.rejectAll(() => protocolViolated(violation));
    void this.end(`it violated the protocol: ${violation}`);
  }

  /** A worker runs plugin code, so its frames are not trusted: an unexpected frame ends the process. */
  #onFrame(kind: number, id: number, body: Buffer<ArrayBuffer>): void {
    if (kind === fromWorker.event) {
      this.#onEvent(body);
    } else if (kind === fromWorker.probed) {
      this.#onProbed(body);
    } else if (!this.#settle(kind, id, body)) {
      throw new Error(`unexpected frame of kind ${kind}`);
    }
  }

  #settle(kind: number, id: number, body: Buffer<ArrayBuffer>): boolean {
    if (kind === fromWorker.answer) return this.#calls.answer(id, body);
    if (kind === fromWorker.chunk) return this.#calls.streamed(id, body);
    if (kind === fromWorker.began) return this.#calls.streamBegan(id);
    if (kind === fromWorker.refused) {
      const reason = body.toString('utf8', 0, refusalBytesMax);
      return this.#calls.refuse(id, new Refusal('call-unreadable', reason));
    }
    if (kind === fromWorker.lost)
      return this.#calls.refuse(id, crashed({ reason: this.#replacedFor ?? unusable, exceeded: undefined }));
    return kind === fromWorker.ended && this.#calls.ended(id);
  }

  #onEvent(body: Buffer): void {
    const event = this.#events.read(body);
    if (event.type === 'log') {
      this.#credit.charge(body.length, event.lines.length);
      for (const line of event.lines) this.#log.add('host', line, event.request);
    } else if (event.type === 'replace') {
      this.#replacedFor ??= event.reason;
      this.#replacement.resolve(this.#replacedFor);
    } else if (this.#hasStarted || this.#probe) {
      throw new Error(`a second ${event.type}`);
    } else if (event.type === 'step') {
      this.#onStep(event.step);
    } else if (event.type === 'failed') {
      this.#hasStarted = true;
      this.#settleStart(event.error);
    } else {
      this.#probe = randomBytes(probeBytes);
      this.#write(toWorker.probe, 0, this.#probe);
    }
  }

  #onLine(stream: 'stdout' | 'stderr', printed: string): number {
    const { line, request } = readMark(printed);
    this.#log.add(stream, line, request);
    return 1;
  }

  #onProbed(body: Buffer): void {
    if (!this.#probe?.equals(body)) throw new Error('an answer to no probe');
    this.#probe = undefined;
    this.#hasStarted = true;
    this.#settleStart(undefined);
  }

  /** Ends the batch of the calls that were passed in this turn of the event loop. */
  #runGathered(): void {
    this.#isGathering = false;
    this.#write(toWorker.run, 0);
  }

  #write(kind: number, id: number, body: Uint8Array = new Uint8Array()): void {
    this.#writeWhole(frameHeader(kind, id, body.length), body);
  }

  /**
   * Combines frames sent in the same turn of the event loop into one write. Also calls `onWritten` when they can no longer be written.
   */
  #writeWhole(header: Buffer, body: Uint8Array, onWritten?: () => void): void {
    const channel = this.#channel;
    if (!this.#corked) {
      this.#corked = true;
      channel.cork();
      process.nextTick(() => {
        if (this.#isGathering) this.#runGathered();
        this.#corked = false;
        channel.uncork();
      });
    }
    if (body.length <= copiedBytesMax) {
      channel.write(body.length === 0 ? header : Buffer.concat([header, body]), onWritten);
    } else {
      channel.write(header);
      channel.write(body, onWritten);
    }
  }
}
