// Creates the temporary folders of an instance or a build, and assigns the user and the control group that its process runs in.
import { chmod, chown, mkdir, mkdtemp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Cgroup, Cgroups } from './cgroups.ts';
import { type ProcessLimits, processors } from './process-limits.ts';
import { type Home, hasOwnRoot, type Sandbox } from './sandbox.ts';
import { freeUserId } from './user-ids.ts';

export type RemovableHome = Home & { remove(): Promise<void> };

export class Homes {
  /** Undefined where control groups can't be used. */
  readonly cgroups: Cgroups | undefined;
  readonly #folder: string;
  readonly #takenUids = new Set<number>();

  constructor(folder: string, cgroups: Cgroups | undefined) {
    this.#folder = folder;
    this.cgroups = cgroups;
  }

  /** Removes what an earlier builder left behind. */
  async clear(): Promise<void> {
    await rm(this.#folder, { recursive: true, force: true });
    await mkdir(this.#folder, { recursive: true, mode: 0o711 });
  }

  /** Creates a home for the user `uid`. By default that is a user that no other home has. */
  async make(id: string, sandbox: Sandbox, limits: ProcessLimits, uid = this.#takeUid()): Promise<RemovableHome> {
    const folder = await mkdtemp(join(this.#folder, `${id}.`));
    const home = { code: join(folder, 'code'), temp: join(folder, 'temp'), mountPoint: join(folder, 'root'), uid };
    for (const path of [home.code, home.temp, home.mountPoint]) await mkdir(path);
    if (sandbox.ownUser) {
      // Only its own group may pass through, so that instances can't read each other's files.
      await chown(folder, -1, uid);
      await chmod(folder, 0o710);
      if (!hasOwnRoot(sandbox)) await chown(home.temp, uid, uid);
    }
    const cgroup = sandbox.cgroup === 'none' ? undefined : await this.#group(limits);
    return {
      ...home,
      cgroup,
      remove: async () => {
        await cgroup?.remove();
        await rm(folder, { recursive: true, force: true });
        this.#takenUids.delete(uid);
      },
    };
  }

  #group({ memoryBytes, processes }: ProcessLimits): Promise<Cgroup> | undefined {
    return this.cgroups?.group({ memoryBytes, processes, cpus: processors });
  }

  #takeUid(): number {
    const uid = freeUserId('instances', this.#takenUids);
    this.#takenUids.add(uid);
    return uid;
  }
}
