// Manages the folders in which plugins store data, by name. They outlive instances and the builder, and the builder never reads their
// contents. If the machine can mount images, a new folder is an image, mounted while an instance uses it, so that the kernel limits its
// size.
import { chown, mkdir, readdir, rm, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { DiskLimitKind } from '../../../src/contract/builder/machine/health.ts';
import type { Removals } from '../removal/removals.ts';
import type { Mounts } from '../sandbox/disk-mounts.ts';
import { OwnedFolders } from '../sandbox/owned-folders.ts';
import type { TempLimits } from '../sandbox/process-limits.ts';

export interface DataFolder {
  path: string;
  /** The folder's owner, if processes run as their own users. */
  uid: number;
  /** The mechanism that limits the folder's size. If a folder got its data before images could be mounted, its size is measured. */
  by: DiskLimitKind;
}

export class DataFolders {
  readonly #folders: OwnedFolders;
  readonly #ownUser: boolean;
  readonly #mounts: Mounts | undefined;
  readonly #imageFolder: string;
  /** Number of instances that use each folder. */
  readonly #uses = new Map<string, number>();
  /** The last operation on each folder. Its mounts and removals must not overlap. */
  readonly #turns = new Map<string, Promise<unknown>>();

  constructor(folder: string, ownUser: boolean, removals: Removals, mounts?: Mounts) {
    this.#folders = new OwnedFolders(folder, 'data folders', removals);
    this.#ownUser = ownUser;
    this.#mounts = mounts?.problems.image === null ? mounts : undefined;
    this.#imageFolder = join(dirname(folder), 'data-images');
  }

  async open(): Promise<void> {
    await this.#folders.open();
    if (this.#mounts) await mkdir(this.#imageFolder, { recursive: true, mode: 0o700 });
  }

  /** Returns the folder, and creates it if it doesn't exist. It stays in use until `release` is called. */
  use(name: string, limits: TempLimits): Promise<DataFolder> {
    return this.#inTurn(name, async () => {
      const path = this.#folders.path(name);
      const uid = this.#folders.uidOf(name);
      const uses = this.#uses.get(name) ?? 0;
      if (uses === 0) await this.#prepare(path, uid);
      const isImage = await this.#isImage(name);
      if (isImage && uses === 0) await this.#mount(name, { path, uid, limits });
      this.#uses.set(name, uses + 1);
      return { path, uid, by: isImage ? 'kernel' : 'sampled' };
    });
  }

  /** Records that an instance no longer uses the folder. */
  release(name: string): Promise<void> {
    return this.#inTurn(name, async () => {
      const uses = this.#uses.get(name);
      if (uses === undefined) return; // already removed
      if (uses > 1) this.#uses.set(name, uses - 1);
      else await this.#unmount(name);
    });
  }

  /** Removes the folder. Safe to call more than once. */
  remove(name: string): Promise<void> {
    return this.#inTurn(name, async () => {
      await this.#unmount(name);
      await rm(this.#image(name), { force: true });
      if (!this.#folders.remove(name)) throw new Error(`The data folder ${name} can't be moved`);
    });
  }

  async #prepare(path: string, uid: number): Promise<void> {
    await mkdir(path, { recursive: true, mode: 0o700 });
    if (this.#ownUser) await chown(path, uid, uid);
  }

  /**
   * Returns whether the folder is an image. Converts it to one if it has no data yet. Throws if its data is in an image that can't be
   * mounted here.
   */
  async #isImage(name: string): Promise<boolean> {
    const image = await stat(this.#image(name)).catch(() => undefined);
    if (image && !this.#mounts)
      throw new Error(
        'its data is in an image, which this builder cannot mount. Start the builder as root, with loop devices',
      );
    return (
      image !== undefined || (this.#mounts !== undefined && (await readdir(this.#folders.path(name))).length === 0)
    );
  }

  async #mount(name: string, { path, uid, limits }: { path: string; uid: number; limits: TempLimits }): Promise<void> {
    await this.#mounts?.mountImage(this.#image(name), { path, uid: this.#ownUser ? uid : null, limits });
  }

  async #unmount(name: string): Promise<void> {
    this.#uses.delete(name);
    await this.#mounts?.unmount(this.#folders.path(name));
  }

  #image(name: string): string {
    return join(this.#imageFolder, name);
  }

  #inTurn<T>(name: string, work: () => Promise<T>): Promise<T> {
    const turn = (this.#turns.get(name) ?? Promise.resolve()).then(work, work);
    const settled = turn.then(
      () => {},
      () => {},
    );
    this.#turns.set(name, settled);
    void settled.then(() => {
      if (this.#turns.get(name) === settled) this.#turns.delete(name);
    });
    return turn;
  }
}
