// Stores packages on disk by key: each package's files and, next to them, the list of its archive's parts. It's a cache: the Worker
// resends missing archives.
import { readdir, readFile, rename, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { environmentTargetSchema, type PackagePart, packageSchema } from '../../../../src/contract/builder/packages.ts';
import { packagesExpectedMs } from '../../../../src/contract/limits/builder.ts';
import { parseJson } from '../../../../src/core/json/parse.ts';
import { UseCount } from '../../core/use-count.ts';
import { type Removals, removedMark } from '../../removal/removals.ts';
import { passable } from '../../sandbox/open-folder.ts';
import { openCache } from '../../sandbox/readable-copies.ts';

/** Describes a package; stored next to its files and sent with them. */
export const packageDescriptionSchema = packageSchema
  .omit({ parts: true })
  .extend({ target: environmentTargetSchema, compiled: z.boolean() });
export type PackageDescription = z.infer<typeof packageDescriptionSchema>;

const descriptionFile = 'package.json';
const siteFolder = 'site';
/** Stored next to the package: its archive's parts. */
const partsSuffix = '.parts';

/** A package on disk. */
export interface CachedPackage {
  key: string;
  sizeBytes: number;
  addedMs: number;
}

export class PackageCache {
  readonly #folder: string;
  readonly #removals: Removals;
  readonly #held = new UseCount();
  /** Packages that an instance is about to use, with the timers that release them. */
  readonly #expected = new Map<string, NodeJS.Timeout>();
  readonly #listed = new Map<string, CachedPackage>();

  constructor(folder: string, removals: Removals) {
    this.#folder = folder;
    this.#removals = removals;
  }

  async open(): Promise<void> {
    await openCache(this.#folder, passable);
    for (const name of await readdir(this.#folder))
      if (name.includes(removedMark)) this.#removals.remove(join(this.#folder, name), { kind: 'environment' });
  }

  path(key: string): string {
    return join(this.#folder, key);
  }

  /** Returns the path of the files in a package's folder. */
  site(folder: string): string {
    return join(folder, siteFolder);
  }

  describe(folder: string, description: PackageDescription): Promise<void> {
    return writeFile(join(folder, descriptionFile), JSON.stringify(description), { mode: 0o644 });
  }

  /** Returns undefined without a valid description. The package then counts as absent. */
  async read(folder: string): Promise<PackageDescription | undefined> {
    const text = await readFile(join(folder, descriptionFile), 'utf8').catch(() => '');
    return packageDescriptionSchema.safeParse(parseJson(text)).data;
  }

  get(key: string): Promise<PackageDescription | undefined> {
    return this.read(this.path(key));
  }

  /** Gives a finished folder its name. If several were made for the same key, the first one wins. */
  async adopt(key: string, folder: string): Promise<void> {
    if (await this.get(key)) return;
    this.#listed.delete(key);
    await rename(folder, this.path(key)).catch(async () => {
      if (await this.get(key)) return;
      this.remove(key); // its description is damaged
      await rename(folder, this.path(key));
    });
  }

  /** Returns the parts of the package's archive. */
  async readParts(key: string): Promise<PackagePart[] | undefined> {
    const text = await readFile(this.path(key) + partsSuffix, 'utf8').catch(() => '');
    return packageSchema.shape.parts.safeParse(parseJson(text)).data;
  }

  /** Stores the list of parts. `staging` is a folder for the unfinished file. */
  async recordParts(key: string, parts: PackagePart[], staging: string): Promise<void> {
    const part = join(staging, `${key}${partsSuffix}`);
    await writeFile(part, JSON.stringify(parts), { mode: 0o600 });
    await rename(part, this.path(key) + partsSuffix);
  }

  /** Keeps packages on disk, once they are there, until the returned function is called. */
  hold(keys: readonly string[]): () => void {
    return this.#held.add(keys);
  }

  /** Keeps packages on disk for as long as an instance that needs them may take to start. */
  expect(keys: readonly string[]): void {
    for (const key of keys) {
      clearTimeout(this.#expected.get(key));
      const timer = setTimeout(() => this.#expected.delete(key), packagesExpectedMs);
      this.#expected.set(key, timer.unref());
    }
  }

  isHeld(key: string): boolean {
    return this.#held.has(key) || this.#expected.has(key);
  }

  /** Reads only new entries, because this runs after each package. Other processes share the folder. */
  async list(): Promise<CachedPackage[]> {
    const names = new Set((await readdir(this.#folder)).filter((name) => !name.endsWith(partsSuffix)));
    for (const key of this.#listed.keys()) if (!names.has(key)) this.#listed.delete(key);
    const unread = [...names].filter((key) => !this.#listed.has(key));
    const read = unread.map(async (key) => {
      const [description, stats] = await Promise.all([this.get(key), stat(this.path(key)).catch(() => undefined)]);
      const one = { key, sizeBytes: description?.size_bytes ?? 0, addedMs: stats?.mtimeMs ?? 0 };
      this.#listed.set(key, one);
    });
    await Promise.all(read);
    return [...this.#listed.values()];
  }

  remove(key: string): void {
    for (const path of [this.path(key), this.path(key) + partsSuffix])
      this.#removals.remove(path, { kind: 'environment', id: key });
  }
}
