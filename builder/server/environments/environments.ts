// Resolves locks, installs their packages and assembles environments. Running work is shared by all identical requests, and only a few
// run at a time. Any number of instances can use a complete environment.
import { join } from 'node:path';
import {
  type EnvironmentEvent,
  type EnvironmentRef,
  type EnvironmentSpec,
  environmentKey,
  type Lock,
  type LockEvent,
  type LockRequest,
} from '../../../src/contract/builder/environments.ts';
import { indexFor } from '../../../src/contract/builder/python-indexes.ts';
import type { Log } from '../../../src/core/log.ts';
import { EqualWork } from '../core/equal-work.ts';
import { FairSlots } from '../core/fair-slots.ts';
import { diskFull } from '../core/refusal.ts';
import { ReplayableLog } from '../core/replayable-log.ts';
import { EnvironmentFailed } from './environment-failed.ts';
import { PrivateIndexes } from './indexes/private-indexes.ts';
import { cooldownOf } from './locks/cooldown.ts';
import { lockDigest } from './locks/lock-text.ts';
import { resolveLock } from './locks/resolve.ts';
import { resolveWithTorch } from './locks/resolve-torch.ts';
import { assemble } from './packages/assemble.ts';
import { Installation } from './packages/installation.ts';
import { type PackageMachine, Packages } from './packages/packages.ts';
import type { EnvironmentUse } from './store/environment-cache.ts';

export interface EnvironmentMachine extends PackageMachine {
  metadataFolder: string;
  log: Log;
}

export interface UsableEnvironment extends EnvironmentUse {
  /** Size of the environment's packages. */
  bytes: number;
}

type Failed = Extract<LockEvent, { type: 'failed' }>;

export class Environments {
  readonly #machine: EnvironmentMachine;
  readonly #packages: Packages;
  readonly #locks: EqualWork<ReplayableLog<LockEvent>>;
  readonly #installations: EqualWork<ReplayableLog<EnvironmentEvent>>;
  readonly #assembling = new Map<string, Promise<string[]>>();

  constructor(machine: EnvironmentMachine) {
    this.#machine = machine;
    this.#packages = new Packages(machine);
    const { environmentsAtOnce, environmentsPerOrganization } = machine.limits;
    const slots = new FairSlots(environmentsAtOnce, environmentsPerOrganization);
    this.#locks = new EqualWork(slots);
    this.#installations = new EqualWork(slots);
  }

  /** Yields the resolution's events; the last is `locked` or `failed`. The resolution continues even if the reader stops reading. */
  async *lock(request: LockRequest): AsyncGenerator<LockEvent> {
    const {
      organization,
      requirements,
      indexes = [],
      older_than: olderThan = null,
      for_cluster: forCluster = false,
    } = request;
    const own = indexes.length === 0 ? [] : [organization, indexes.map(({ url, packages }) => [url, packages])];
    const key = lockDigest(JSON.stringify([requirements, olderThan, forCluster, ...own]));
    const start = () => this.#start<LockEvent>((log) => this.#resolve(request, log));
    const events = await this.#locks.join({ organization, key }, start);
    yield* events.follow();
  }

  /**
   * Yields the installation's events; the last is `installed` or `failed`. The installation continues even if the reader stops reading.
   */
  async *install(spec: EnvironmentSpec): AsyncGenerator<EnvironmentEvent> {
    const key = await environmentKey(spec.lock.digest, spec.target);
    const { organization } = spec;
    const start = () => this.#start<EnvironmentEvent>((log) => this.#install(spec, key, log));
    const events = await this.#installations.join({ organization, key }, start);
    yield* events.follow();
  }

  /** Returns the keys of the missing packages that an instance needs. Keeps the other packages until the instance starts. */
  async missing(ref: EnvironmentRef): Promise<string[]> {
    const { cache } = this.#machine;
    cache.packages.expect(ref.packages);
    if (await cache.has(ref)) return [];
    const missing: string[] = [];
    for (const key of ref.packages) if (!(await cache.packages.get(key))) missing.push(key);
    return missing;
  }

  /** Unpacks a package from its parts, unless it's already here. */
  addPackage(key: string, parts: readonly string[]): Promise<void> {
    return this.#packages.add(key, parts);
  }

