// Stores environments on disk by key: folders of links to the packages' files. It's a cache: above its size limit, it removes the least
// recently used environments that no instance uses, and packages that only those environments have.
import { readdir, readFile, rename, stat, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { type EnvironmentRef, environmentRefSchema } from '../../../../src/contract/builder/environments.ts';
import { parseJson } from '../../../../src/core/json/parse.ts';
import { UseCount } from '../../core/use-count.ts';
import { type Removals, removedMark } from '../../removal/removals.ts';
import { passable } from '../../sandbox/open-folder.ts';
import { makeOpenFolder, openCache } from '../../sandbox/readable-copies.ts';
import { PackageCache } from './package-cache.ts';
import { Staging } from './staging.ts';

/** Describes an environment; stored next to its files. */
const descriptionSchema = environmentRefSchema.extend({
  files: z.int().min(0),
  bytes: z.int().min(0),
});
type Description = z.infer<typeof descriptionSchema>;

const descriptionFile = 'environment.json';
const siteFolder = 'site';
/** Disk space for a linked file's directory entry. */
const linkBytes = 256;

/** An instance's use of an environment. */
export interface EnvironmentUse {
  /** The folder with the installed packages. */
  site: string;
  release(): void;
}

/** An environment or package that is kept or removed as a whole. */
interface Kept {
  /** Undefined for a package without an environment. */
  environment?: string;
  ownBytes: number;
  packages: readonly string[];
  usedMs: number;
}

export class EnvironmentCache {
  readonly packages: PackageCache;
  readonly staging: Staging;
  readonly #folder: string;
  readonly #bytesMax: number;
  readonly #removals: Removals;
  readonly #uses = new UseCount();

  constructor(folder: string, bytesMax: number, removals: Removals) {
    this.packages = new PackageCache(join(folder, 'packages'), removals);
    this.staging = new Staging(join(folder, 'staging'), removals);
    this.#removals = removals;
    this.#folder = folder;
    this.#bytesMax = bytesMax;
  }

  get #environments(): string {
    return join(this.#folder, 'installed');
  }

  /** Removes unfinished work left by earlier builders. */
  async open(): Promise<void> {
    // Instance users may pass through these folders to their environment, but can't list them.
    await makeOpenFolder(this.#folder, passable);
    await openCache(this.#environments, passable);
    await this.packages.open();
    await this.staging.open();
    for (const name of await readdir(this.#environments))
      if (name.includes(removedMark)) this.#removals.remove(join(this.#environments, name), { kind: 'environment' });
  }

  path(key: string): string {
    return join(this.#environments, key);
  }

  /** Returns the packages' path in an environment's folder. */
  site(folder: string): string {
    return join(folder, siteFolder);
  }

  describe(folder: string, description: Description): Promise<void> {
    return writeFile(join(folder, descriptionFile), JSON.stringify(description), { mode: 0o644 });
  }

  /** Returns whether the environment is on disk, built from these packages in this order. */
  async has({ key, packages }: EnvironmentRef): Promise<boolean> {
    const found = await this.#read(key);
    return found?.key === key && found.packages.join() === packages.join();
  }

  /** Returns the size of an environment's packages on disk. */
  async bytes(key: string): Promise<number> {
    return (await this.#read(key))?.bytes ?? 0;
  }

  /** Gives a finished folder its name. If several were built from the same packages, the first one wins. */
  async adopt(ref: EnvironmentRef, folder: string): Promise<void> {
    if (!(await this.has(ref)))
      await rename(folder, this.path(ref.key)).catch(async () => {
        if (await this.has(ref)) return;
        this.#remove(ref.key); // its description is damaged, or it was built from other packages
        await rename(folder, this.path(ref.key));
      });
    await this.prune(ref.key);
  }

  /** Keeps the environment and its packages on disk, once they are there, until it is released. */
  use({ key, packages }: EnvironmentRef): EnvironmentUse {
    const releases = [this.#uses.add([key]), this.packages.hold(packages)];
    return {
      site: this.site(this.path(key)),
      release: () => {
        for (const release of releases) release();
      },
    };
  }

  /** Marks the environment as just used. */
  async touch(key: string): Promise<void> {
    const now = new Date();
    await utimes(this.path(key), now, now);
  }

  /** Removes the least recently used units until the size fits. Keeps `newest`. */
  async prune(newest?: string): Promise<void> {
    const sizes = new Map((await this.packages.list()).map((one) => [one.key, one]));
    const kept = await this.#environmentsOnDisk(newest);
    const shared = new Set(kept.flatMap(({ packages }) => packages));
    for (const { key, addedMs } of sizes.values())
      if (!shared.has(key)) kept.push({ ownBytes: 0, packages: [key], usedMs: addedMs });
    kept.sort((a, b) => b.usedMs - a.usedMs);
    const stay = new Set<string>();
    let total = 0;
    for (const { environment, ownBytes, packages } of kept) {
      const added = packages.filter((key) => !stay.has(key));
      total += added.reduce((sum, key) => sum + (sizes.get(key)?.sizeBytes ?? 0), ownBytes);
      const isUsed = environment !== undefined && (environment === newest || this.#uses.has(environment));
      if (total <= this.#bytesMax || isUsed) for (const key of added) stay.add(key);
      else if (environment !== undefined) this.#remove(environment);
    }
    for (const key of sizes.keys()) if (!stay.has(key) && !this.packages.isHeld(key)) this.packages.remove(key);
  }

  async #environmentsOnDisk(newest: string | undefined): Promise<Kept[]> {
    const found: Kept[] = [];
    for (const environment of await readdir(this.#environments)) {
      const stats = await stat(this.path(environment)).catch(() => undefined);
      const { packages = [], files = 0 } = (await this.#read(environment)) ?? {};
      const isUsed = environment === newest || this.#uses.has(environment);
      if (stats)
        found.push({ environment, packages, ownBytes: files * linkBytes, usedMs: isUsed ? Infinity : stats.mtimeMs });
    }
    return found;
  }

  /** Returns undefined without a valid description. The environment then counts as absent. */
  async #read(key: string): Promise<Description | undefined> {
    const text = await readFile(join(this.path(key), descriptionFile), 'utf8').catch(() => '');
    return descriptionSchema.safeParse(parseJson(text)).data;
  }

  #remove(key: string): void {
    this.#removals.remove(this.path(key), { kind: 'environment', id: key });
  }
}
