// Stores the machine code that Python plugins' functions compile on their first call (numba), once per version. No plugin process can
// write here: the builder copies the code that a verified version's processes compiled. It's a cache: without it, each process compiles
// again.
import { utimesSync } from 'node:fs';
import { mkdir, readdir, rename, stat } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { z } from 'zod';
import type { Python } from '../python/python.ts';
import type { Removals } from '../removal/removals.ts';
import { diskKeeper } from '../sandbox/disk-keeper.ts';
import type { Limits } from '../settings.ts';

/** The folder with a process's compiled code. */
export interface CompiledFolder {
  path: string;
  /** The user that the process runs as, if it isn't the builder's. */
  uid: number | null;
}

/** Null if the code exceeds a version's limit. */
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

  /** Removes unfinished work left by earlier builders. The users that instances run as may pass through to the code they are given. */
  async open(): Promise<void> {
    await mkdir(this.#folder, { recursive: true, mode: 0o711 });
    for (const name of await readdir(this.#folder)) if (name.includes('.')) this.#remove(join(this.#folder, name));
  }

  /** Returns the folder with the kept code, and marks it as just used. */
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

  /**
   * Copies the processes' compiled code, unless some is kept already. Returns false if there is too much. Keeps nothing unless all
   * `stillRun`.
   */
  async keep(key: string, folders: readonly CompiledFolder[], stillRun: () => boolean): Promise<boolean> {
    if (this.find(key) !== undefined) return true;
    const target = join(this.#folder, `${key}.${this.#copies++}${partEnd}`);
    const { machineCodeBytes: bytes, machineCodeFiles: files } = this.#limits;
    const request = { do: 'keep machine code', target, folders, bytes, files };
    try {
      const copied = await diskKeeper(this.#python).request(request, copiedSchema);
      if (copied === null) return false;
      // If several copies finish at the same time, the first one wins.
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
