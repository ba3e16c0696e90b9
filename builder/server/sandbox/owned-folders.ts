// Manages folders that outlive the builder, each owned by a user of its own: plugins' data and compile caches.
import { mkdir, readdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { freeUserId, type UserIdRange } from './user-ids.ts';

/** Separates a folder's name from the suffix of a scratch path. Names of folders don't contain it. */
const scratchMark = '.';

export class OwnedFolders {
  readonly #parent: string;
  readonly #range: UserIdRange;
  readonly #uids = new Map<string, number>();
  #scratchPaths = 0;

  constructor(parent: string, range: UserIdRange) {
    this.#parent = parent;
    this.#range = range;
  }

  /** Reads who owns each folder, and removes what an interrupted creation or removal left behind. */
  async open(): Promise<void> {
    // Users may pass through to their own folder, but can't list the parent.
    await mkdir(this.#parent, { recursive: true, mode: 0o711 });
    for (const name of await readdir(this.#parent)) {
      const path = join(this.#parent, name);
      if (name.includes(scratchMark)) await rm(path, { recursive: true, force: true });
      else this.#uids.set(name, (await stat(path)).uid);
    }
  }

  path(name: string): string {
    return join(this.#parent, name);
  }

  /** Returns a new path on the same disk, for a folder that is being created or removed. */
  scratchPath(name: string): string {
    return `${this.path(name)}${scratchMark}${process.pid}.${this.#scratchPaths++}`;
  }

  /** Returns the user that owns the folder, or reserves one if the folder doesn't exist yet. */
  uidOf(name: string): number {
    const uid = this.#uids.get(name) ?? freeUserId(this.#range, new Set(this.#uids.values()));
    this.#uids.set(name, uid);
    return uid;
  }

  /** Releases the user of a folder that was removed. */
  forget(name: string): void {
    this.#uids.delete(name);
  }

  /** Lists the folders that exist, without scratch paths. */
  async list(): Promise<string[]> {
    return (await readdir(this.#parent)).filter((name) => !name.includes(scratchMark));
  }
}
