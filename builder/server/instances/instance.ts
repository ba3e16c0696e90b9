// Runs one instance: unpacks the plugin's code once, starts a process for it, and restarts the process when it ends.
import {
  type Confinement,
  codeDigest,
  type InstanceEvent,
  type InstanceSpec,
  type InstanceStatus,
  type Logs,
  type StartError,
} from '../../../src/contract/builder.ts';
import { nestsDeeper } from '../../../src/core/json-depth.ts';
import type { HostProcess, Launch, OnStep } from '../processes/host-process.ts';
import { Refusal } from '../refusal.ts';
import { ReplayableLog } from '../replayable-log.ts';
import type { Limits } from '../settings.ts';
import { CallCount } from './call-count.ts';
import { LogRing } from './log-ring.ts';
import { maskedError, SecretMask } from './secret-mask.ts';

/** Puts an instance's code on disk and removes it. */
export interface Provision {
  /** How the processes are confined. */
  confinement: Confinement;
  /** Returns how to start a process for the code, or why it can't be started. */
  unpack(onStep: (step: 'environment' | 'unpack') => void): Promise<Launch | StartError>;
  remove(): Promise<void>;
}

export interface InstanceSettings {
  limits: Limits;
  now: () => number;
}

const backoffMaxMs = 30_000;
/** A process that ran for this long was stable: its crash resets the backoff. */
const stableAfterMs = 60_000;

export class Instance {
  readonly id: string;
  readonly spec: InstanceSpec;
  /** Resolves when the process has exited and all files are removed. */
  readonly stopped: Promise<void>;
  /** Another version serves the plugin's name: the instance sleeps sooner. */
  standby = false;
  readonly #limits: Limits;
  readonly #provision: Provision;
  readonly #now: () => number;
  readonly #mask: SecretMask;
  readonly #log: LogRing;
  readonly #calls: CallCount;
  #state: InstanceStatus['state'] = 'starting';
  #events: ReplayableLog<InstanceEvent>;
  #launcher: Launch | undefined;
  #process: HostProcess | undefined;
  #readiness = Promise.withResolvers<HostProcess>();
  #startedAt: number;
  #readyAt = 0;
  #restarts = 0;
  #failuresInRow = 0;
  #drainIsOver = false;
  #restartTimer: NodeJS.Timeout | undefined;
  #lastCallAt: number | undefined;
  #markStopped: () => void = () => {};
  /** The start or restart in progress, or the last one. */
  #launching: Promise<void>;

  constructor(id: string, spec: InstanceSpec, provision: Provision, { limits, now }: InstanceSettings) {
    this.id = id;
    this.spec = spec;
    this.#limits = limits;
    this.#provision = provision;
    this.#now = now;
    this.#startedAt = now();
    this.#mask = new SecretMask(spec.secrets);
    this.#log = new LogRing(limits.logLines, limits.logLineChars, now, this.#mask);
    this.#calls = new CallCount(limits);
    this.#events = newEventLog(limits);
    this.#readiness.promise.catch(() => {});
    this.stopped = new Promise((resolve) => {
      this.#markStopped = resolve;
    });
    this.#launching = this.#startFirstProcess();
  }

  get state(): InstanceStatus['state'] {
    return this.#state;
  }

  /** Whether the instance serves calls, or will do so without a request to start it. */
  get isActive(): boolean {
    return this.#state === 'starting' || this.#state === 'ready' || this.#state === 'restarting';
  }

  /** Resolves when the start, or the restart in progress, has succeeded or failed. */
  get started(): Promise<void> {
    return this.#launching;
  }

