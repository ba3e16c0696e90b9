// Installs, compiles, packs and unpacks packages, each one separately. An environment consists of links to their files.
import { chmod, mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { EnvironmentTarget, LockEntry, Package, PackagePart } from '../../../../src/contract/builder/packages.ts';
import { packing } from '../../../../src/contract/limits/builder.ts';
import type { Blobs } from '../../blobs/blobs.ts';
import { FairSlots, type Organization } from '../../core/fair-slots.ts';
import { diskFull, Refusal } from '../../core/refusal.ts';
import type { Egress } from '../../egress/egress.ts';
import type { Removals } from '../../removal/removals.ts';
import { EnvironmentFailed } from '../environment-failed.ts';
import type { PackageIndex } from '../package-index.ts';
import type { EnvironmentCache } from '../store/environment-cache.ts';
import type { PackageDescription } from '../store/package-cache.ts';
import type { Uv } from '../uv.ts';
import { packFolder, unpackParts } from './archive.ts';
import { type CompileMachine, compilePackage } from './compile.ts';
import { installWheel, type Reporter } from './install.ts';
import type { InstallRun } from './install-run.ts';

export interface PackageMachine extends CompileMachine {
  uv: Uv;
  index: PackageIndex;
  /** Sends requests to organizations' indexes. */
  indexEgress: Egress;
  blobs: Blobs;
  cache: EnvironmentCache;
  removals: Removals;
  /** True if packages are neither packed nor sent (decision 43). */
  keepsPackages: boolean;
}

/** A lock entry and its package key for one target. */
export interface KeyedEntry extends LockEntry {
  key: string;
}

export type PackageStep = 'compile' | 'archive';

export class Packages {
  readonly #machine: PackageMachine;
  readonly #unpacking = new Map<string, Promise<void>>();
  /** Slots shared by all installations, because a compressor uses tens of MiB. */
  readonly #packing = new FairSlots(packing.atOnce, packing.perOrganization);

  constructor(machine: PackageMachine) {
    this.#machine = machine;
  }

  /**
   * Installs and compiles a package that isn't on disk. Returns undefined if the target doesn't need it. Rejects with an
   * EnvironmentFailed.
   */
  async install(
    run: InstallRun,
    entry: KeyedEntry,
    report: Reporter & { step(step: PackageStep): void },
  ): Promise<PackageDescription | undefined> {
    const { cache, python } = this.#machine;
    const { packages } = cache;
    const folder = await run.folder();
    const made = join(folder, 'package');
    const site = packages.site(made);
    await mkdir(made);
    await chmod(made, 0o755);
    const machine = { ...this.#machine, target: python.target };
    const installed = await installWheel(machine, run, { entry, folder, site }, report);
    if (!installed) return undefined;
    const { target } = run.spec;
    const own = target.python === python.target.python;
    if (own) report.step('compile');
    const { bytes, files, sources, removed } = installed;
    run.add({ bytes, files });
    const added = own ? await compilePackage(this.#machine, site, sources) : { bytes: 0, files: 0 };
    const { key, name, version } = entry;
    const size = { size_bytes: bytes + added.bytes, files: files + added.files };
    const description = { key, name, version, target, ...size, removed, compiled: own };
    await packages.describe(made, description);
    await packages.adopt(key, made);
    await cache.prune();
    return description;
  }

  /**
   * Returns the package with its archive. Creates the archive unless all its parts are here. A builder that keeps its packages creates
   * one only if it is wanted elsewhere.
   */
  async pack(
    description: PackageDescription,
    { organization, isWanted, onStart }: { organization: Organization; isWanted: boolean; onStart: () => void },
  ): Promise<Package> {
    const { cache, keepsPackages } = this.#machine;
    const { compiled: _, target: __, ...described } = description;
    if (keepsPackages && !isWanted) return { ...described, parts: [] };
    const known = await cache.packages.readParts(description.key);
    if (known && (await this.#haveParts(known))) return { ...described, parts: known };
    onStart();
    const { key } = description;
    const pack = (staging: string) => packFolder(this.#machine, cache.packages.path(key), staging);
    return cache.staging.with({ id: key }, async (staging) => {
      const parts = await this.#packing.run(organization, () => pack(staging));
      await cache.packages.recordParts(key, parts, staging);
      return { ...described, parts };
    });
  }

  async #haveParts(parts: PackagePart[]): Promise<boolean> {
    for (const { sha256 } of parts) if (!(await this.#machine.blobs.has(sha256))) return false;
    return true;
  }

  /** Unpacks a package unless it is on disk, then drops its parts. Rejects with a Refusal if any are missing. */
  async add(key: string, parts: readonly string[]): Promise<void> {
    const unpacking = this.#unpacking.get(key) ?? this.#add(key, parts).finally(() => this.#unpacking.delete(key));
    this.#unpacking.set(key, unpacking);
    await unpacking.catch((cause: unknown) => {
      throw cause instanceof EnvironmentFailed ? new Refusal('internal', diskFull(cause) ?? cause.message) : cause;
    });
  }

  async #add(key: string, parts: readonly string[]): Promise<void> {
    const { blobs, cache } = this.#machine;
    if (await cache.packages.get(key)) return;
    const missing: string[] = [];
    for (const part of parts) if (!(await blobs.has(part))) missing.push(part);
    if (missing.length > 0)
      throw new Refusal('blob-missing', 'Parts of the package are missing. Send them, then retry.', missing);
    await cache.staging.with({ id: key }, async (staging) => {
      const folder = join(staging, 'package');
      await unpackParts(this.#machine, [...parts], folder);
      const description = await cache.packages.read(folder);
      if (description?.key !== key)
        throw new Refusal('invalid-request', `The parts do not belong to the package ${key}.`);
      requireTarget(description.target, this.#machine.python.target);
      if (!description.compiled) await this.#compileUnpacked(folder, description);
      await cache.packages.adopt(key, folder);
    });
    cache.packages.expect([key]);
    blobs.remove(parts);
    await cache.prune();
  }

  /** Compiles a package that was installed by another Python. */
  async #compileUnpacked(folder: string, description: PackageDescription): Promise<void> {
    const { packages } = this.#machine.cache;
    await compilePackage(this.#machine, packages.site(folder), description.files);
    await packages.describe(folder, { ...description, compiled: true });
  }
}

/** Packages contain compiled code, which another Python or platform must not import. */
export function requireTarget({ python, platform }: EnvironmentTarget, own: EnvironmentTarget): void {
  if (python === own.python && platform === own.platform) return;
  throw new Error(
    `The environment is for Python ${python} on ${platform}, and this builder has Python ${own.python} on ${own.platform}`,
  );
}
