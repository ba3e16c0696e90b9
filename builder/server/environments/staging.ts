// Gives out empty folders for what is unfinished, on the disk of the finished, and removes what earlier builders left in theirs.
import { chmod, mkdir, mkdtemp, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Owner, Removals } from '../removal/removals.ts';

export class Staging {
  readonly #folder: string;
  readonly #removals: Removals;

  constructor(folder: string, removals: Removals) {
    this.#folder = folder;
    this.#removals = removals;
  }

  /** Processes that run at the same time, such as two of `slipway test`, share a cache, but not what is unfinished. */
  get #own(): string {
    return join(this.#folder, String(process.pid));
  }

  async open(): Promise<void> {
    await mkdir(this.#folder, { recursive: true, mode: 0o711 });
    for (const name of await readdir(this.#folder))
      if (name === String(process.pid) || !isRunning(Number(name)))
        this.#removals.remove(join(this.#folder, name), { kind: 'environment' });
    await mkdir(this.#own, { recursive: true, mode: 0o711 });
  }

  /** Runs the work with an empty folder, and removes it. */
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
  if (!Number.isInteger(pid) || pid <= 0) return false; // a name that is no process ID
  try {
    return process.kill(pid, 0);
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}
