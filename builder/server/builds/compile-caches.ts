// What the compiler keeps from one build of a plugin to the next: a cache for each scope, begun as a copy of the trusted one. A build
// writes to its own alone, so that none can leave anything behind for another plugin.

import { constants } from 'node:fs';
import { chown, cp, mkdir, readdir, rename, rm, stat, utimes } from 'node:fs/promises';
import { join } from 'node:path';

/** The ones that were used last; each has some 100 MB. */
const cachesMax = 16;

/** A range that no account is made in. */
const firstUid = 63_000;
const uids = 1000;

export interface CompileCache {
  path: string;
  /** Whose it is, where builds run as users of their own. */
  uid: number;
}

export class CompileCaches {
  readonly #folder: string;
  readonly #ownUser: boolean;
  #copies = 0;

  constructor(folder: string, ownUser: boolean) {
    this.#folder = folder;
    this.#ownUser = ownUser;
  }

  async open(): Promise<void> {
    await mkdir(this.#folder, { recursive: true, mode: 0o711 });
    for (const name of await readdir(this.#folder)) {
      if (name.endsWith('.part')) await rm(join(this.#folder, name), { recursive: true, force: true });
    }
  }

  async of(scope: string, sharedCache: string): Promise<CompileCache> {
    const path = join(this.#folder, scope);
    const now = new Date();
    const known = await utimes(path, now, now).then(
      () => true,
      () => false,
    );
    if (!known) {
      await this.#begin(path, sharedCache);
      await this.#forgetOld(scope);
    }
    return { path, uid: (await stat(path)).uid };
  }

  async #begin(path: string, sharedCache: string): Promise<void> {
    const part = `${path}.${process.pid}.${this.#copies++}.part`;
    try {
      await cp(sharedCache, part, { recursive: true, mode: constants.COPYFILE_FICLONE });
      if (this.#ownUser) await giveTo(part, await this.#freeUid());
      await rename(part, path);
    } catch (error) {
      await rm(part, { recursive: true, force: true });
      // Another build of the same scope was first.
      if (!(await stat(path).catch(() => undefined))) throw error;
    }
  }

  async #freeUid(): Promise<number> {
    const taken = new Set<number>();
    for (const name of await readdir(this.#folder)) taken.add((await stat(join(this.#folder, name))).uid);
    for (let uid = firstUid; uid < firstUid + uids; uid++) if (!taken.has(uid)) return uid;
    throw new Error(`${uids} compile caches are the limit`);
  }

  async #forgetOld(newest: string): Promise<void> {
    const caches: { path: string; usedMs: number }[] = [];
    for (const name of await readdir(this.#folder)) {
      if (name.endsWith('.part') || name === newest) continue;
      const path = join(this.#folder, name);
      caches.push({ path, usedMs: (await stat(path)).mtimeMs });
    }
    caches.sort((a, b) => b.usedMs - a.usedMs);
    for (const { path } of caches.slice(cachesMax - 1)) await rm(path, { recursive: true, force: true });
  }
}

async function giveTo(folder: string, uid: number): Promise<void> {
  await chown(folder, uid, uid);
  for (const name of await readdir(folder, { recursive: true })) await chown(join(folder, name), uid, uid);
}
