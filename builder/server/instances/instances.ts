// Manages this builder's instances by ID. Requests to start the same instance share one start. The Worker can't do this: workerd
// cancels I/O together with the request that began it, and there are many isolates.
import { setTimeout as delay } from 'node:timers/promises';
import {
  codeDigest,
  type InstanceSpec,
  instanceIdPattern,
  type PythonSpec,
} from '../../../src/contract/builder/instances.ts';
import type { Usage } from '../../../src/contract/builder/machine/health.ts';
import { batchLimits } from '../../../src/contract/limits/batches.ts';
import { drainTimeoutMs } from '../../../src/contract/limits/builder.ts';
import { FairSlots } from '../core/fair-slots.ts';
import { Refusal } from '../core/refusal.ts';
import type { Limits } from '../core/settings.ts';
import type { Sleeper } from '../gpus/lender.ts';
import { processors } from '../sandbox/process-limits.ts';
import { AwakeTimes } from './awake-times.ts';
import { ChunkedLog } from './chunked-log.ts';
import { Instance } from './instance.ts';
import type { InstanceLogs } from './instance-logs.ts';
import type { Provision } from './provision.ts';

/** How long a start may delay the next one: about as long as Python takes to load what every plugin needs. */
const turnMs = 500;
/** Number of failed instances to keep, newest first, so that their logs can be read. */
const failedMax = 50;
/**
 * Number of withdrawn deployments to keep, newest first. For an older one, the Worker looks up the route before it starts an instance.
 */
const takenBackMax = 10_000;

export interface InstanceMachine {
  provision(id: string, spec: InstanceSpec): Provision;
  missingBlobs(spec: InstanceSpec): Promise<string[]>;
  now(): number;
}

export class Instances {
  readonly #instances = new Map<string, Instance>();
  readonly #limits: Limits;
  readonly #logs: InstanceLogs;
  readonly #starts: FairSlots;
  /** A start keeps a CPU busy. With several CPUs, one stays free for calls, unless starts take longer than their turns. */
  readonly #turns = new FairSlots(processors, processors);
  readonly #machine: InstanceMachine;
  readonly #takenBack = new Set<string>();
  readonly awake: AwakeTimes;
  /** Restarts of instances that no longer exist. */
  #restartsOfGone = 0;
  #isShuttingDown = false;
  #isStopping = false;

  constructor(limits: Limits, logs: InstanceLogs, machine: InstanceMachine) {
    this.#limits = limits;
    this.#logs = logs;
    this.#starts = new FairSlots(Number.POSITIVE_INFINITY, limits.startsPerOrganization);
    this.#machine = machine;
    this.awake = new AwakeTimes(machine.now);
  }

