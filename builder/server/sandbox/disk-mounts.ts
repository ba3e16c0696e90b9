// Determines which folders the kernel can limit here, and mounts them: temporary folders in memory, data folders on images. Measuring
// is the fallback: fallocate, and deleted files that are still open, can exceed a limit between two checks.
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import type { DiskLimits } from '../../../src/contract/builder/machine/health.ts';
import { type DiskKeeper, diskKeeper } from '../programs/disk-keeper.ts';
import type { TempLimits } from './process-limits.ts';
import type { Sandbox } from './sandbox.ts';

const triedSchema = z.object({ memory: z.string().nullable(), image: z.string().nullable() });
const nothing = z.null();

export interface MountedFolder {
  path: string;
  /** Null for the builder's own user. */
  uid: number | null;
  limits: TempLimits;
}

export class Mounts {
  /** Reasons why in-memory folders or images can't be mounted. */
  readonly problems: z.infer<typeof triedSchema>;
  readonly #keeper: DiskKeeper;

  constructor(keeper: DiskKeeper, problems: z.infer<typeof triedSchema>) {
    this.#keeper = keeper;
    this.problems = problems;
  }

  /** Everyone may pass through the folder, but only the builder may write to it. */
  async mountMemory(path: string, limits: TempLimits): Promise<void> {
    await this.#keeper.request({ do: 'mount memory', path, ...limits }, nothing);
  }

  /** Mounts the image, and creates it if it's missing. */
  async mountImage(image: string, { path, uid, limits }: MountedFolder): Promise<void> {
    await this.#keeper.request({ do: 'mount image', image, path, uid, ...limits }, nothing);
  }

  /** A process that still uses the folder keeps the mount alive until it exits. Does nothing if nothing is mounted. */
  async unmount(path: string): Promise<void> {
    await this.#keeper.request({ do: 'unmount', path }, nothing);
  }
}

/**
 * Returns undefined for a user who may not mount anything. Unmounts what a killed builder with the same state left mounted, before
 * anyone removes it.
 */
export async function openMounts(python: { executable: string }, stateFolder: string): Promise<Mounts | undefined> {
  if (process.platform !== 'linux' || process.getuid?.() !== 0) return undefined;
  const keeper = diskKeeper(python);
  const folder = join(stateFolder, 'mounts');
  try {
    await keeper.request({ do: 'clear', path: stateFolder }, nothing);
    await mkdir(folder, { recursive: true, mode: 0o700 });
    return new Mounts(keeper, await keeper.request({ do: 'try', path: folder }, triedSchema));
  } catch (error) {
    const problem = error instanceof Error ? error.message : String(error);
    return new Mounts(keeper, { memory: problem, image: problem });
  }
}

/** Returns the mechanisms that limit plugins' folders in this sandbox. */
export function diskLimitsIn(sandbox: Pick<Sandbox, 'kind'>, mounts: Mounts | undefined): DiskLimits {
  if (sandbox.kind === 'none') return { temp: 'none', data: 'none' };
  const isTempMounted = sandbox.kind === 'namespaces' || mounts?.problems.memory === null;
  return { temp: isTempMounted ? 'kernel' : 'sampled', data: mounts?.problems.image === null ? 'kernel' : 'sampled' };
}
