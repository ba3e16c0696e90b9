// Stores environments on disk by key. A cache: the least recently used that no instance uses are removed beyond its size, and the
// Worker sends an archive again.
import { chmod, mkdir, mkdtemp, readdir, readFile, rename, stat, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { environmentSchema } from '../../../src/contract/builder/environments.ts';
import { parseJson } from '../parse-json.ts';
import type { Owner } from '../removal/owner.ts';
import { type Removals, removedMark } from '../removal/removals.ts';

/** Describes an environment beside its files, and travels with them. */
export const descriptionSchema = environmentSchema
  .pick({ key: true, lock: true, target: true, packages: true, size_bytes: true, files: true, removed: true })
  .extend({ compiled: z.boolean() });
export type Description = z.infer<typeof descriptionSchema>;

const descriptionFile = 'environment.json';
const siteFolder = 'site';
/** Beside the environment: the digest of its archive. */
const archiveSuffix = '.archive';

/** An environment in use by one instance. */
export interface EnvironmentUse {
  /** The folder with the packages. */
  site: string;
  release(): void;
}

export class EnvironmentCache {
  readonly #folder: string;
  readonly #bytesMax: number;
  readonly #removals: Removals;
  readonly #uses = new Map<string, number>();

  constructor(folder: string, bytesMax: number, removals: Removals) {
    this.#removals = removals;
    this.#folder = folder;
    this.#bytesMax = bytesMax;
  }

  get #environments(): string {
    return join(this.#folder, 'installed');
  }

  get #allStagings(): string {
    return join(this.#folder, 'staging');
  }

  /** Processes that run at the same time, such as two of `slipway test`, share a cache, but not what is unfinished. */
  get #stagings(): string {
    return join(this.#allStagings, String(process.pid));
  }

  /** Removes what earlier builders left unfinished. */
  async open(): Promise<void> {
    // Users that instances run as may pass through, to the environment they are given.
    for (const folder of [this.#folder, this.#environments, this.#allStagings])
      await mkdir(folder, { recursive: true, mode: 0o711 });
    for (const name of await readdir(this.#allStagings))
      if (name === String(process.pid) || !isRunning(Number(name)))
        this.#removals.remove(join(this.#allStagings, name), { kind: 'environment' });
    await mkdir(this.#stagings, { recursive: true, mode: 0o711 });
    for (const name of await readdir(this.#environments))
      if (name.includes(removedMark)) this.#removals.remove(join(this.#environments, name), { kind: 'environment' });
  }

  /** Runs the work with an empty folder on the cache's disk, and removes it. */
  async withStaging<Result>(owner: Omit<Owner, 'kind'>, work: (staging: string) => Promise<Result>): Promise<Result> {
    const staging = await mkdtemp(join(this.#stagings, 'new-'));
    await chmod(staging, 0o711); // the compiler may run as another user
    try {
      return await work(staging);
    } finally {
      this.#removals.remove(staging, { ...owner, kind: 'environment' });
    }
  }

  path(key: string): string {
    return join(this.#environments, key);
  }

  /** Where the packages are, in an environment's folder. */
  site(folder: string): string {
    return join(folder, siteFolder);
  }

  describe(folder: string, description: Description): Promise<void> {
    return writeFile(join(folder, descriptionFile), JSON.stringify(description), { mode: 0o644 });
  }

  /** Returns undefined if there is none that is valid: the environment is then as good as absent. */
  async readDescription(folder: string): Promise<Description | undefined> {
    const text = await readFile(join(folder, descriptionFile), 'utf8').catch(() => '');
    return descriptionSchema.safeParse(parseJson(text)).data;
  }

  async has(key: string): Promise<boolean> {
    return (await this.readDescription(this.path(key))) !== undefined;
  }

  /** Gives a finished folder its name. The first of several that were made for the same key stays. */
  async adopt(key: string, folder: string): Promise<void> {
    if (!(await this.has(key)))
      await rename(folder, this.path(key)).catch(async () => {
        if (await this.has(key)) return;
        this.#remove(key); // its description is damaged
        await rename(folder, this.path(key));
      });
    await this.#prune(key);
  }

  /** The digest and size of the archive that was made of the environment. */
  async readArchive(key: string): Promise<z.infer<typeof environmentSchema.shape.archive> | undefined> {
    const text = await readFile(this.path(key) + archiveSuffix, 'utf8').catch(() => '');
    return environmentSchema.shape.archive.safeParse(parseJson(text)).data;
  }

  async recordArchive(key: string, archive: { sha256: string; size_bytes: number }): Promise<void> {
    const part = join(this.#stagings, `${key}${archiveSuffix}`);
    await writeFile(part, JSON.stringify(archive), { mode: 0o600 });
    await rename(part, this.path(key) + archiveSuffix);
  }

  /** Keeps the environment on disk, once it is there, until it is released. */
  use(key: string): EnvironmentUse {
    this.#uses.set(key, (this.#uses.get(key) ?? 0) + 1);
    return {
      site: this.site(this.path(key)),
      release: () => {
        const left = (this.#uses.get(key) ?? 1) - 1;
        if (left > 0) this.#uses.set(key, left);
        else this.#uses.delete(key);
      },
    };
  }

  /** Marks it as used now. */
  async touch(key: string): Promise<void> {
    const now = new Date();
    await utimes(this.path(key), now, now);
  }

  async #prune(newest: string): Promise<void> {
    const found: { key: string; size: number; usedMs: number }[] = [];
    for (const key of await readdir(this.#environments)) {
      if (key.endsWith(archiveSuffix)) continue;
      const folder = this.path(key);
      const stats = await stat(folder).catch(() => undefined);
      const size = (await this.readDescription(folder))?.size_bytes ?? 0;
      if (stats) found.push({ key, size, usedMs: key === newest || this.#uses.has(key) ? Infinity : stats.mtimeMs });
    }
    found.sort((a, b) => b.usedMs - a.usedMs);
    let total = 0;
    for (const { key, size } of found) {
      total += size;
      if (total > this.#bytesMax && key !== newest && !this.#uses.has(key)) this.#remove(key);
    }
  }

  #remove(key: string): void {
    for (const path of [this.path(key), this.path(key) + archiveSuffix])
      this.#removals.remove(path, { kind: 'environment', id: key });
  }
}

function isRunning(pid: number): boolean {
  if (!Number.isInteger(pid) || pid <= 0) return false; // a name that is no process ID
  try {
    return process.kill(pid, 0);
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}
