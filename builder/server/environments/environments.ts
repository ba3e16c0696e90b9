// Resolves locks and installs environments. Requests for the same thing share the work once it runs, only a few run at a time, and an
// environment that is complete is used by any number of instances.
import { chmod, mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import {
  type DeclaredRequirement,
  type Environment,
  type EnvironmentEvent,
  type EnvironmentRef,
  type EnvironmentSpec,
  environmentKey,
  type LockEvent,
  type LockRequest,
} from '../../../src/contract/builder/environments.ts';
import type { Log } from '../../../src/core/log.ts';
import type { Blobs } from '../blobs/blobs.ts';
import { EqualWork } from '../equal-work.ts';
import { FairSlots } from '../fair-slots.ts';
import type { Removals } from '../removal/removals.ts';
import { ReplayableLog } from '../replayable-log.ts';
import { packFolder, unpackArchive } from './archive.ts';
import { type CompileMachine, compilePackages } from './compile.ts';
import type { Description, EnvironmentCache, EnvironmentUse } from './environment-cache.ts';
import { EnvironmentFailed } from './environment-failed.ts';
import { installWheels } from './install.ts';
import { checkLock, lockDigest } from './lock-text.ts';
import type { PackageIndex } from './package-index.ts';
import { resolveLock } from './resolve.ts';
import type { Uv } from './uv.ts';

export interface EnvironmentMachine extends CompileMachine {
  uv: Uv;
  index: PackageIndex;
  blobs: Blobs;
  cache: EnvironmentCache;
  metadataFolder: string;
  removals: Removals;
  log: Log;
}

type Failed = Extract<LockEvent, { type: 'failed' }>;
type InstallStep = Extract<EnvironmentEvent, { type: 'step' }>['step'];

interface Installation {
  spec: EnvironmentSpec;
  key: string;
  step: (step: InstallStep) => void;
  line: (line: string) => void;
}

export class Environments {
  readonly #machine: EnvironmentMachine;
  readonly #locks: EqualWork<ReplayableLog<LockEvent>>;
  readonly #installations: EqualWork<ReplayableLog<EnvironmentEvent>>;
  readonly #unpacking = new Map<string, Promise<void>>();

  constructor(machine: EnvironmentMachine) {
    this.#machine = machine;
    const { environmentsAtOnce, environmentsPerOrganization } = machine.limits;
    const slots = new FairSlots(environmentsAtOnce, environmentsPerOrganization);
    this.#locks = new EqualWork(slots);
    this.#installations = new EqualWork(slots);
  }

  /** Yields the events of the resolution; the last is `locked` or `failed`. It continues if the reader stops reading. */
  async *lock({ organization, requirements }: LockRequest): AsyncGenerator<LockEvent> {
    const key = lockDigest(JSON.stringify(requirements));
    const start = () => this.#start<LockEvent>((log) => this.#resolve(requirements, organization, log));
    const events = await this.#locks.join({ organization, key }, start);
    yield* events.follow();
  }

  /** Yields the events of the installation; the last is `installed` or `failed`. It continues if the reader stops reading. */
  async *install(spec: EnvironmentSpec): AsyncGenerator<EnvironmentEvent> {
    const key = await environmentKey(spec.lock.digest, spec.target);
    const { organization } = spec;
    const start = () => this.#start<EnvironmentEvent>((log) => this.#install(spec, key, log));
    const events = await this.#installations.join({ organization, key }, start);
    yield* events.follow();
  }

  /** Returns whether an instance can use it without its archive. */
  has(key: string): Promise<boolean> {
    return this.#machine.cache.has(key);
  }

  /** Unpacks the environment unless it is on disk, and keeps it there until it is released. Rejects if it is for another Python. */
  async use(ref: EnvironmentRef): Promise<EnvironmentUse> {
    const { cache } = this.#machine;
    const use = cache.use(ref.key);
    try {
      if (!(await cache.has(ref.key))) await this.#shareUnpacking(ref);
      this.#requireOwn(await cache.readDescription(cache.path(ref.key)));
      await cache.touch(ref.key);
      return use;
    } catch (error) {
      use.release();
      throw error;
    }
  }

  /** Packages have compiled code: those for another Python or platform must not be imported. */
  #requireOwn(description: Description | undefined): void {
    if (!description) throw new Error('The environment was removed while it was unpacked');
    const { python, platform } = description.target;
    const own = this.#machine.python.target;
    if (python === own.python && platform === own.platform) return;
    throw new Error(
      `The environment is for Python ${python} on ${platform}, and this builder has Python ${own.python} on ${own.platform}`,
    );
  }

  async #shareUnpacking(ref: EnvironmentRef): Promise<void> {
    const unpacking = this.#unpacking.get(ref.key) ?? this.#unpack(ref).finally(() => this.#unpacking.delete(ref.key));
    this.#unpacking.set(ref.key, unpacking);
    await unpacking;
  }

  #start<Event extends LockEvent | EnvironmentEvent>(run: (events: ReplayableLog<Event>) => Promise<Event>) {
    const isLast = ({ type }: Event) => type === 'locked' || type === 'installed' || type === 'failed';
    const events = new ReplayableLog<Event>(this.#machine.limits.logLines, isLast);
    return { run: events, ended: run(events).then((last) => events.append(last)) };
  }

  async #resolve(
    requirements: DeclaredRequirement[],
    organization: string | undefined,
    events: ReplayableLog<LockEvent>,
  ): Promise<LockEvent> {
    const startedAt = performance.now();
    const step = (name: 'tools' | 'resolve') => events.append({ type: 'step', at: now(), step: name });
    try {
      const { uv, cache } = this.#machine;
      if (!uv.isReady) step('tools');
      await uv.ready();
      step('resolve');
      const line = (text: string) => events.append({ type: 'log', at: now(), stream: 'stderr', line: text });
      const lock = await cache.withStaging({ organization }, (staging) =>
        resolveLock(this.#machine, requirements, staging, line),
      );
      return { type: 'locked', lock, duration_ms: performance.now() - startedAt };
    } catch (cause) {
      return this.#failure(cause);
    }
  }

  async #install(
    spec: EnvironmentSpec,
    key: string,
    events: ReplayableLog<EnvironmentEvent>,
  ): Promise<EnvironmentEvent> {
    const startedAt = performance.now();
    const { cache, blobs } = this.#machine;
    const installation: Installation = {
      spec,
      key,
      step: (step) => events.append({ type: 'step', at: now(), step }),
      line: (line) => events.append({ type: 'log', at: now(), stream: 'host', line }),
    };
    try {
      checkLock(spec.lock);
      const cached = await cache.has(key);
      if (!cached) await this.#installNew(installation);
      const archive = await cache.readArchive(key);
      const packed = archive && (await blobs.has(archive.sha256)) ? archive : await this.#pack(installation);
      const description = await cache.readDescription(cache.path(key));
      if (!description) throw new Error('The environment was removed while it was installed');
      const { compiled: _, ...described } = description;
      const environment: Environment = {
        ...described,
        archive: packed,
        cached,
        duration_ms: performance.now() - startedAt,
      };
      return { type: 'installed', environment };
    } catch (cause) {
      return this.#failure(cause);
    }
  }

  async #installNew({ spec, key, step, line }: Installation): Promise<void> {
    const { uv, cache, python } = this.#machine;
    if (!uv.isReady) step('tools');
    await uv.ready();
    step('download');
    const { organization } = spec;
    await cache.withStaging({ id: key, organization }, async (staging) => {
      const folder = join(staging, 'environment');
      const site = cache.site(folder);
      const machine = { ...this.#machine, target: python.target };
      await mkdir(folder);
      await chmod(folder, 0o755);
      const { packages, removed, bytes, files } = await installWheels(machine, spec, { staging, site }, line);
      const own = spec.target.python === python.target.python;
      if (own) step('compile');
      const added = own ? await compilePackages(this.#machine, site) : { bytes: 0, files: 0 };
      await cache.describe(folder, {
        key,
        lock: spec.lock.digest,
        target: spec.target,
        packages,
        removed,
        size_bytes: bytes + added.bytes,
        files: files + added.files,
        compiled: own,
      });
      await cache.adopt(key, folder);
    });
  }

  async #pack({ key, step }: Installation): Promise<Environment['archive']> {
    const { cache, blobs } = this.#machine;
    step('archive');
    return cache.withStaging({ id: key }, async (staging) => {
      const file = join(staging, 'archive');
      const archive = await packFolder(this.#machine, cache.path(key), file);
      await blobs.adopt(file, archive.sha256);
      await cache.recordArchive(key, archive);
      return archive;
    });
  }

  async #unpack({ key, archive }: EnvironmentRef): Promise<void> {
    const { cache, blobs } = this.#machine;
    await cache.withStaging({ id: key }, async (staging) => {
      const folder = join(staging, 'environment');
      await unpackArchive(this.#machine, blobs.path(archive), folder);
      const description = await cache.readDescription(folder);
      if (description?.key !== key) throw new Error(`The archive ${archive} is not that of the environment ${key}`);
      this.#requireOwn(description);
      if (!description.compiled) {
        await compilePackages(this.#machine, cache.site(folder));
        await cache.describe(folder, { ...description, compiled: true });
      }
      await cache.adopt(key, folder);
    });
  }

  #failure(cause: unknown): Failed {
    if (cause instanceof EnvironmentFailed) {
      const message = cause.message.slice(0, this.#machine.limits.buildMessageChars);
      return { type: 'failed', error: { code: cause.code, message }, deterministic: cause.isDeterministic };
    }
    this.#machine.log.error('environment.failed', { cause });
    const message = 'The builder failed. Its log has the cause.';
    return { type: 'failed', error: { code: 'install-failed', message }, deterministic: false };
  }
}

function now(): string {
  return new Date().toISOString();
}
