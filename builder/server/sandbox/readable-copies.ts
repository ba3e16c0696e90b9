// Copies and opens what processes of other users read. A copy has its source's mode by default, and a checkout, package or state made
// under umask 077 is closed to other users. So what they read gets its mode by name.
import { chmod, constants, copyFile, cp, lstat, mkdir, readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';

const everyoneMayRead = 0o444;
const everyoneMayPass = 0o555;
const ownerMayRun = 0o100;

/** The modes of files that every user may read, or also run. */
export const fileModes = { readable: 0o644, runnable: 0o755 };

/** Shares the source's blocks where the file system can. */
export async function copyReadable(source: string, target: string, mode = fileModes.readable): Promise<void> {
  await copyFile(source, target, constants.COPYFILE_FICLONE);
  await chmod(target, mode);
}

/** Copies a file, or a folder with everything in it. */
export async function copyReadableTree(source: string, target: string): Promise<void> {
  await cp(source, target, { recursive: true });
  await openTree(target);
}

/** Creates the folder, or adds these permissions to an existing one. Returns false if that lacked some. */
export async function makeOpenFolder(folder: string, mode = 0o755): Promise<boolean> {
  await mkdir(folder, { recursive: true, mode });
  const existing = (await stat(folder)).mode;
  if ((existing & mode) === mode) return true;
  await chmod(folder, (existing & 0o7777) | mode);
  return false;
}

/** Opens a cache's folder. If it was closed, as in a state that was copied under umask 077, so is everything in it. */
export async function openCache(folder: string, mode?: number): Promise<void> {
  if (await makeOpenFolder(folder, mode)) return;
  for (const name of await readdir(folder)) await openTree(join(folder, name));
}

/** Lets every user read the file, or the folder with everything in it. */
async function openTree(path: string): Promise<void> {
  const found = await lstat(path);
  if (found.isSymbolicLink()) return;
  const isProgramOrFolder = (found.mode & ownerMayRun) !== 0;
  await chmod(path, (found.mode & 0o7777) | (isProgramOrFolder ? everyoneMayPass : everyoneMayRead));
  if (found.isDirectory()) for (const name of await readdir(path)) await openTree(join(path, name));
}
