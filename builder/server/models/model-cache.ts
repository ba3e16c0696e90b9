// Stores models on disk by SHA-256, once for all instances that read them. It's a cache: above its size limit, it removes the least
// recently used models that no instance uses, and the Worker sends them again when needed.
import { chmod, readdir, rename, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { ModelRef } from '../../../src/contract/plugin/models.ts';
import type { Blobs } from '../blobs/blobs.ts';
import { touch } from '../core/touch.ts';
import { UseCount } from '../core/use-count.ts';
import type { Removals } from '../removal/removals.ts';
import { passable } from '../sandbox/open-folder.ts';
import { openCache } from '../sandbox/readable-copies.ts';

/** One instance's models: each model's path, by name. */
export interface ModelsInUse {
  paths: ReadonlyMap<string, string>;
  release(): void;
}

export class ModelCache {
  readonly #folder: string;
  readonly #blobs: Blobs;
  readonly #removals: Removals;
  readonly #bytesMax: number;
  readonly #uses = new UseCount();

  constructor(folder: string, { blobs, removals }: { blobs: Blobs; removals: Removals }, bytesMax: number) {
    this.#folder = folder;
    this.#removals = removals;
    this.#blobs = blobs;
    this.#bytesMax = bytesMax;
  }

  /** The users that instances run as may pass through this folder to their models, but can't list it. */
  async open(): Promise<void> {
    await openCache(this.#folder, passable);
  }

  path(sha256: string): string {
    return join(this.#folder, sha256);
  }

  /** Returns whether the model is in the cache or has arrived as a blob. */
  async has(sha256: string): Promise<boolean> {
    return (await touch(this.path(sha256))) || this.#blobs.has(sha256);
  }

  /** Keeps the models on disk until they are released. Moves models that arrived as blobs into the cache. */
  async use(models: readonly ModelRef[]): Promise<ModelsInUse> {
    const digests = models.map(({ sha256 }) => sha256);
    const release = this.#uses.add(digests);
    try {
      for (const sha256 of digests) await this.#adopt(sha256);
    } catch (error) {
      release();
      throw error;
    }
    await this.#prune();
    return { paths: new Map(models.map(({ name, sha256 }) => [name, this.path(sha256)])), release };
  }

  /**
   * Moves a received blob into the cache. If several starts do so at the same time, one moves it and the others find it in the cache.
   */
  async #adopt(sha256: string): Promise<void> {
    if (await touch(this.path(sha256))) return;
    const blob = this.#blobs.path(sha256);
    try {
      await chmod(blob, 0o444);
      await rename(blob, this.path(sha256));
    } catch (error) {
      if (!(await touch(this.path(sha256)))) throw error;
    }
  }

  async #prune(): Promise<void> {
    const found: { sha256: string; size: number; usedMs: number }[] = [];
    for (const sha256 of await readdir(this.#folder)) {
      const stats = await stat(this.path(sha256)).catch(() => undefined);
      if (stats) found.push({ sha256, size: stats.size, usedMs: this.#uses.has(sha256) ? Infinity : stats.mtimeMs });
    }
    found.sort((a, b) => b.usedMs - a.usedMs);
    let total = 0;
    for (const { sha256, size } of found) {
      total += size;
      if (total > this.#bytesMax && !this.#uses.has(sha256))
        this.#removals.remove(this.path(sha256), { kind: 'model', id: sha256 });
    }
  }
}
