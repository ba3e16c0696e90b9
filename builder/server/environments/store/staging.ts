// Provides empty folders for unfinished work, on the same disk as finished work, and removes the ones that earlier builders left.
import { chmod, mkdtemp, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Owner, Removals } from '../../removal/removals.ts';
import { passable } from '../../sandbox/open-folder.ts';
import { makeOpenFolder } from '../../sandbox/readable-copies.ts';

export class Staging {
  readonly #folder: string;
  readonly #removals: Removals;

  constructor(folder: string, removals: Removals) {
    this.#folder = folder;
    this.#removals = removals;
  }

  /** Concurrent processes, such as two `slipway test` runs, share a cache but not unfinished work. */
  get #own(): string {
    return join(this.#folder, String(process.pid));
  }

  async open(): Promise<void> {
    await makeOpenFolder(this.#folder, passable);
    for (const name of await readdir(this.#folder))
      if (name === String(process.pid) || !isRunning(Number(name)))
        this.#removals.remove(join(this.#folder, name), { kind: 'environment' });
    await makeOpenFolder(this.#own, passable);
  }

  /** Runs the work with an empty folder, then removes that folder. */
  async with<Result>(owner: Omit<Owner, 'kind'>, work: (staging: string) => Promise<Result>): Promise<Result> {
    const staging = await mkdtemp(join(this.#own, 'new-'));
    await chmod(staging, 0o711); // the compiler may run as another user
    try {
      return await work(staging);
    } finally {
      this.#removals.remove(staging, { ...owner, kind: 'environment' });
    }
  }
}

function isRunning(pid: number): boolean {
  if (!Number.isInteger(pid) || pid <= 0) return false; // not a process ID
  try {
    return process.kill(pid, 0);
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}
