// Runs one instance: unpacks the plugin's code once, starts its processes, restarts them when they exit, and passes calls to them.
import { setImmediate } from 'node:timers/promises';
import { fleetInstanceNumber } from '../../../src/contract/builder/fleets.ts';
import {
  codeDigest,
  type InstanceEvent,
  type InstanceSpec,
  type InstanceStatus,
  type InstanceWarning,
} from '../../../src/contract/builder/instances.ts';
import type { LogLine } from '../../../src/contract/builder/logs/line.ts';
import { newerMark, type StandbyMark, unmarked } from '../../../src/contract/builder/serving.ts';
import type { StartError } from '../../../src/contract/builder/start-errors.ts';
import { drainTimeoutMs } from '../../../src/contract/limits/builder.ts';
import { SecretMask } from '../../../src/core/secret-mask.ts';
import { Refusal } from '../core/refusal.ts';
import type { Limits } from '../core/settings.ts';
import { ProcessLost } from '../isolates/isolate-process.ts';
import type { Launch } from '../processes/host-process.ts';
import { LogWriter } from '../processes/log-writer.ts';
import { callCancelled, type HeldCall, type PluginCall } from '../processes/plugin-call.ts';
import { isCrash, isDueToCrash } from '../processes/process-end.ts';
import { addUse, type MemoryUse } from '../programs/memory-watch.ts';
import { CallCount, type CountedCall } from './call-count.ts';
import { CallerDeadline } from './caller-deadline.ts';
import { checkedAnswer } from './checked-answer.ts';
import type { ChunkedLog } from './chunked-log.ts';
import { Crashes } from './crashes.ts';
import { instanceLimits, laterCallMs } from './instance-limits.ts';
import type { OnStep, Provision } from './provision.ts';
import { type Queue, queueFor } from './queue.ts';
import { builderFailure, Replica } from './replica.ts';
import { chooseRestartPolicy } from './restart-policy.ts';
import { StartEvents } from './start-events.ts';

export interface InstanceSettings {
  limits: Limits;
  now: () => number;
  /** An open log. It is closed when the instance has ended. */
  log: ChunkedLog;
}

export class Instance {
  readonly id: string;
  readonly spec: InstanceSpec;
  readonly limitMs: number;
  readonly #ended = Promise.withResolvers<void>();
  /** Resolves when the process has exited and all files are removed. */
  readonly stopped = this.#ended.promise;
  /** Resolves when only long-running calls keep a stopping instance alive. */
  readonly longCallsLeft = Promise.withResolvers<void>();
  readonly #limits: Limits;
  readonly #provision: Provision;
  readonly #now: () => number;
  readonly #mask: SecretMask;
  readonly #chunks: ChunkedLog;
  readonly #log: LogWriter;
  readonly #calls: CallCount;
  readonly #crashes: Crashes;
  readonly #events: StartEvents;
  #mark = unmarked;
  #state: InstanceStatus['state'] = 'starting';
  #replicas: readonly Replica[] = [];
  #queue: Queue;
  #readiness = Promise.withResolvers<void>();
  #startedAt: number;
  #readyAt = 0;
  #drainIsOver = false;
  #lastCallAt: number | undefined;
  #keptAwakeAt = 0;
  /** The first start. */
  readonly #starting: Promise<void>;

  constructor(id: string, spec: InstanceSpec, provision: Provision, { limits: common, now, log }: InstanceSettings) {
    const limits = instanceLimits(common, spec);
    this.id = id;
    this.spec = spec;
    this.#limits = limits;
    this.limitMs = limits.callMs;
    this.#provision = provision;
    this.#now = now;
    this.#startedAt = now();
    this.#mask = new SecretMask(spec.secrets);
    this.#chunks = log;
    const number = fleetInstanceNumber(id);
    const write = (line: LogLine) => log.add(number === undefined ? line : { ...line, instance: number });
    this.#log = new LogWriter(write, limits.logLineChars, now, this.#mask);
    this.#calls = new CallCount(limits);
    this.#crashes = new Crashes(this.#mask, limits.earlyMs, now);
    this.#events = new StartEvents(this.#log, this.#mask, limits, now);
    this.#readiness.promise.catch(() => {});
    this.#queue = queueFor(limits, spec, this.#replicas);
    this.#starting = this.#startFirst();
  }

