// Manages folders that outlive the builder, each owned by its own user: plugins' data and compile caches.
import { readdir, stat } from 'node:fs/promises';
import { basename, join } from 'node:path';
import type { Owner, Removals } from '../removal/removals.ts';
import { passable } from './open-folder.ts';
import { makeOpenFolder } from './readable-copies.ts';
import { freeUserId, type UserIdRange } from './user-ids.ts';

/** Separates a folder's name from the suffix of a scratch path. Folder names don't contain it. */
const scratchMark = '.';

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
    for (const name of await readdir(this.#parent)) {
      if (name.includes(scratchMark)) this.removeScratch(this.path(name));
      else this.#uids.set(name, (await stat(this.path(name))).uid);
    }
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
