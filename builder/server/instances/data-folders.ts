// The folders that plugins keep their files in, by name: they outlive instances and the builder, and nothing in here reads them.
import { chown, mkdir, readdir, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';

/** A range that no account is made in: each folder belongs to one of them, and so does every process that has it. */
const firstUid = 62_000;
const uids = 1000;
const leaving = '.leaving';

export interface DataFolder {
  path: string;
  /** Whose it is, where processes run as users of their own. */
  uid: number;
}

export class DataFolders {
  readonly #folder: string;
  readonly #ownUser: boolean;
  readonly #uids = new Map<string, number>();
  #removals = 0;

  constructor(folder: string, ownUser: boolean) {
    this.#folder = folder;
    this.#ownUser = ownUser;
  }

  async open(): Promise<void> {
    // Passable, so that each may reach its own; readable for nobody.
    await mkdir(this.#folder, { recursive: true, mode: 0o711 });
    for (const name of await readdir(this.#folder)) {
      const path = join(this.#folder, name);
      if (name.includes(leaving)) await rm(path, { recursive: true, force: true });
      else this.#uids.set(name, (await stat(path)).uid);
    }
  }

  /** Made when it isn't there. */
  async use(name: string): Promise<DataFolder> {
    const path = join(this.#folder, name);
    const uid = this.#uids.get(name) ?? this.#freeUid();
    this.#uids.set(name, uid);
    await mkdir(path, { recursive: true, mode: 0o700 });
    if (this.#ownUser) await chown(path, uid, uid);
    return { path, uid };
  }

  async remove(name: string): Promise<void> {
    const path = join(this.#folder, name);
    const gone = `${path}${leaving}${process.pid}.${this.#removals++}`;
    // At once under its name, whatever time the rest takes.
    const moved = await rename(path, gone).then(
      () => true,
      () => false,
    );
    this.#uids.delete(name);
    if (moved) await rm(gone, { recursive: true, force: true });
  }

  #freeUid(): number {
    const taken = new Set(this.#uids.values());
    for (let uid = firstUid; uid < firstUid + uids; uid++) if (!taken.has(uid)) return uid;
    throw new Error(`${uids} data folders are the limit`);
  }
}
