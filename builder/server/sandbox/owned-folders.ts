// Manages folders that outlive the builder, each owned by its own user: plugins' data and compile caches.
import { readdir, stat } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { explain, runProgram } from '../programs/run-program.ts';
import type { Owner, Removals } from '../removal/removals.ts';
import { passable } from './open-folder.ts';
import { makeOpenFolder } from './readable-copies.ts';
import { freeUserId, isUserIdOf, type UserIdRange } from './user-ids.ts';

/** Separates a folder's name from the suffix of a scratch path. Folder names don't contain it. */
const scratchMark = '.';

const isRoot = process.getuid?.() === 0;
const giveMs = 10 * 60_000;

export class OwnedFolders {
  readonly #parent: string;
  readonly #range: UserIdRange;
  readonly #uids = new Map<string, number>();
  readonly #removals: Removals;
  #scratchPaths = 0;

  constructor(parent: string, range: UserIdRange, removals: Removals) {
    this.#parent = parent;
    this.#range = range;
    this.#removals = removals;
  }

  /** Reads each folder's owner, and removes remnants of interrupted creations and removals. */
  async open(): Promise<void> {
    // Users may pass through to their own folder, but can't list the parent folder.
    await makeOpenFolder(this.#parent, passable);
    const strange: string[] = [];
    for (const name of await readdir(this.#parent)) {
      if (name.includes(scratchMark)) {
        this.removeScratch(this.path(name));
        continue;
      }
      const { uid } = await stat(this.path(name));
      if (isRoot && !isUserIdOf(this.#range, uid)) strange.push(name);
      else this.#uids.set(name, uid);
    }
    for (const name of strange) await giveTo(this.uidOf(name), this.path(name));
  }

  path(name: string): string {
    return join(this.#parent, name);
  }

  /** Returns a new path on the same disk, for creating a folder. */
  scratchPath(name: string): string {
    return `${this.path(name)}${scratchMark}${process.pid}.${this.#scratchPaths++}`;
  }

  /** Returns the user who owns the folder, or reserves one if the folder doesn't exist yet. */
  uidOf(name: string): number {
    const uid = this.#uids.get(name) ?? freeUserId(this.#range, new Set(this.#uids.values()));
    this.#uids.set(name, uid);
    return uid;
  }

  /** Removes the folder if it exists, and releases its user. Returns false if the folder is still there. */
  remove(name: string): boolean {
    const isFree = this.#removals.remove(this.path(name), this.#owner(name));
    if (isFree) this.#uids.delete(name);
    return isFree;
  }

  /** Removes an unfinished folder. */
  removeScratch(path: string): void {
    this.#removals.remove(path, this.#owner(basename(path).split(scratchMark)[0]));
  }

  /** Lists the existing folders, without scratch paths. */
  async list(): Promise<string[]> {
    return (await readdir(this.#parent)).filter((name) => !name.includes(scratchMark));
  }

  #owner(id: string | undefined): Owner {
    return { kind: this.#range === 'data folders' ? 'data folder' : 'compile cache', id };
  }
}

/**
 * Gives a folder of an unexpected user, and all that is in it, to this user. A state that was copied without its owners belongs to root,
 * as which no plugin may run.
 */
async function giveTo(uid: number, folder: string): Promise<void> {
  const args = ['--recursive', '--no-dereference', `${uid}:${uid}`, '--', folder];
  const command = {
    file: 'chown',
    args,
    env: { PATH: '/usr/sbin:/usr/bin:/sbin:/bin' },
    endSignal: 'SIGKILL' as const,
  };
  const ran = await runProgram(command, { timeoutMs: giveMs, outputBytesMax: 64 * 1024 });
  if (ran.ended !== 'exit' || !ran.succeeded)
    throw new Error(`${folder} could not be given to user ${uid}: ${explain(ran)}`);
}
