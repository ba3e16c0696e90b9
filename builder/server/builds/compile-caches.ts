// Manages the plugins' compile caches, one per scope. A cache starts as a copy of the trusted one. A build writes only to its own
// cache, so it can't leave anything behind for another plugin.
import { chown, mkdir, readdir, rename, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { touch } from '../core/touch.ts';
import type { Removals } from '../removal/removals.ts';
import { OwnedFolders } from '../sandbox/owned-folders.ts';
import { copyReadable } from '../sandbox/readable-copies.ts';

/** Above this number, the least recently used caches are removed. A cache is about 100 MB. */
const cachesMax = 16;

/** Prefix for the builder's own files in the trusted cache's folder. */
export const notCompiled = 'slipway-';

export class CompileCaches {
  readonly #folders: OwnedFolders;
  readonly #ownUser: boolean;

  constructor(folder: string, ownUser: boolean, removals: Removals) {
    this.#folders = new OwnedFolders(folder, 'compile caches', removals);
    this.#ownUser = ownUser;
  }

  async open(): Promise<void> {
    await this.#folders.open();
  }

  /** Returns the user who owns, or will own, the scope's cache. */
  uidOf(scope: string): number {
    return this.#folders.uidOf(scope);
  }

  path(scope: string): string {
    return this.#folders.path(scope);
  }

  /** Returns whether the scope has a cache, and marks it as used. */
  has(scope: string): Promise<boolean> {
    return touch(this.path(scope));
  }

  /** Creates the scope's cache from the trusted one. */
  async create(scope: string, sharedCache: string): Promise<void> {
    const scratch = this.#folders.scratchPath(scope);
    try {
      await this.#copy(sharedCache, scratch, this.uidOf(scope));
      await rename(scratch, this.path(scope));
    } catch (error) {
      this.#folders.removeScratch(scratch);
      // Another build of the same scope may have created it in the meantime.
      if (!(await this.has(scope))) throw error;
    }
    await this.#evict(scope);
  }

  /** Gives the copies new modification times, because Go deletes entries that look unused. */
  async #copy(from: string, to: string, uid: number): Promise<void> {
    await mkdir(to);
    // The trusted cache also has entries that aren't the compiler's (openAnalyses).
    const entries = (await readdir(from, { withFileTypes: true })).filter(({ name }) => !name.startsWith(notCompiled));
    await Promise.all(
      entries.map(async (entry) => {
        const [source, target] = [join(from, entry.name), join(to, entry.name)];
        if (entry.isDirectory()) return await this.#copy(source, target, uid);
        await copyReadable(source, target);
        if (this.#ownUser) await chown(target, uid, uid);
      }),
    );
    if (this.#ownUser) await chown(to, uid, uid);
  }

  async #evict(newest: string): Promise<void> {
    const caches: { scope: string; usedMs: number }[] = [];
    for (const scope of await this.#folders.list()) {
      const found = scope === newest ? undefined : await stat(this.path(scope)).catch(() => undefined);
      if (found) caches.push({ scope, usedMs: found.mtimeMs });
    }
    caches.sort((a, b) => b.usedMs - a.usedMs);
    for (const { scope } of caches.slice(cachesMax - 1)) this.#folders.remove(scope);
  }
}
