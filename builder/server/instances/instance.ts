// One instance: a plugin's code unpacked once, a worker process that runs it and is started anew when it ends.
import {
  codeDigest,
  type InstanceEvent,
  type InstanceSpec,
  type InstanceStatus,
  type Logs,
  type StartError,
} from '../../../src/contract/builder.ts';
import type { HostProcess, Launch, OnStep } from '../processes/host-process.ts';
import { Refusal } from '../refusal.ts';
import { ReplayableLog } from '../replayable-log.ts';
import type { Limits } from '../settings.ts';
import { CallCount } from './call-count.ts';
import { LogRing } from './log-ring.ts';

/** What an instance needs of the machine: its code on disk and a process that runs it. */
export interface Provision {
  /** Puts the code in its place. Returns what is wrong with it, or how to start a process for it. */
  unpack(): Promise<Launch | StartError>;
  remove(): Promise<void>;
}

const backoffMaxMs = 30_000;
/** A process that lived this long was well: the next crash begins the backoff anew. */
const wellAfterMs = 60_000;

export class Instance {
  readonly id: string;
  readonly spec: InstanceSpec;
  /** Settles when nothing of it is left. */
  readonly stopped: Promise<void>;
  readonly #limits: Limits;
  readonly #provision: Provision;
  readonly #now: () => number;
  readonly #log: LogRing;
  readonly #calls: CallCount;
  #state: InstanceStatus['state'] = 'starting';
  #events: ReplayableLog<InstanceEvent>;
  #start: Launch | undefined;
  #process: HostProcess | undefined;
  #readiness = Promise.withResolvers<HostProcess>();
  #startedAt: number;
  #readyAt = 0;
  #restarts = 0;
  #failuresInRow = 0;
  #restartTimer: NodeJS.Timeout | undefined;
  #lastCallAt: number | undefined;
  #markStopped: () => void = () => {};
  /** The start or restart under way, else the last one. */
  #launching: Promise<void>;

  constructor(id: string, spec: InstanceSpec, limits: Limits, provision: Provision, now: () => number) {
    this.id = id;
    this.spec = spec;
    this.#limits = limits;
    this.#provision = provision;
    this.#now = now;
    this.#startedAt = now();
    this.#log = new LogRing(limits.logLines, limits.logLineChars, now);
    this.#calls = new CallCount(limits);
    this.#events = startStory(limits);
    this.#readiness.promise.catch(() => {});
    this.stopped = new Promise((resolve) => {
      this.#markStopped = resolve;
    });
    this.#launching = this.#firstStart();
  }

  get state(): InstanceStatus['state'] {
    return this.#state;
  }

  /** Whether it serves, or will without anyone's doing. */
  get isActive(): boolean {
    return this.#state === 'starting' || this.#state === 'ready' || this.#state === 'restarting';
  }

