// All instances of this builder by id. A start under way is shared by everyone who asks for it.
import { codeDigest, type InstanceSpec, instanceIdPattern } from '../../../src/contract/builder.ts';
import { Refusal } from '../refusal.ts';
import type { Limits } from '../settings.ts';
import { Instance, type Provision } from './instance.ts';

/** Instances that failed to start are kept for their logs, the newest of them. */
const failedMax = 50;

export class Instances {
  readonly #instances = new Map<string, Instance>();
  readonly #limits: Limits;
  readonly #provide: (id: string, spec: InstanceSpec) => Provision;
  readonly #hasBlob: (sha256: string) => Promise<boolean>;
  readonly #now: () => number;

  constructor(
    limits: Limits,
    provide: (id: string, spec: InstanceSpec) => Provision,
    hasBlob: (sha256: string) => Promise<boolean>,
    now: () => number,
  ) {
    this.#limits = limits;
    this.#provide = provide;
    this.#hasBlob = hasBlob;
    this.#now = now;
  }

  /** The instance of that id, started when it isn't there. Throws a Refusal: instance-conflict, blob-missing. */
  async ensure(id: string, spec: InstanceSpec): Promise<Instance> {
    const running = this.#runningAs(id, spec);
    if (running) return running;
    if (!instanceIdPattern.test(id)) throw new Refusal('invalid-request', 'not an id of an instance');
    const code = codeDigest(spec);
    if (!(await this.#hasBlob(code))) {
      throw new Refusal('blob-missing', 'send what it runs by PUT /blobs/{sha256} first', [code]);
    }
    // Looked up again: another request may have started it meanwhile.
    return this.#runningAs(id, spec) ?? this.#start(id, spec);
  }

  get(id: string): Instance {
    const instance = this.#instances.get(id);
    if (!instance) throw new Refusal('instance-gone', `there is no instance ${id}`);
    return instance;
  }

  async stop(id: string, drainMs: number): Promise<void> {
    await this.#instances.get(id)?.stop(drainMs);
  }

  /** Ends the instances that nobody has called for long. They are no state: whoever calls one has it started again. */
  async stopIdle(): Promise<void> {
    const idle = [...this.#instances.values()].filter((instance) => instance.isIdleFor(this.#limits.idleMs));
    await Promise.all(idle.map((instance) => instance.stop(this.#limits.stopGraceMs)));
  }

  async stopAll(drainMs: number): Promise<void> {
    await Promise.all([...this.#instances.values()].map((instance) => instance.stop(drainMs)));
  }

  /** Whether an instance that isn't gone yet has that data folder. */
  usesData(name: string): boolean {
    return [...this.#instances.values()].some(
      ({ spec, state }) => spec.runtime === 'executable' && spec.data === name && state !== 'failed',
    );
  }

  get activeCount(): number {
    return [...this.#instances.values()].filter((instance) => instance.isActive).length;
  }

  #runningAs(id: string, spec: InstanceSpec): Instance | undefined {
    const instance = this.#instances.get(id);
    if (!instance?.isActive) return undefined;
    if (!sameSpec(instance.spec, spec)) throw new Refusal('instance-conflict', `instance ${id} runs another spec`);
    return instance;
  }

  /** Takes the place of one that failed or is being stopped. */
  #start(id: string, spec: InstanceSpec): Instance {
    this.#forgetOldFailures();
    const instance = new Instance(id, spec, this.#limits, this.#provide(id, spec), this.#now);
    this.#instances.delete(id);
    this.#instances.set(id, instance);
    void instance.stopped.then(() => {
      if (this.#instances.get(id) === instance) this.#instances.delete(id);
    });
    return instance;
  }

  #forgetOldFailures(): void {
    const failed = [...this.#instances].filter(([, instance]) => instance.state === 'failed');
    for (const [id] of failed.slice(0, Math.max(0, failed.length - failedMax + 1))) this.#instances.delete(id);
  }
}

/** Each was parsed by the one schema, so equal ones are written alike. */
function sameSpec(a: InstanceSpec, b: InstanceSpec): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}
