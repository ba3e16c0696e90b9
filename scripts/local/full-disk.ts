// Finds out whether the disk of a state folder is full. SQLite then says only "disk I/O error" or "database or disk is full".

import { statfs } from 'node:fs/promises';
import { formatBytes } from '../../src/core/quantities.ts';

/** Below this, the database can't grow its write-ahead log. */
export const neededBytes = 16 * 2 ** 20;

export async function fullDiskProblem(folder: string): Promise<string | undefined> {
  const { bavail, blocks, bsize } = await statfs(folder);
  return blocks === 0 ? undefined : fullDiskText(folder, bavail * bsize);
}

export function fullDiskText(folder: string, freeBytes: number): string | undefined {
  if (freeBytes >= neededBytes) return undefined;
  return `the disk of the state folder ${folder} is full (${formatBytes(freeBytes)} free). Free space on it, for example by deleting old backups.`;
}

/** Returns a function that prints the problem when the disk becomes full. Call it regularly. */
export function diskWatch(
  folder: string,
  onLine: (line: string) => void,
  problem: (folder: string) => Promise<string | undefined> = fullDiskProblem,
): () => Promise<void> {
  let wasFull = false;
  return async () => {
    const full = await problem(folder).catch(() => undefined);
    if (full !== undefined && !wasFull) onLine(full);
    wasFull = full !== undefined;
  };
}
