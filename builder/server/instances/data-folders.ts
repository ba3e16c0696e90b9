// Manages the folders in which plugins store data, by name. They outlive instances and the builder. The builder never reads their
// contents.
import { chown, mkdir } from 'node:fs/promises';
import type { Removals } from '../removal/removals.ts';
import { OwnedFolders } from '../sandbox/owned-folders.ts';

export interface DataFolder {
  path: string;
  /** The user that owns the folder, where processes run as users of their own. */
  uid: number;
}

export class DataFolders {
  readonly #folders: OwnedFolders;
  readonly #ownUser: boolean;

  constructor(folder: string, ownUser: boolean, removals: Removals) {
    this.#folders = new OwnedFolders(folder, 'data folders', removals);
    this.#ownUser = ownUser;
  }

  async open(): Promise<void> {
    await this.#folders.open();
  }

  /** Returns the folder, creating it if it doesn't exist. */
  async use(name: string): Promise<DataFolder> {
    const path = this.#folders.path(name);
    const uid = this.#folders.uidOf(name);
    await mkdir(path, { recursive: true, mode: 0o700 });
    if (this.#ownUser) await chown(path, uid, uid);
    return { path, uid };
  }

  /** Removes the folder. Idempotent. */
  remove(name: string): void {
    if (!this.#folders.remove(name)) throw new Error(`The data folder ${name} can't be moved away`);
  }
}
