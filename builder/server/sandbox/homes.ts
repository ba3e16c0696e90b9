// Creates the temporary folders for an instance or a build, and assigns a user and a control group to its process.
import { chownSync, mkdirSync } from 'node:fs';
import { chmod, chown, mkdir, mkdtemp, readdir } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { hostFolder } from '../programs/host-scripts.ts';
import type { Owner, Removals } from '../removal/removals.ts';
import type { Cgroup, Cgroups } from './cgroups.ts';
import type { Mounts } from './disk-mounts.ts';
import { passable } from './open-folder.ts';
import { closedTree } from './open-to-users.ts';
import { type ProcessLimits, processors } from './process-limits.ts';
import { copyReadableTree, makeOpenFolder } from './readable-copies.ts';
import { type Home, hasOwnRoot, type Sandbox } from './sandbox.ts';
import { freeUserId } from './user-ids.ts';

export type RemovableHome = Home & {
  /** Replaces the temporary folder with an empty one. Synchronous, because a process is about to start. */
  emptyTemp(): void;
  /** Never rejects. */
  remove(): Promise<void>;
};

/** The process's root and the temporary folder. */
const foldersInMount = 2;

export class Homes {
  /** Undefined if control groups can't be used. */
  readonly cgroups: Cgroups | undefined;
  /** Undefined for a user who may not mount anything. */
  readonly mounts: Mounts | undefined;
  readonly folder: string;
  readonly #removals: Removals;
  readonly #takenUids = new Set<number>();
  /** Copies of files that are closed to the homes' users, by the original's path. */
  readonly #copies = new Map<string, Promise<string>>();

  constructor(folder: string, cgroups: Cgroups | undefined, removals: Removals, mounts?: Mounts) {
    this.folder = folder;
    this.#removals = removals;
    this.cgroups = cgroups;
    this.mounts = mounts;
  }

  /** Removes what an earlier builder left. */
  async clear(): Promise<void> {
    await makeOpenFolder(this.folder, passable);
    for (const name of await readdir(this.folder))
      this.#removals.remove(join(this.folder, name), { kind: 'leftover', id: name.split('.')[0] });
  }

  /** Returns the path at which the homes' users can read the file or folder: its own, or a copy's if any of it is closed to them. */
  readable(path: string, sandbox: Sandbox): Promise<string> {
    if (!sandbox.ownUser) return Promise.resolve(path);
    const earlier = this.#copies.get(path);
    if (earlier !== undefined) return earlier;
    const copied = copyIfClosed(path, join(this.folder, `${basename(path)}.copy`));
    this.#copies.set(path, copied);
    // A full disk, for example. The next home tries again.
    copied.catch(() => this.#copies.delete(path));
    return copied;
  }

  /** Creates a home for the user, by default one that no other home has. */
  async make(owner: Owner, sandbox: Sandbox, limits: ProcessLimits, user?: number): Promise<RemovableHome> {
    const host = await this.readable(hostFolder, sandbox);
    const uid = user ?? this.#takeUid();
    const folder = await mkdtemp(join(this.folder, `${owner.id ?? owner.kind}.`));
    const isTempMounted = this.#mountsTemp(sandbox);
    const temp = isTempMounted ? join(folder, 'memory', 'temp') : join(folder, 'temp');
    const home = { code: join(folder, 'code'), temp, host, mountPoint: join(folder, 'root'), uid, isTempMounted };
    let cgroup: Cgroup | undefined;
    const remove = async () => {
      await cgroup?.remove();
      // Anything still mounted goes to the quarantine, and is unmounted when a builder starts.
      if (isTempMounted) await this.mounts?.unmount(dirname(temp)).catch(() => {});
      // The user can't be reused while another instance might still reach the files.
      if (this.#removals.remove(folder, owner)) this.#takenUids.delete(uid);
    };
    try {
      for (const path of [home.code, home.mountPoint]) await mkdir(path);
      if (isTempMounted) await this.#mountTemp(dirname(temp), limits);
      makeTemp(home, sandbox);
      if (sandbox.ownUser) {
        // Only the home's own group may pass through, so that instances can't read each other's files.
        await chown(folder, -1, uid);
        await chmod(folder, 0o710);
      }
      if (sandbox.cgroup !== 'none') cgroup = await this.#group(limits);
    } catch (error) {
      await remove();
      throw error;
    }
    const emptyTemp = () => {
      if (!this.#removals.remove(home.temp, owner)) throw new Error(`${home.temp} could not be emptied`);
      makeTemp(home, sandbox);
    };
    return { ...home, cgroup, emptyTemp, remove };
  }

  #mountsTemp(sandbox: Sandbox): boolean {
    return this.mounts?.problems.memory === null && !hasOwnRoot(sandbox) && sandbox.kind !== 'none';
  }

  /** The temporary folder is inside the mount, because a mount point couldn't be renamed to remove a process's files. */
  async #mountTemp(path: string, { temp: { bytes, files } }: ProcessLimits): Promise<void> {
    await mkdir(path);
    await this.mounts?.mountMemory(path, { bytes, files: files + foldersInMount });
  }

  #group({ memoryBytes, processes, isBackground }: ProcessLimits): Promise<Cgroup> | undefined {
    return this.cgroups?.group({ memoryBytes, processes, isBackground, cpus: processors });
  }

  #takeUid(): number {
    const uid = freeUserId('instances', this.#takenUids);
    this.#takenUids.add(uid);
    return uid;
  }
}

async function copyIfClosed(path: string, copy: string): Promise<string> {
  if ((await closedTree(path)) === undefined) return path;
  await copyReadableTree(path, copy);
  return copy;
}

function makeTemp({ temp, uid }: Pick<Home, 'temp' | 'uid'>, sandbox: Sandbox): void {
  mkdirSync(temp);
  if (sandbox.ownUser && !hasOwnRoot(sandbox)) chownSync(temp, uid, uid);
}