  /**
   * Assembles the environment unless it is on disk, and keeps it there until it is released. `onLine` receives notes for the author.
   * Rejects if a package is missing or was built for another Python.
   */
  async use(ref: EnvironmentRef, onLine: (line: string) => void): Promise<UsableEnvironment> {
    const { cache } = this.#machine;
    const use = cache.use(ref);
    try {
      if (!(await cache.has(ref))) for (const line of await this.#shareAssembling(ref)) onLine(line);
      await cache.touch(ref.key);
      return { ...use, bytes: await cache.bytes(ref.key) };
    } catch (error) {
      use.release();
      throw error;
    }
  }

  async #shareAssembling(ref: EnvironmentRef): Promise<string[]> {
    const assembling =
      this.#assembling.get(ref.key) ?? this.#assemble(ref).finally(() => this.#assembling.delete(ref.key));
    this.#assembling.set(ref.key, assembling);
    return assembling;
  }

  async #assemble(ref: EnvironmentRef): Promise<string[]> {
    const { cache } = this.#machine;
    return cache.staging.with({ id: ref.key }, async (staging) => {
      const folder = join(staging, 'environment');
      const { lines, ...made } = await assemble(this.#machine, ref.packages, cache.site(folder));
      await cache.describe(folder, { ...ref, ...made });
      await cache.adopt(ref, folder);
      return lines;
    });
  }

  #start<Event extends LockEvent | EnvironmentEvent>(run: (events: ReplayableLog<Event>) => Promise<Event>) {
    const isLast = ({ type }: Event) => type === 'locked' || type === 'installed' || type === 'failed';
    const events = new ReplayableLog<Event>(this.#machine.limits.logLines, isLast);
    return { run: events, ended: run(events).then((last) => events.append(last)) };
  }

  async #resolve(request: LockRequest, events: ReplayableLog<LockEvent>): Promise<LockEvent> {
    const { for_cluster, organization, requirements } = request;
    const resolve = for_cluster ? resolveLock : resolveWithTorch;
    const startedAt = performance.now();
    const step = (name: 'tools' | 'resolve') => events.append({ type: 'step', at: now(), step: name });
    try {
      const { uv, cache } = this.#machine;
      if (!uv.isReady) step('tools');
      await uv.ready();
      step('resolve');
      const line = (text: string) => events.append({ type: 'log', at: now(), stream: 'stderr', line: text });
      const cooldown = cooldownOf(request.older_than);
      const lock = await cache.staging.with({ organization }, (staging) =>
        this.#withIndexes(request, (own) =>
          resolve(this.#machine, requirements, { staging, onErrorLine: line, own, cooldown }),
        ),
      );
      return { type: 'locked', lock, duration_ms: performance.now() - startedAt };
    } catch (cause) {
      return this.#failure(cause);
    }
  }

  async #withIndexes(
    { organization, indexes = [] }: LockRequest,
    work: (own: PrivateIndexes | undefined) => Promise<Lock>,
  ): Promise<Lock> {
    if (organization === undefined || indexes.length === 0) return work(undefined);
    const { indexEgress: egress } = this.#machine;
    const own = await PrivateIndexes.open({ egress, organization, indexOf: (name) => indexFor(indexes, name) });
    try {
      return await work(own);
    } finally {
      own.close();
    }
  }

  async #install(
    spec: EnvironmentSpec,
    key: string,
    events: ReplayableLog<EnvironmentEvent>,
  ): Promise<EnvironmentEvent> {
    const startedAt = performance.now();
    const reporter = {
      step: (step: Extract<EnvironmentEvent, { type: 'step' }>['step']) =>
        events.append({ type: 'step', at: now(), step }),
      line: (line: string) => events.append({ type: 'log', at: now(), stream: 'host', line }),
      packed: (packed: Extract<EnvironmentEvent, { type: 'package' }>['package']) =>
        events.append({ type: 'package', package: packed }),
    };
    try {
      const installation = new Installation(this.#machine, this.#packages, { spec, key }, reporter);
      const environment = await installation.run();
      return { type: 'installed', environment: { ...environment, duration_ms: performance.now() - startedAt } };
    } catch (cause) {
      return this.#failure(cause);
    }
  }

  #failure(cause: unknown): Failed {
    const failed = cause instanceof EnvironmentFailed ? cause : undefined;
    if (!failed) this.#machine.log.error('environment.failed', { cause });
    const full = diskFull(cause);
    if (full !== undefined)
      return { type: 'failed', error: { code: 'limit-exceeded', message: full }, deterministic: false };
    if (failed) {
      const message = failed.message.slice(0, this.#machine.limits.buildMessageChars);
      return { type: 'failed', error: { code: failed.code, message }, deterministic: failed.isDeterministic };
    }
    const message = 'The builder failed. See its log for the cause.';
    return { type: 'failed', error: { code: 'install-failed', message }, deterministic: false };
  }
}

function now(): string {
  return new Date().toISOString();
}
