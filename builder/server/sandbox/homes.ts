// The folders of one instance on disk, and the user that its worker runs as.
import { chmod, chown, mkdir, mkdtemp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Home, Sandbox } from './sandbox.ts';

/** A range that no account is made in; every instance has one of them to itself. */
const firstUid = 64_000;
const uids = 1000;

export type RemovableHome = Home & { remove(): Promise<void> };

export class Homes {
  readonly #folder: string;
  readonly #taken = new Set<number>();

  constructor(folder: string) {
    this.#folder = folder;
  }

  /** Removes what an earlier builder left behind. */
  async clear(): Promise<void> {
    await rm(this.#folder, { recursive: true, force: true });
    await mkdir(this.#folder, { recursive: true, mode: 0o711 });
  }

  /** As the user `uid`, or as one that no other instance is. */
  async make(id: string, sandbox: Sandbox, uid = this.#takeUid()): Promise<RemovableHome> {
    const folder = await mkdtemp(join(this.#folder, `${id}.`));
    const home = { code: join(folder, 'code'), temp: join(folder, 'temp'), mountPoint: join(folder, 'root'), uid };
    for (const path of [home.code, home.temp, home.mountPoint]) await mkdir(path);
    if (sandbox.kind === 'process' && sandbox.ownUser) {
      // Its group may pass, nobody else: instances can't read each other.
      await chown(folder, -1, uid);
      await chmod(folder, 0o710);
      await chown(home.temp, uid, uid);
    }
    return {
      ...home,
      remove: async () => {
        await rm(folder, { recursive: true, force: true });
        this.#taken.delete(uid);
      },
    };
  }

  #takeUid(): number {
    for (let uid = firstUid; uid < firstUid + uids; uid++) {
      if (this.#taken.has(uid)) continue;
      this.#taken.add(uid);
      return uid;
    }
    throw new Error(`${uids} instances are the limit`);
  }
}
