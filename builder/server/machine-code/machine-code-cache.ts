// Stores on disk the machine code that functions of Python plugins compile at their first call (numba), for each version once. No process can
// write here: the builder copies what the processes of a verified version have compiled. A cache: without it, each process compiles again.
import { utimesSync } from 'node:fs';
import { mkdir, readdir, rename, stat } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { z } from 'zod';
import type { Python } from '../python/python.ts';
import type { Removals } from '../removal/removals.ts';
import { diskKeeper } from '../sandbox/disk-keeper.ts';
import type { Limits } from '../settings.ts';

/** Where a process has put what it compiled. */
export interface CompiledFolder {
  path: string;
  /** The user that the process runs as, where that is not the builder's. */
  uid: number | null;
}

/** Null: it has more than a version may have. */
const copiedSchema = z.object({ files: z.int() }).nullable();
const partEnd = '.part';

export class MachineCodeCache {
  readonly #folder: string;
  readonly #python: Python;
  readonly #removals: Removals;
  readonly #limits: Limits;
  #copies = 0;

  constructor(folder: string, { python, removals }: { python: Python; removals: Removals }, limits: Limits) {
    this.#folder = folder;
    this.#python = python;
    this.#removals = removals;
    this.#limits = limits;
  }

  /** Removes what earlier builders left unfinished. Users that instances run as may pass through to what they are given. */
  async open(): Promise<void> {
    await mkdir(this.#folder, { recursive: true, mode: 0o711 });
    for (const name of await readdir(this.#folder)) if (name.includes('.')) this.#remove(join(this.#folder, name));
  }

  /** Returns the folder that is kept, and marks it as used now. */
  find(key: string): string | undefined {
    const path = join(this.#folder, key);
    const now = new Date();
    try {
      utimesSync(path, now, now);
      return path;
    } catch {
      return undefined;
    }
  }

  /** Copies what processes have compiled, unless something is kept already. Returns false if it is too much. Keeps nothing unless all `stillRun`. */
  async keep(key: string, folders: readonly CompiledFolder[], stillRun: () => boolean): Promise<boolean> {
    if (this.find(key) !== undefined) return true;
    const target = join(this.#folder, `${key}.${this.#copies++}${partEnd}`);
    const { machineCodeBytes: bytes, machineCodeFiles: files } = this.#limits;
    const request = { do: 'keep machine code', target, folders, bytes, files };
    try {
      const copied = await diskKeeper(this.#python).request(request, copiedSchema);
      if (copied === null) return false;
      // The first of several that were copied at the same time stays.
      if (copied.files > 0 && stillRun()) await rename(target, join(this.#folder, key)).catch(() => {});
    } finally {
      this.#remove(target);
    }
    await this.#prune(key);
    return true;
  }

  async #prune(newest: string): Promise<void> {
    const kept: { path: string; usedMs: number }[] = [];
    for (const name of await readdir(this.#folder)) {
      const path = join(this.#folder, name);
      const stats = await stat(path).catch(() => undefined);
      if (stats && !name.includes('.')) kept.push({ path, usedMs: name === newest ? Infinity : stats.mtimeMs });
    }
    kept.sort((a, b) => b.usedMs - a.usedMs);
    for (const { path } of kept.slice(this.#limits.machineCodeVersions)) this.#remove(path);
  }

  #remove(path: string): void {
    this.#removals.remove(path, { kind: 'machine code', id: basename(path) });
  }
}
