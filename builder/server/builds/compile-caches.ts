// What the compiler keeps from one build of a plugin to the next: a cache for each scope, begun as a copy of the trusted one. A build
// writes to its own alone, so that none can leave anything behind for another plugin.
import { chown, constants, copyFile, mkdir, readdir, rename, rm, stat, utimes } from 'node:fs/promises';
import { join } from 'node:path';

/** The ones that were used last; each has some 100 MB. */
const cachesMax = 16;

/** A range that no account is made in: each scope belongs to one of them, where builds run as users of their own. */
const firstUid = 63_000;
const uids = 1000;
const unfinished = '.part';

export class CompileCaches {
  readonly #folder: string;
  readonly #ownUser: boolean;
  readonly #uids = new Map<string, number>();
  #copies = 0;

  constructor(folder: string, ownUser: boolean) {
    this.#folder = folder;
    this.#ownUser = ownUser;
  }

  async open(): Promise<void> {
    await mkdir(this.#folder, { recursive: true, mode: 0o711 });
    for (const name of await readdir(this.#folder)) {
      const path = join(this.#folder, name);
      if (name.endsWith(unfinished)) await rm(path, { recursive: true, force: true });
      else this.#uids.set(name, (await stat(path)).uid);
    }
  }

  /** Whose the cache of the scope is, or will be. */
  uidOf(scope: string): number {
    const uid = this.#uids.get(scope) ?? this.#freeUid();
    this.#uids.set(scope, uid);
    return uid;
  }

  path(scope: string): string {
    return join(this.#folder, scope);
  }

  /** Also counts as a use. */
  async has(scope: string): Promise<boolean> {
    const now = new Date();
    return utimes(this.path(scope), now, now).then(
      () => true,
      () => false,
    );
  }

  async create(scope: string, sharedCache: string): Promise<void> {
    const path = this.path(scope);
    const part = `${path}.${this.#copies++}${unfinished}`;
    try {
      await this.#copy(sharedCache, part, this.uidOf(scope));
      await rename(part, path);
    } catch (error) {
      await rm(part, { recursive: true, force: true });
      // Another build of the same scope was first.
      if (!(await this.has(scope))) throw error;
    }
    await this.#forgetOld(scope);
  }

  /** A copy of what has the time of now, so that Go doesn't take it for unused and delete it. */
  async #copy(from: string, to: string, uid: number): Promise<void> {
    await mkdir(to);
    const entries = await readdir(from, { withFileTypes: true });
    await Promise.all(
      entries.map(async (entry) => {
        const [source, target] = [join(from, entry.name), join(to, entry.name)];
        if (entry.isDirectory()) return await this.#copy(source, target, uid);
        await copyFile(source, target, constants.COPYFILE_FICLONE);
        if (this.#ownUser) await chown(target, uid, uid);
      }),
    );
    if (this.#ownUser) await chown(to, uid, uid);
  }

  #freeUid(): number {
    const taken = new Set(this.#uids.values());
    for (let uid = firstUid; uid < firstUid + uids; uid++) if (!taken.has(uid)) return uid;
    throw new Error(`${uids} compile caches are the limit`);
  }

  async #forgetOld(newest: string): Promise<void> {
    const caches: { name: string; usedMs: number }[] = [];
    for (const name of await readdir(this.#folder)) {
      if (name.endsWith(unfinished) || name === newest) continue;
      caches.push({ name, usedMs: (await stat(this.path(name))).mtimeMs });
    }
    caches.sort((a, b) => b.usedMs - a.usedMs);
    for (const { name } of caches.slice(cachesMax - 1)) {
      await rm(this.path(name), { recursive: true, force: true });
      this.#uids.delete(name);
    }
  }
}
