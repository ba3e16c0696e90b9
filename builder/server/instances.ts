// All instances of this builder by id. A start under way is shared by everyone who asks for it.
import { instanceIdPattern, type PythonSpec } from '../../src/contract/builder.ts';
import { Instance, type Provision } from './instance.ts';
import { Refusal } from './refusal.ts';
import type { Limits } from './settings.ts';

/** Instances that failed to start are kept for their logs, the newest of them. */
const failedMax = 50;

export class Instances {
  readonly #instances = new Map<string, Instance>();
  readonly #limits: Limits;
  readonly #provide: (id: string, spec: PythonSpec) => Provision;
  readonly #hasBlob: (sha256: string) => Promise<boolean>;
  readonly #now: () => number;

  constructor(
    limits: Limits,
    provide: (id: string, spec: PythonSpec) => Provision,
    hasBlob: (sha256: string) => Promise<boolean>,
    now: () => number,
  ) {
    this.#limits = limits;
    this.#provide = provide;
    this.#hasBlob = hasBlob;
    this.#now = now;
  }

  /** The instance of that id, started when it isn't there. Throws a Refusal: instance-conflict, blob-missing. */
  async ensure(id: string, spec: PythonSpec): Promise<Instance> {
    const running = this.#runningAs(id, spec);
    if (running) return running;
    if (!instanceIdPattern.test(id)) throw new Refusal('invalid-request', 'not an id of an instance');
    if (!(await this.#hasBlob(spec.archive))) {
      throw new Refusal('blob-missing', 'send the archive by PUT /blobs/{sha256} first', [spec.archive]);
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
    await Promise.all(idle.map((instance) => instance.stop(this.#limits.drainMs)));
  }

  async stopAll(drainMs: number): Promise<void> {
    await Promise.all([...this.#instances.values()].map((instance) => instance.stop(drainMs)));
  }

  get activeCount(): number {
    return [...this.#instances.values()].filter((instance) => instance.isActive).length;
  }

  #runningAs(id: string, spec: PythonSpec): Instance | undefined {
    const instance = this.#instances.get(id);
    if (!instance?.isActive) return undefined;
    if (!sameSpec(instance.spec, spec)) throw new Refusal('instance-conflict', `instance ${id} runs another spec`);
    return instance;
  }

  /** Takes the place of one that failed or is being stopped. */
  #start(id: string, spec: PythonSpec): Instance {
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

function sameSpec(a: PythonSpec, b: PythonSpec): boolean {
  return (
    a.archive === b.archive &&
    a.plugin.name === b.plugin.name &&
    a.plugin.version === b.plugin.version &&
    a.dependencies.length === b.dependencies.length &&
    a.dependencies.every((dependency, i) => dependency === b.dependencies[i])
  );
}
