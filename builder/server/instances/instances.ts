// Manages this builder's instances by ID. Requests to start the same instance share one start.
// The Worker can't share it: workerd cancels I/O with the request that began it, and there are many isolates.
import { setTimeout as delay } from 'node:timers/promises';
import type { Usage } from '../../../src/contract/builder/health.ts';
import {
  codeDigest,
  type InstanceSpec,
  instanceIdPattern,
  type PythonSpec,
} from '../../../src/contract/builder/instances.ts';
import { batchLimits } from '../../../src/contract/limits/batches.ts';
import { drainTimeoutMs } from '../../../src/contract/limits/builder.ts';
import { FairSlots } from '../fair-slots.ts';
import { Refusal } from '../refusal.ts';
import { processors } from '../sandbox/process-limits.ts';
import type { Limits } from '../settings.ts';
import { ChunkedLog } from './chunked-log.ts';
import { Instance } from './instance.ts';
import type { InstanceLogs } from './instance-logs.ts';
import type { Provision } from './provision.ts';

/** How long a start may keep the next one waiting: about as long as Python takes to load what every plugin needs. */
const turnMs = 500;
/** The newest failed instances are retained, so that their logs can be read. */
const failedMax = 50;
/** The newest deployments that were taken back are known. A Worker looks up the route before it starts an instance of an older one. */
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
  /** A start keeps a processor busy. Where there are several, one is left for calls, unless starts take longer than their turns. */
  readonly #turns = new FairSlots(processors, processors);
  readonly #machine: InstanceMachine;
  readonly #takenBack = new Set<string>();
  /** Restarts of instances that are no longer here. */
  #restartsOfGone = 0;
  #isShuttingDown = false;
  #isStopping = false;

  constructor(limits: Limits, logs: InstanceLogs, machine: InstanceMachine) {
    this.#limits = limits;
    this.#logs = logs;
    this.#starts = new FairSlots(Number.POSITIVE_INFINITY, limits.startsPerOrganization);
    this.#machine = machine;
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
    // Another request may have started it meanwhile.
    return this.#findActive(id, spec) ?? (await this.#startInTurn(id, spec));
  }

  find(id: string): Instance | undefined {
    return this.#instances.get(id);
  }

  get(id: string): Instance {
    this.#refuseTakenBack(id);
    const instance = this.find(id);
    if (!instance) throw new Refusal('instance-gone', `There is no instance ${id}.`);
    return instance;
  }

  /**
   * Lets the instance finish its calls. One that was taken back gets no further ones, and is not started again. Rejects with a Refusal when
   * only streams and later calls are left, which may take long: the instance ends after them.
   */
  async stop(id: string, takenBack = false): Promise<void> {
    if (takenBack) this.#takeBack(id);
    const instance = this.#instances.get(id);
    if (!instance) return;
    const longCalls = instance.longCallsLeft.promise.then(() => {
      throw new Refusal('instance-busy', 'The instance lets its streams and later calls end. Ask again later.');
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

  /** Stops the instances that got no call for `idleMs`, or `standbyIdleMs`. The Worker starts an instance again when it is called. */
  async stopIdle(): Promise<void> {
    const idle = [...this.#instances.values()].filter((instance) =>
      instance.isIdleFor(
        instance.isOnStandby || runsBatches(instance.spec) ? this.#limits.standbyIdleMs : this.#limits.idleMs,
      ),
    );
    await Promise.all(idle.map((instance) => instance.stop()));
  }

  /** How long all of them need to finish their calls. */
  get drainMs(): number {
    return Math.max(drainTimeoutMs(this.#limits), ...[...this.#instances.values()].map(({ drainMs }) => drainMs));
  }

  /**
   * Stops all instances for good. Until the calls that are in progress now have ended, new ones are served as well, so that a short
   * call never waits for a long one; then no instance accepts calls, none is started, and the last calls get the same time.
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

  /** Whether the builder is about to exit and starts no instance. */
  get isStopping(): boolean {
    return this.#isStopping;
  }

  /** Whether an instance that still exists uses the data folder. */
  usesData(name: string): boolean {
    return [...this.#instances.values()].some(
      ({ spec, state }) => spec.runtime === 'executable' && spec.data === name && state !== 'failed',
    );
  }

  get activeCount(): number {
    return [...this.#instances.values()].filter((instance) => instance.isActive).length;
  }

  /** IDs of the instances that use more memory than one may that shares its container. They serve on until they are stopped. */
  get outgrown(): string[] {
    const { sharedBytes } = this.#limits;
    if (sharedBytes === Number.POSITIVE_INFINITY) return [];
    const isOutgrown = ({ isActive, memoryUse }: Instance) => isActive && memoryUse.bytes > sharedBytes;
    return [...this.#instances.values()].filter(isOutgrown).map(({ id }) => id);
  }

  /** How many instances are in each state, and what they did since the builder started. */
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

  /** Waits until the organization has fewer starts in progress than it may have, and then for a processor. */
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

  /** In `landlock` plugins of different organizations could see each other's names. */
  #refuseOtherOrganization({ organization }: InstanceSpec): void {
    const active = [...this.#instances.values()].filter((instance) => instance.isActive);
    const hosted = new Set([organization, ...active.map(({ spec }) => spec.organization)]);
    if (hosted.size <= this.#limits.organizationsMax) return;
    throw new Refusal(
      'other-organization',
      "The builder's sandbox runs the plugins of one organization only, and it runs those of another. Use a builder of your own (BUILDER_ORGANIZATION), or one with the sandbox `namespaces`.",
    );
  }

  /** Returns the log of an instance. The output of a batch run is in its answer, and stored nowhere. */
  #logFor(id: string, spec: InstanceSpec): ChunkedLog {
    if (spec.runtime === 'python' && spec.log !== undefined) return this.#logs.open(spec.log);
    if (!runsBatches(spec)) return this.#logs.open(id);
    const log = new ChunkedLog(this.#limits, this.#machine.now);
    log.open();
    return log;
  }

  /** A run occupies memory for as long as a call may take, and needs no deployment of its own. */
  #refuseManyBatches({ organization, ...spec }: InstanceSpec): void {
    if (!testsBatches(spec)) return;
    const running = [...this.#instances.values()].filter(
      (instance) => instance.isActive && testsBatches(instance.spec) && instance.spec.organization === organization,
    );
    if (running.length < batchLimits.perOrganization) return;
    const message = `The organization already runs ${running.length} batch tests on this builder. Retry when one of them has ended.`;
    throw new Refusal('instance-busy', message);
  }

  /** Starts an instance in place of one that failed or is stopping. */
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

/** For one test: a run has a quota of its own. */
function testsBatches(spec: Pick<InstanceSpec, 'runtime'> | { entry?: PythonSpec['entry'] }): boolean {
  return 'entry' in spec && spec.entry === 'pipeline';
}

function runsBatches(spec: Pick<InstanceSpec, 'runtime'> | { entry?: PythonSpec['entry'] }): boolean {
  return 'entry' in spec && spec.entry !== undefined;
}

/**
 * Compares as JSON: both specs were parsed by the same schema, so their keys have the same order. A secret or model that was replaced
 * since does not make it another instance.
 */
function sameSpec(a: InstanceSpec, b: InstanceSpec): boolean {
  return (
    JSON.stringify({ ...a, secrets: null, models: null }) === JSON.stringify({ ...b, secrets: null, models: null })
  );
}

function stopping(): Refusal {
  return new Refusal('builder-stopping', 'This builder is stopping. Start the instance on the next one.');
}