  /** Returns the instance, starting it if it isn't running. Throws a Refusal: stopped, instance-conflict, blob-missing, builder-stopping. */
  async ensure(id: string, spec: InstanceSpec): Promise<Instance> {
    this.#refuseTakenBack(id);
    const running = this.#findActive(id, spec);
    if (running) return running;
    if (this.#isStopping) throw stopping();
    if (!instanceIdPattern.test(id))
      throw new Refusal('invalid-request', 'Invalid instance ID. Use up to 64 letters, digits, `_` and `-`.');
    const missing = await this.#machine.missingBlobs(spec);
    if (missing.length > 0) {
      const what = missing.includes(codeDigest(spec)) ? 'code to run' : 'archive of the environment, or a model,';
      throw new Refusal(
        'blob-missing',
        `The ${what} is missing. Send it with PUT /blobs/{sha256}, then retry.`,
        missing,
      );
    }
    // Another request may have started it in the meantime.
    return this.#findActive(id, spec) ?? (await this.#startInTurn(id, spec));
  }

  find(id: string): Instance | undefined {
    return this.#instances.get(id);
  }

  get(id: string): Instance {
    this.#refuseTakenBack(id);
    const instance = this.find(id);
    if (!instance) throw new Refusal('instance-gone', `The instance ${id} does not exist.`);
    return instance;
  }

  /**
   * Lets the instance finish its calls. If it was withdrawn, it gets no further calls and is never started again. Rejects with a
   * Refusal if only streams and later calls remain, which may take long; the instance ends after them.
   */
  async stop(id: string, takenBack = false): Promise<void> {
    if (takenBack) this.#takeBack(id);
    const instance = this.#instances.get(id);
    if (!instance) return;
    const longCalls = instance.longCallsLeft.promise.then(() => {
      throw new Refusal('instance-busy', 'The instance is finishing its streams and later calls. Ask again later.');
    });
    await Promise.race([instance.stop(), longCalls]);
  }

  #takeBack(id: string): void {
    this.#takenBack.delete(id);
    this.#takenBack.add(id);
    const [oldest] = this.#takenBack;
    if (this.#takenBack.size > takenBackMax && oldest !== undefined) this.#takenBack.delete(oldest);
  }

  #refuseTakenBack(id: string): void {
    if (this.#takenBack.has(id)) throw new Refusal('stopped', `The deployment of instance ${id} is over.`);
  }

  /** Stops instances that had no call for `idleMs`, or `standbyIdleMs`. The Worker starts an instance again when it is called. */
  async stopIdle(): Promise<void> {
    const idle = [...this.#instances.values()].filter((instance) =>
      instance.isIdleFor(
        instance.isOnStandby || runsBatches(instance.spec) ? this.#limits.standbyIdleMs : this.#limits.idleMs,
      ),
    );
    await Promise.all(idle.map((instance) => instance.stop()));
  }

  /** Lists the instances that may sleep for another one that needs their GPUs. */
  resting(): Sleeper[] {
    const resting = [...this.#instances.values()].filter((instance) => instance.mayRest(this.#limits.gpuRestMs));
    return resting.map((one) => ({ id: one.id, lastUsedAt: one.lastUsedAt, sleep: () => one.stop() }));
  }

  /** Stops instances that had no call for this time; with 0, all. Their calls may finish. */
  async stopAll(idleMs: number): Promise<void> {
    const all = [...this.#instances.values()];
    await Promise.all(all.filter((one) => idleMs === 0 || one.isIdleFor(idleMs)).map((one) => one.stop()));
  }

  /** Time that all instances need to finish their calls. */
  get drainMs(): number {
    return Math.max(drainTimeoutMs(this.#limits), ...[...this.#instances.values()].map(({ drainMs }) => drainMs));
  }

  /**
   * Stops all instances for good. New calls are served until the calls now in progress have ended, so a short call never waits for a
   * long one. After that, no instance accepts calls and none is started. The remaining calls get the same time to finish.
   */
  async shutDown(drainMs: number): Promise<void> {
    this.#isShuttingDown = true;
    await Promise.all([...this.#instances.values()].map((instance) => instance.currentCallsEnded(drainMs)));
    this.#isStopping = true;
    await Promise.all([...this.#instances.values()].map((instance) => instance.stop(drainMs)));
  }

  get isShuttingDown(): boolean {
    return this.#isShuttingDown;
  }

  /** True if the builder is about to exit and starts no instances. */
  get isStopping(): boolean {
    return this.#isStopping;
  }

  /** Returns whether an existing instance uses the data folder. */
  usesData(name: string): boolean {
    return [...this.#instances.values()].some(
      ({ spec, state }) => spec.runtime === 'executable' && spec.data === name && state !== 'failed',
    );
  }

  get activeCount(): number {
    return [...this.#instances.values()].filter((instance) => instance.isActive).length;
  }

  /** IDs of instances that exceed their memory limit in a shared container. They keep serving until they are stopped. */
  get outgrown(): string[] {
    const { sharedBytes } = this.#limits;
    if (sharedBytes === Number.POSITIVE_INFINITY) return [];
    const isOutgrown = ({ isActive, memoryUse }: Instance) => isActive && memoryUse.bytes > sharedBytes;
    return [...this.#instances.values()].filter(isOutgrown).map(({ id }) => id);
  }

  /** The number of instances in each state, and their activity since the builder started. */
  get usage(): Pick<Usage, 'instances' | 'restarts' | 'calls_in_flight'> {
    const instances = { starting: 0, ready: 0, restarting: 0, draining: 0, stopped: 0, failed: 0 };
    let restarts = this.#restartsOfGone;
    let inFlight = 0;
    for (const instance of this.#instances.values()) {
      const status = instance.status();
      instances[status.state] += 1;
      restarts += status.restarts;
      inFlight += status.calls_in_flight;
    }
    return { instances, restarts, calls_in_flight: inFlight };
  }

  #findActive(id: string, spec: InstanceSpec): Instance | undefined {
    const instance = this.#instances.get(id);
    if (!instance?.isActive) return undefined;
    if (!sameSpec(instance.spec, spec))
      throw new Refusal('instance-conflict', `Instance ${id} is running with another spec.`);
    return instance;
  }

  /** Waits until the organization may start another instance, then for a free CPU. */
  #startInTurn(id: string, spec: InstanceSpec): Promise<Instance> {
    return new Promise((resolve, reject) => {
      const start = async () => {
        const instance = this.#findActive(id, spec) ?? this.#start(id, spec);
        resolve(instance);
        await Promise.race([instance.started, delay(turnMs, undefined, { ref: false })]);
        return instance;
      };
      const startInTurn = async () => (await this.#turns.run(spec.organization, start)).started;
      this.#starts.run(spec.organization, startInTurn).catch(reject);
    });
  }

  /** Under `landlock`, plugins of different organizations could see each other's names. */
  #refuseOtherOrganization({ organization }: InstanceSpec): void {
    const active = [...this.#instances.values()].filter((instance) => instance.isActive);
    const hosted = new Set([organization, ...active.map(({ spec }) => spec.organization)]);
    if (hosted.size <= this.#limits.organizationsMax) return;
    throw new Refusal(
      'other-organization',
      "The builder's sandbox can only run one organization's plugins, and it is running another organization's. Use your own builder (BUILDER_ORGANIZATION), or one with the sandbox `namespaces`.",
    );
  }

  /** Returns an instance's log. A batch run's output is part of its answer and isn't stored. */
  #logFor(id: string, spec: InstanceSpec): ChunkedLog {
    if (spec.runtime === 'python' && spec.log !== undefined) return this.#logs.open(spec.log);
    if (!runsBatches(spec)) return this.#logs.open(id);
    const log = new ChunkedLog(this.#limits, this.#machine.now);
    log.open();
    return log;
  }

  /** A run occupies memory for as long as a call may take, and needs no deployment. */
  #refuseManyBatches({ organization, ...spec }: InstanceSpec): void {
    if (!testsBatches(spec)) return;
    const running = [...this.#instances.values()].filter(
      (instance) => instance.isActive && testsBatches(instance.spec) && instance.spec.organization === organization,
    );
    if (running.length < batchLimits.perOrganization) return;
    const message = `The organization already runs ${running.length} batch tests on this builder. Retry when one of them has ended.`;
    throw new Refusal('instance-busy', message);
  }

  /** Starts an instance that replaces a failed or stopping one. */
  #start(id: string, spec: InstanceSpec): Instance {
    if (this.#isStopping) throw stopping();
    this.#refuseTakenBack(id);
    this.#refuseOtherOrganization(spec);
    this.#refuseManyBatches(spec);
    const others = [...this.#instances.values()].filter((instance) => instance.id !== id && instance.isActive).length;
    if (others >= this.#limits.instancesMax)
      throw new Refusal(
        'instance-busy',
        `This builder runs ${others} of ${this.#limits.instancesMax} instances. Stop one first.`,
      );
    this.#forgetOldFailures();
    const settings = { limits: this.#limits, now: this.#machine.now, log: this.#logFor(id, spec) };
    const instance = new Instance(id, spec, this.#machine.provision(id, spec), settings);
    this.#forget(id);
    this.#instances.set(id, instance);
    const failed = instance.started.then(() => (instance.state === 'failed' ? undefined : instance.stopped));
    this.awake.follow(id, Promise.race([instance.stopped, failed]));
    void instance.stopped.then(() => {
      if (this.#instances.get(id) === instance) this.#forget(id);
    });
    return instance;
  }

  #forgetOldFailures(): void {
    const failed = [...this.#instances].filter(([, instance]) => instance.state === 'failed');
    for (const [id] of failed.slice(0, Math.max(0, failed.length - failedMax + 1))) this.#forget(id);
  }

  #forget(id: string): void {
    this.#restartsOfGone += this.#instances.get(id)?.status().restarts ?? 0;
    this.#instances.delete(id);
  }
}

/** True for a batch test; a run has its own quota. */
function testsBatches(spec: Pick<InstanceSpec, 'runtime'> | { entry?: PythonSpec['entry'] }): boolean {
  return 'entry' in spec && spec.entry === 'pipeline';
}

function runsBatches(spec: Pick<InstanceSpec, 'runtime'> | { entry?: PythonSpec['entry'] }): boolean {
  return 'entry' in spec && spec.entry !== undefined;
}

/**
 * Compares the specs as JSON: the same schema parsed both, so their keys have the same order. Replacing secrets or models doesn't make
 * it a different instance, nor does the version's ID, which only Workers of the previous release send.
 */
function sameSpec(a: InstanceSpec, b: InstanceSpec): boolean {
  const ignored = { secrets: null, models: null, version_id: null };
  return JSON.stringify({ ...a, ...ignored }) === JSON.stringify({ ...b, ...ignored });
}

function stopping(): Refusal {
  return new Refusal('builder-stopping', 'This builder is stopping. Start the instance on the next builder.');
}