  get state(): InstanceStatus['state'] {
    return this.#state;
  }

  /** True if another version serves the plugin's name. The instance then goes to sleep sooner. */
  get isOnStandby(): boolean {
    return this.#mark.standby;
  }

  /** Ignores a mark older than the known one, because that mark came with a call whose route was cached. */
  markBy(said: StandbyMark | null): void {
    if (said) this.#mark = newerMark(this.#mark, said);
  }

  get log(): ChunkedLog {
    return this.#chunks;
  }

  /** True if the instance serves calls, or will do so without a start request. */
  get isActive(): boolean {
    return this.#state === 'starting' || this.#state === 'ready' || this.#state === 'restarting';
  }

  /** Resolves when the current start or restart has succeeded or failed. */
  get started(): Promise<unknown> {
    return Promise.all([this.#starting, ...this.#replicas.map(({ started }) => started)]);
  }

  /** True if it could start a call now and isn't running any, not even an abandoned one. */
  get isAtRest(): boolean {
    return this.#state === 'ready' && this.#replicas.every(({ ready }) => ready?.running === 0);
  }

  /** Yields the events of the current start or restart, or a single `ready`. */
  async *follow(): AsyncGenerator<InstanceEvent> {
    if (this.#state === 'ready') yield { type: 'ready', instance: this.status() };
    else yield* this.#events.follow();
  }

  isIdleFor(ms: number): boolean {
    const since = Math.max(this.lastUsedAt, this.#keptAwakeAt);
    return this.#state === 'ready' && this.#calls.inFlight === 0 && this.#now() - since >= ms;
  }

  /** When it became ready, or got its last call. */
  get lastUsedAt(): number {
    return Math.max(this.#readyAt, this.#lastCallAt ?? 0);
  }

  /**
   * True if it may sleep for an instance that needs its GPUs: it had no call for `ms`, and isn't kept awake as its manifest asks. Only
   * the live version is kept awake.
   */
  mayRest(ms: number): boolean {
    const isKept = !this.isOnStandby && this.#now() - this.#keptAwakeAt < this.#limits.idleMs;
    const isUnused = this.#state === 'ready' && this.#calls.inFlight === 0 && this.#now() - this.lastUsedAt >= ms;
    return isUnused && !(isKept && this.#keptAwakeAt > 0);
  }

  /** Marks the instance as used, like a call. */
  keepAwake(): void {
    this.#keptAwakeAt = this.#now();
  }

  status(): InstanceStatus {
    return {
      id: this.id,
      state: this.#state,
      code: codeDigest(this.spec),
      started_at: new Date(this.#startedAt).toISOString(),
      ...this.#crashes.status,
      calls: this.#calls.total,
      calls_in_flight: this.#calls.inFlight,
      last_call_at: this.#lastCallAt === undefined ? null : new Date(this.#lastCallAt).toISOString(),
      load: this.#calls.load,
      ...this.#gpus,
      standby: this.isOnStandby,
      ...(this.#events.error ? { start_error: this.#events.error } : {}),
      ...this.#provision.confinement,
    };
  }

  get #gpus(): Pick<InstanceStatus, 'gpus'> {
    const gpus = this.#provision.heldGpus();
    return gpus ? { gpus } : {};
  }

  /** Memory used by its ready processes. */
  get memoryUse(): MemoryUse {
    return this.#replicas.flatMap(({ ready }) => ready?.memoryUse ?? []).reduce(addUse, { bytes: 0, peakBytes: 0 });
  }

  /** Reserves capacity for a call whose body is being read, until the returned function is called. Throws a Refusal if it is full. */
  receive(bytes: number): () => void {
    return this.#calls.receive(bytes);
  }

  /** Returns the response's JSON. Waits up to `readyWaitMs` for the current start or restart. Rejects with a Refusal. */
  async call(call: PluginCall): Promise<Uint8Array<ArrayBuffer>> {
    if (!this.isActive) throw this.#goneRefusal();
    const limitMs = call.isLater ? laterCallMs(this.#limits, this.spec) : (call.limitMs ?? this.limitMs);
    const counted = this.#calls.enter(call.body.length, call.isLater === true && limitMs > this.drainMs);
    this.#lastCallAt = this.#now();
    const deadline = new CallerDeadline(call, limitMs);
    try {
      if (this.#state !== 'ready') await this.#whenReady();
      if (call.cancellation.isCancelled) throw callCancelled();
      const answer = checkedAnswer(
        await this.#pass(this.#held(call, limitMs, counted, deadline)),
        this.#limits,
        this.#mask,
      );
      void call.delivered?.then(this.#calls.hold(counted, answer.byteLength));
      return answer;
    } catch (cause) {
      const error = deadline.errorFor(cause);
      if (error instanceof Refusal && error.code === 'instance-busy') this.#calls.refuse();
      if (error instanceof Refusal && error.code === 'call-timeout')
        this.#log.add('host', deadline.logLine, call.requestId);
      if (error instanceof Refusal && error.code === 'batch-lost') this.#log.add('host', error.message, call.requestId);
      // The plugin isn't at fault, and the caller may retry the call elsewhere (D47).
      throw this.#drainIsOver && isCrash(error) ? this.#goneRefusal() : await this.#withCrashes(error);
    } finally {
      deadline.end();
      this.#calls.leave(counted);
    }
  }

  #held(call: PluginCall, limitMs: number, counted: CountedCall, deadline: CallerDeadline): HeldCall {
    const hold = () => this.#calls.hold(counted);
    if (!call.stream) return { ...call, limitMs, hold };
    return { ...call, limitMs, hold, stream: this.#calls.stream(counted, call.stream, () => deadline.end()) };
  }

  /** An isolate has no side effects, so a call that was lost with its process can run again. */
  async #pass(call: HeldCall): Promise<Uint8Array<ArrayBuffer>> {
    try {
      return await this.#queue.call(call);
    } catch (error) {
      if (!(error instanceof ProcessLost) || !this.isActive || call.cancellation.isCancelled) throw error;
      if (this.#state !== 'ready') await this.#whenReady();
      return await this.#queue.call(call);
    }
  }

  /** Adds the instance's crash count to errors that crashes caused. */
  async #withCrashes(error: unknown): Promise<unknown> {
    if (!isDueToCrash(error)) return error;
    await setImmediate(); // the crash that ended the call is counted only after its calls are rejected
    error.crashes = Math.max(error.crashes ?? 0, this.#crashes.early);
    return error;
  }

  /** Masks the instance's secrets in a text for the author. */
  masked(text: string): string {
    return this.#mask.text(text);
  }

  /** Closes connections after the plugin's network grant was revoked. */
  cutOff(): void {
    this.#provision.cutOff();
  }

  warn(warning: InstanceWarning): void {
    this.#log.warn(warning);
  }

  get drainMs(): number {
    return drainTimeoutMs(this.#limits);
  }

  /** Resolves when the calls now in progress have ended, or after `ms`. New calls are still served. */
  currentCallsEnded(ms: number): Promise<void> {
    return this.#calls.currentEnded(ms);
  }

  /** Accepts no new calls, gives those in progress up to `drainMs` (by default their full time limit), then ends the process. */
  async stop(drainMs?: number): Promise<void> {
    if (this.isActive) {
      const wasReady = this.#state === 'ready';
      this.#state = 'draining';
      this.#readiness.reject(this.#goneRefusal());
      this.#events.fail({ code: 'process-killed', message: 'The instance was stopped.' });
      const longMs = drainMs ?? Math.max(this.#limits.streamMs, laterCallMs(this.#limits, this.spec));
      if (wasReady) await this.#calls.currentEnded(drainMs ?? this.drainMs, longMs, this.longCallsLeft.resolve);
      this.#drainIsOver = true;
      this.#queue.rejectAll(() => this.#goneRefusal());
      await this.#endReplicas('the instance was stopped');
      await this.#starting;
      await this.#provision.remove();
      this.#state = 'stopped';
      this.#chunks.close();
      this.#ended.resolve();
    } else if (this.#state === 'failed') {
      this.#ended.resolve();
    }
    await this.stopped;
  }

  async #startFirst(): Promise<void> {
    this.#events.begin();
    const failure = await this.#prepare().catch(builderFailure);
    if (failure === undefined || this.#state !== 'starting') return;
    this.#state = 'failed';
    this.#readiness.reject(this.#goneRefusal());
    await this.#provision.remove();
    this.#events.fail(failure);
    this.#chunks.close();
  }

  async #prepare(): Promise<StartError | undefined> {
    let unpackedFrom = performance.now();
    const onStep: OnStep = (step) => {
      this.#events.step(step);
      // Assembling many packages may take long, which must not count toward the plugin's own start time.
      if (step === 'unpack') unpackedFrom = performance.now();
    };
    const launches = await this.#provision.unpack(onStep, (line) => this.#log.add('host', line));
    if (!Array.isArray(launches)) return launches;
    return this.#state === 'starting' ? await this.#startReplicas(launches, unpackedFrom) : undefined;
  }

  /** Starts all replicas or none: an instance is ready only when all of them are. */
  async #startReplicas(launches: Launch[], unpackedFrom: number): Promise<StartError | undefined> {
    this.#replicas = launches.map((launch, at) => this.#replica(launch, at, launches.length));
    this.#queue = queueFor(this.#limits, this.spec, this.#replicas);
    const deadline = unpackedFrom + this.#provision.startMs();
    const failures = await Promise.all(this.#replicas.map((replica) => replica.start(deadline).catch(builderFailure)));
    const failure = failures.find((one) => one !== undefined);
    if (failure) await this.#endReplicas(failure.code);
    else if (this.#state === 'starting') {
      this.#markReady();
      this.#onReplicaChange(); // one may have exited while another one started
    }
    return failure;
  }

  #replica(launch: Launch, at: number, count: number): Replica {
    const name = count === 1 ? 'The process' : `Process ${at + 1} of ${count}`;
    const restarts = chooseRestartPolicy(this.spec);
    const startMs = this.#provision.startMs();
    const settings = { startMs, drainMs: this.drainMs, log: this.#log, now: this.#now, name, restarts };
    return new Replica(launch, settings, {
      onChange: () => this.#onReplicaChange(),
      onCallEnded: () => this.#queue.advance(),
      onCrash: (reason) => this.#crashes.count(reason),
      onReplaced: (reason) => this.#crashes.record(reason),
      onRestart: () => {
        this.#crashes.countRestart();
        if (this.#state === 'restarting') this.#events.begin();
      },
      // Report the steps of one replica only, because all replicas take the same ones.
      onStep: (step) => {
        if (this.#state === 'restarting' || (this.#state === 'starting' && at === 0)) this.#events.step(step);
      },
      onFailure: (error) => {
        this.#crashes.record(error.message);
        if (this.#state !== 'restarting') return;
        this.#events.fail(error);
        this.#events.renew();
      },
    });
  }

  /** Serves calls while at least one process is ready. Otherwise new calls wait until one is. */
  #onReplicaChange(): void {
    const isReady = this.#replicas.some(({ ready }) => ready);
    if (isReady && this.#state === 'restarting') this.#markReady();
    if (isReady) this.#queue.advance();
    if (isReady || this.#state !== 'ready') return;
    this.#state = 'restarting';
    this.#readiness = Promise.withResolvers();
    this.#readiness.promise.catch(() => {});
  }

  #markReady(): void {
    this.#state = 'ready';
    this.#readyAt = this.#now();
    this.#crashes.markReady();
    this.#readiness.resolve();
    this.#events.succeed(this.status());
  }

  async #endReplicas(reason: string): Promise<void> {
    await Promise.all(this.#replicas.map((replica) => replica.end(reason)));
  }

  #whenReady(): Promise<void> {
    const { readyWaitMs } = this.#limits;
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<never>((_, reject) => {
      const code = this.#state === 'starting' ? 'instance-starting' : 'instance-restarting';
      const refusal = new Refusal(code, `The instance is ${this.#state}. Retry later.`);
      timer = setTimeout(() => reject(refusal), readyWaitMs);
    });
    return Promise.race([this.#readiness.promise, late]).finally(() => clearTimeout(timer));
  }

  #goneRefusal(): Refusal {
    return new Refusal('instance-gone', `Instance ${this.id} is ${this.#state}.`);
  }
}