  /** The start or restart under way as it goes on, or at once that it is ready. */
  async *follow(): AsyncGenerator<InstanceEvent> {
    if (this.#state === 'ready') yield { type: 'ready', instance: this.status() };
    else yield* this.#events.follow();
  }

  /** Ready, and without a call for `ms`. */
  isIdleFor(ms: number): boolean {
    const since = Math.max(this.#readyAt, this.#lastCallAt ?? 0);
    return this.#state === 'ready' && this.#calls.inFlight === 0 && this.#now() - since >= ms;
  }

  status(): InstanceStatus {
    return {
      id: this.id,
      state: this.#state,
      code: codeDigest(this.spec),
      started_at: new Date(this.#startedAt).toISOString(),
      restarts: this.#restarts,
      calls: this.#calls.total,
      calls_in_flight: this.#calls.inFlight,
      last_call_at: this.#lastCallAt === undefined ? null : new Date(this.#lastCallAt).toISOString(),
    };
  }

  logs(after: string): Logs {
    return { state: this.#state, ...this.#log.since(after) };
  }

  /** The answer's JSON. Waits for a start or restart under way, within bounds. Rejects with a Refusal. */
  async call(body: Uint8Array): Promise<Uint8Array<ArrayBuffer>> {
    if (!this.isActive) throw this.#gone();
    this.#calls.enter(body.length);
    this.#lastCallAt = this.#now();
    try {
      const process = this.#state === 'ready' && this.#process ? this.#process : await this.#whenReady();
      return await process.call(body);
    } finally {
      this.#calls.leave(body.length);
    }
  }

  /** Takes no new calls, lets those it has finish for up to `drainMs`, then ends. Idempotent. */
  async stop(drainMs: number): Promise<void> {
    if (this.isActive) {
      const served = this.#state === 'ready';
      this.#become('draining');
      clearTimeout(this.#restartTimer);
      this.#readiness.reject(this.#gone());
      this.#tellFailed({ code: 'process-died', message: 'the instance was stopped' });
      if (served) await this.#calls.idle(drainMs);
      await this.#process?.end('the instance was stopped');
      await this.#launching;
      await this.#provision.remove();
      this.#become('stopped');
      this.#markStopped();
    } else if (this.#state === 'failed') {
      this.#markStopped();
    }
    await this.stopped;
  }

  async #firstStart(): Promise<void> {
    this.#log.listen((line) => this.#events.append({ type: 'log', ...line }));
    this.#tellStep('unpack');
    const deadline = performance.now() + this.#limits.startMs;
    const failure = await this.#prepare(deadline).catch(ownFailure);
    if (failure === undefined || this.#state !== 'starting') return;
    this.#become('failed');
    this.#readiness.reject(this.#gone());
    await this.#provision.remove();
    this.#tellFailed(failure);
  }

  async #prepare(deadline: number): Promise<StartError | undefined> {
    const unpacked = await this.#provision.unpack();
    if (typeof unpacked !== 'function') return unpacked;
    return this.#state === 'starting' ? await this.#launch(unpacked, deadline) : undefined;
  }

  /** Starts a process and loads the plugin. Returns why that failed; the process is gone then. */
  async #launch(start: Launch, deadline: number): Promise<StartError | undefined> {
    this.#start = start;
    const process = start(this.#log);
    this.#process = process;
    const onStep: OnStep = (step) => this.#tellStep(step);
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<StartError>((resolve) => {
      const message = `not ready after ${this.#limits.startMs} ms`;
      timer = setTimeout(() => resolve({ code: 'start-timeout', message }), deadline - performance.now());
    });
    const failure = await Promise.race([process.load(onStep), late]);
    clearTimeout(timer);
    if (failure) {
      this.#log.add('host', `start failed: ${failure.message}`);
      await process.end(failure.code);
      return failure;
    }
    if (this.isActive) this.#becomeReady(process);
    return undefined;
  }

  #becomeReady(process: HostProcess): void {
    this.#become('ready');
    this.#readyAt = this.#now();
    this.#readiness.resolve(process);
    this.#tellStep('ready');
    this.#events.append({ type: 'ready', instance: this.status() });
    this.#log.listen(undefined);
    this.#events = startStory(this.#limits);
    void process.lost.then(() => this.#onLost());
    void process.exited.then((reason) => this.#onExit(reason));
  }

  /** From here on calls wait for the next process. */
  #onLost(): void {
    if (this.#state !== 'ready') return;
    this.#become('restarting');
    this.#readiness = Promise.withResolvers();
    this.#readiness.promise.catch(() => {});
  }

  #onExit(reason: string): void {
    if (this.#state !== 'restarting') return;
    this.#log.add('host', `the process ended: ${reason}; it is started anew`);
    if (this.#now() - this.#readyAt >= wellAfterMs) this.#failuresInRow = 0;
    this.#scheduleRestart();
  }

  #scheduleRestart(): void {
    const failures = this.#failuresInRow++;
    const delayMs = failures === 0 ? 0 : Math.min(backoffMaxMs, 1000 * 2 ** (failures - 1));
    this.#restartTimer = setTimeout(() => {
      this.#launching = this.#restart();
    }, delayMs);
  }

  async #restart(): Promise<void> {
    if (this.#state !== 'restarting' || !this.#start) return;
    this.#restarts++;
    this.#log.listen((line) => this.#events.append({ type: 'log', ...line }));
    const failure = await this.#launch(this.#start, performance.now() + this.#limits.startMs).catch(ownFailure);
    if (failure === undefined || this.#state !== 'restarting') return;
    this.#tellFailed(failure);
    this.#events = startStory(this.#limits);
    this.#scheduleRestart();
  }

  #whenReady(): Promise<HostProcess> {
    const { readyWaitMs } = this.#limits;
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<never>((_, reject) => {
      const refusal = new Refusal('instance-restarting', `the instance is ${this.#state}`);
      timer = setTimeout(() => reject(refusal), readyWaitMs);
    });
    return Promise.race([this.#readiness.promise, late]).finally(() => clearTimeout(timer));
  }

  #become(state: InstanceStatus['state']): void {
    this.#state = state;
  }

  #tellStep(step: 'unpack' | 'compile' | 'load' | 'ready'): void {
    this.#events.append({ type: 'step', at: new Date(this.#now()).toISOString(), step });
  }

  #tellFailed(error: StartError): void {
    this.#events.append({ type: 'failed', error });
    this.#log.listen(undefined);
  }

  #gone(): Refusal {
    return new Refusal('instance-gone', `instance ${this.id} is ${this.#state}`);
  }
}

function startStory({ logLines }: Limits): ReplayableLog<InstanceEvent> {
  return new ReplayableLog(logLines, ({ type }) => type === 'ready' || type === 'failed');
}

/** Not the plugin's fault: a full disk, no more processes. */
function ownFailure(error: unknown): StartError {
  return {
    code: 'process-died',
    message: `the builder could not start it: ${error instanceof Error ? error.message : error}`,
  };
}
