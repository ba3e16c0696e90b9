// Finds out whether a disk that Slipway writes to is full. SQLite then says only "disk I/O error" or "database or disk is full", and
// bundlers print a stack.
import { existsSync, type StatsFs } from 'node:fs';
import { statfs } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { resolve } from 'node:path';
import { formatBytes } from '../../src/core/quantities.ts';

/** Below this, the database can't grow its write-ahead log. The console and the Worker need less to be built. */
export const neededBytes = 16 * 2 ** 20;
const neededFiles = 100;

/** Folders of the checkout that a start writes to, if they exist. */
const builtFolders = ['node_modules', 'node_modules/.cache', 'dist', 'public', '.'];

type Disk = Pick<StatsFs, 'bavail' | 'blocks' | 'bsize' | 'ffree' | 'files'>;

export async function fullDiskProblem(folder: string): Promise<string | undefined> {
  return fullDiskText(folder, await statfs(folder));
}

export function fullDiskText(folder: string, disk: Disk): string | undefined {
  const left = lowSpace(disk);
  return left === undefined
    ? undefined
    : `the disk of the state folder ${folder} is full (${left} free). Free space on it, for example by deleting old backups.`;
}

/** Returns which folder's disk has no room to build the console and the Worker. */
export async function fullCheckoutProblem(): Promise<string | undefined> {
  for (const folder of builtFolders.filter((path) => existsSync(path))) {
    const left = lowSpace(await statfs(folder));
    if (left !== undefined)
      return `the disk of ${resolve(folder)} is full (${left} free), and Slipway builds the console and the Worker there. Free space on it.`;
  }
  return undefined;
}

/** Returns the full disk that probably made a start fail. */
async function fullDiskCause(state: string): Promise<string | undefined> {
  const problem = (await fullDiskProblem(state)) ?? (await fullCheckoutProblem());
  const left = lowSpace(await statfs(tmpdir()));
  if (problem !== undefined || left === undefined) return problem;
  return `the disk of the temporary folder ${tmpdir()} is full (${left} free). Free space on it, or set TMPDIR to another folder.`;
}

/** Returns the full disk or, without one, the error's own message. */
export async function failureText(state: string, error: unknown): Promise<string> {
  const full = await fullDiskCause(state).catch(() => undefined);
  return full ?? (error instanceof Error ? error.message : String(error));
}

/** Returns how little the disk has left, or undefined if that is enough or the disk doesn't count it. */
function lowSpace({ bavail, blocks, bsize, ffree, files }: Disk): string | undefined {
  if (blocks > 0 && bavail * bsize < neededBytes) return formatBytes(bavail * bsize);
  return files > 0 && ffree < neededFiles ? `${ffree} inodes` : undefined;
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
