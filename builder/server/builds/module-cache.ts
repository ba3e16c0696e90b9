// Limits the size of the module cache that builds and analyses share. Each go.mod and go.sum pair has a list of its downloaded modules.
// Above the size limit, it removes the least recently used lists, and the modules that only they named. A removed module leaves its
// `.info` and `.mod` (a few hundred bytes), because another module's graph may need them.
import { randomUUID } from 'node:crypto';
import { mkdir, readdir, readFile, rename, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { basename, join, resolve, sep } from 'node:path';
import { z } from 'zod';
import { parseJson } from '../../../src/core/json/parse.ts';
import { UseCount } from '../core/use-count.ts';
import { measureFolder } from '../environments/folder-size.ts';
import type { Removals } from '../removal/removals.ts';

/** Absolute paths of a module's folder and zip. */
export interface DownloadedModule {
  folder: string;
  zip: string;
}

export interface Download {
  modules: DownloadedModule[];
  succeeded: boolean;
}

const listSchema = z.object({
  succeeded: z.boolean(),
  modules: z.array(z.object({ folder: z.string(), zip: z.string(), bytes: z.number() })),
});
type List = z.infer<typeof listSchema>;

export class ModuleCache {
  readonly folder: string;
  readonly #bytesMax: number;
  readonly #removals: Removals;
  readonly #uses = new UseCount();
  #downloads = 0;
  #pruning: Promise<void> | undefined;

  constructor(folder: string, bytesMax: number, removals: Removals) {
    this.folder = folder;
    this.#bytesMax = bytesMax;
    this.#removals = removals;
  }

  get #lists(): string {
    return join(this.folder, 'slipway');
  }

  /**
   * Prunes the cache to its size limit. If a list can't be read, clears the whole cache, because that list's modules wouldn't be
   * counted. Call this before anything uses the cache.
   */
  async open(): Promise<void> {
    const names = await readdir(this.#lists).catch(() => []);
    const lists = await Promise.all(names.map((name) => this.#read(name)));
    if (names.length > 0 && lists.includes(undefined)) this.#removals.remove(this.folder, { kind: 'module' });
    await this.#prune();
  }

  /** Keeps this key's modules until they are released. Calls `download` if they may be missing. */
  async use(key: string, download: () => Promise<Download>): Promise<() => Promise<void>> {
    while (this.#pruning) await this.#pruning;
    const endUse = this.#uses.add([key]);
    const release = () => {
      endUse();
      return this.#prune();
    };
    try {
      await this.#provide(key, download);
      return release;
    } catch (error) {
      await release();
      throw error;
    }
  }

  async #provide(key: string, download: () => Promise<Download>): Promise<void> {
    const now = new Date();
    if ((await this.#read(key))?.succeeded === true) return utimes(join(this.#lists, key), now, now);
    this.#downloads++;
    try {
      const { modules, succeeded } = await download();
      const inside = modules.filter(({ folder, zip }) => this.#contains(folder) && this.#contains(zip));
      const measured = await Promise.all(inside.map(async (module) => ({ ...module, bytes: await bytesOf(module) })));
      await this.#write(key, { succeeded, modules: measured });
    } finally {
      this.#downloads--;
    }
  }

  #contains(path: string): boolean {
    return resolve(path).startsWith(`${resolve(this.folder)}${sep}`);
  }

  async #read(key: string): Promise<List | undefined> {
    const text = await readFile(join(this.#lists, key), 'utf8').catch(() => '{}');
    return listSchema.safeParse(parseJson(text)).data;
  }

  async #write(key: string, list: List): Promise<void> {
    await mkdir(this.#lists, { recursive: true });
    const scratch = join(this.folder, `slipway-${randomUUID()}`);
    await writeFile(scratch, JSON.stringify(list));
    await rename(scratch, join(this.#lists, key));
  }

  /** Does nothing during a download, which may rely on modules that no list names yet. The build prunes when it ends. */
  async #prune(): Promise<void> {
    if (this.#downloads > 0 || this.#pruning) return this.#pruning;
    this.#pruning = this.#removeUnused().finally(() => {
      this.#pruning = undefined;
    });
    return this.#pruning;
  }

  async #removeUnused(): Promise<void> {
    const names = await readdir(this.#lists).catch(() => []);
    const lists: { key: string; usedMs: number; modules: List['modules'] }[] = [];
    for (const key of names) {
      const { mtimeMs: usedMs } = await stat(join(this.#lists, key));
      lists.push({ key, usedMs, modules: (await this.#read(key))?.modules ?? [] });
    }
    lists.sort((a, b) => Number(this.#uses.has(b.key)) - Number(this.#uses.has(a.key)) || b.usedMs - a.usedMs);
    const kept = new Set<string>();
    let total = 0;
    for (const { key, modules } of lists) {
      const added = modules.filter(({ folder }) => !kept.has(folder));
      const bytes = added.reduce((sum, module) => sum + module.bytes, 0);
      if (this.#uses.has(key) || total + bytes <= this.#bytesMax) {
        total += bytes;
        for (const { folder } of added) kept.add(folder);
      } else await rm(join(this.#lists, key));
    }
    const unused = lists.flatMap(({ modules }) => modules).filter(({ folder }) => !kept.has(folder));
    for (const module of new Map(unused.map((one) => [one.folder, one])).values()) await this.#remove(module);
  }

  /** Renames the module's folder first, so that Go never sees a partial module. */
  async #remove({ folder, zip }: DownloadedModule): Promise<void> {
    this.#removals.remove(folder, { kind: 'module', id: basename(folder) });
    for (const file of [zip, `${zip}hash`]) await rm(file, { force: true });
  }
}

async function bytesOf({ folder, zip }: DownloadedModule): Promise<number> {
  const { size } = await stat(zip).catch(() => ({ size: 0 }));
  return size + (await measureFolder(folder)).bytes;
}
