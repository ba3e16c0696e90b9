// Manages the folders in which plugins store data, by name. They outlive instances and the builder. The builder never reads their
// contents.
import { chown, mkdir, rename, rm } from 'node:fs/promises';
import { OwnedFolders } from '../sandbox/owned-folders.ts';

export interface DataFolder {
  path: string;
  /** The user that owns the folder, where processes run as users of their own. */
  uid: number;
}

export class DataFolders {
  readonly #folders: OwnedFolders;
  readonly #ownUser: boolean;

  constructor(folder: string, ownUser: boolean) {
    this.#folders = new OwnedFolders(folder, 'data folders');
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
  async remove(name: string): Promise<void> {
    // Renamed first: removing the contents may take long, and the name must be free immediately.
    const scratch = this.#folders.scratchPath(name);
    const existed = await rename(this.#folders.path(name), scratch).then(
      () => true,
      () => false,
    );
    this.#folders.forget(name);
    if (existed) await rm(scratch, { recursive: true, force: true });
  }
}