  /** Yields the events of the start or restart in progress, or a single `ready`. */
  async *follow(): AsyncGenerator<InstanceEvent> {
    if (this.#state === 'ready') yield { type: 'ready', instance: this.status() };
    else yield* this.#events.follow();
  }

  /** Whether the instance is ready and has had no call for `ms`. */
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
      standby: this.standby,
      ...this.#provision.confinement,
    };
  }

  logs(after: string): Logs {
    return { state: this.#state, ...this.#log.since(after) };
  }

  /** Returns the response's JSON. Waits up to `readyWaitMs` for a start or restart in progress. Rejects with a Refusal. */
  async call(body: Uint8Array): Promise<Uint8Array<ArrayBuffer>> {
    if (!this.isActive) throw this.#goneRefusal();
    const counted = this.#calls.enter(body.length);
    this.#lastCallAt = this.#now();
    try {
      const process = this.#state === 'ready' && this.#process ? this.#process : await this.#whenReady();
      return this.#checked(await process.call(body));
    } catch (error) {
      if (error instanceof Refusal && error.code === 'call-timeout') this.#log.add('host', this.#timeoutLine());
      // The plugin is not at fault, and the caller may repeat the call elsewhere (D47).
      throw this.#drainIsOver && isCrash(error) ? this.#goneRefusal() : error;
    } finally {
      this.#calls.leave(counted);
    }
  }

  /** What reads the answer later walks it recursively. Secrets are masked in errors; a result is the plugin's own. */
  #checked(answer: Uint8Array<ArrayBuffer>): Uint8Array<ArrayBuffer> {
    const { answerLevels } = this.#limits;
    if (!nestsDeeper(answer, answerLevels)) return this.#mask.isEmpty ? answer : maskedError(answer, this.#mask);
    throw new Refusal('answer-invalid', `The plugin's answer nests deeper than ${answerLevels} levels.`);
  }

  /** Resolves when the calls that are in progress now have ended, or after `ms`. New calls are served. */
  currentCallsEnded(ms: number): Promise<void> {
    return this.#calls.currentEnded(ms);
  }

  /**
   * Accepts no new calls, lets those in progress finish for up to `drainMs`, then ends the process: calls that are left get
   * `instance-gone`. Idempotent.
   */
  async stop(drainMs: number): Promise<void> {
    if (this.isActive) {
      const wasReady = this.#state === 'ready';
      this.#setState('draining');
      clearTimeout(this.#restartTimer);
      this.#readiness.reject(this.#goneRefusal());
      this.#reportFailure({ code: 'process-died', message: 'The instance was stopped.' });
      if (wasReady) await this.#calls.currentEnded(drainMs);
      this.#drainIsOver = true;
      await this.#process?.end('the instance was stopped');
      await this.#launching;
      await this.#provision.remove();
      this.#setState('stopped');
      this.#markStopped();
    } else if (this.#state === 'failed') {
      this.#markStopped();
    }
    await this.stopped;
  }

  async #startFirstProcess(): Promise<void> {
    this.#log.listen((line) => this.#events.append({ type: 'log', ...line }));
    const failure = await this.#prepare().catch(builderFailure);
    if (failure === undefined || this.#state !== 'starting') return;
    this.#setState('failed');
    this.#readiness.reject(this.#goneRefusal());
    await this.#provision.remove();
    this.#reportFailure(failure);
  }

  async #prepare(): Promise<StartError | undefined> {
    const { startMs } = this.#limits;
    let deadline = performance.now() + startMs;
    const launcher = await this.#provision.unpack((step) => {
      this.#reportStep(step);
      // Large packages may take long to unpack, but not at the expense of the plugin's own time.
      if (step === 'unpack') deadline = performance.now() + startMs;
    });
    if (typeof launcher !== 'function') return launcher;
    return this.#state === 'starting' ? await this.#launch(launcher, deadline) : undefined;
  }

  /** Starts a process and loads the plugin. If that fails, ends the process and returns the reason. */
  async #launch(launcher: Launch, deadline: number): Promise<StartError | undefined> {
    this.#launcher = launcher;
    const process = launcher(this.#log);
    this.#process = process;
    const onStep: OnStep = (step) => this.#reportStep(step);
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<StartError>((resolve) => {
      const message = `The plugin was not ready within ${this.#limits.startMs / 1000} s. Do less work while it loads.`;
      timer = setTimeout(() => resolve({ code: 'start-timeout', message }), deadline - performance.now());
    });
    const failure = await Promise.race([process.load(onStep), late]);
    clearTimeout(timer);
    if (failure) {
      this.#log.add('host', `Start failed: ${failure.message}`);
      await process.end(failure.code);
      return failure;
    }
    if (this.isActive) this.#markReady(process);
    return undefined;
  }

  #markReady(process: HostProcess): void {
    this.#setState('ready');
    this.#readyAt = this.#now();
    this.#readiness.resolve(process);
    this.#reportStep('ready');
    this.#events.append({ type: 'ready', instance: this.status() });
    this.#log.listen(undefined);
    this.#events = newEventLog(this.#limits);
    void process.lost.then(() => this.#onLost());
    void process.exited.then((reason) => this.#onExit(reason));
  }

  /** Makes new calls wait for the next process. */
  #onLost(): void {
    if (this.#state !== 'ready') return;
    this.#setState('restarting');
    this.#readiness = Promise.withResolvers();
    this.#readiness.promise.catch(() => {});
  }

  #onExit(reason: string): void {
    if (this.#state !== 'restarting') return;
    this.#log.add('host', `The process ended: ${reason}. Restarting.`);
    if (this.#now() - this.#readyAt >= stableAfterMs) this.#failuresInRow = 0;
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
    if (this.#state !== 'restarting' || !this.#launcher) return;
    this.#restarts++;
    this.#log.listen((line) => this.#events.append({ type: 'log', ...line }));
    const failure = await this.#launch(this.#launcher, performance.now() + this.#limits.startMs).catch(builderFailure);
    if (failure === undefined || this.#state !== 'restarting') return;
    this.#reportFailure(failure);
    this.#events = newEventLog(this.#limits);
    this.#scheduleRestart();
  }

  #whenReady(): Promise<HostProcess> {
    const { readyWaitMs } = this.#limits;
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<never>((_, reject) => {
      const refusal = new Refusal('instance-restarting', `The instance is ${this.#state}. Retry later.`);
      timer = setTimeout(() => reject(refusal), readyWaitMs);
    });
    return Promise.race([this.#readiness.promise, late]).finally(() => clearTimeout(timer));
  }

  #setState(state: InstanceStatus['state']): void {
    this.#state = state;
  }

  #reportStep(step: 'unpack' | 'environment' | 'compile' | 'load' | 'ready'): void {
    this.#events.append({ type: 'step', at: new Date(this.#now()).toISOString(), step });
  }

  #reportFailure({ code, message }: StartError): void {
    this.#events.append({ type: 'failed', error: { code, message: this.#mask.text(message) } });
    this.#log.listen(undefined);
  }

  /** The caller gets an error, which is not in the log, where the author looks for it. */
  #timeoutLine(): string {
    return `A call did not end within ${this.#limits.callMs / 1000} s.`;
  }

  #goneRefusal(): Refusal {
    return new Refusal('instance-gone', `Instance ${this.id} is ${this.#state}.`);
  }
}

function newEventLog({ logLines }: Limits): ReplayableLog<InstanceEvent> {
  return new ReplayableLog(logLines, ({ type }) => type === 'ready' || type === 'failed');
}

function isCrash(error: unknown): boolean {
  return error instanceof Refusal && error.code === 'instance-crashed';
}

/** Describes an error that the plugin didn't cause, such as a full disk. */
function builderFailure(error: unknown): StartError {
  const cause = error instanceof Error ? error.message : error;
  return { code: 'process-died', message: `The builder could not start the instance: ${cause}. Retry later.` };
}
