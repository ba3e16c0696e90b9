// Opens the folders in which the builder keeps files for instances. If root's folder lies inside one that is closed to the instances'
// users, it moves to /var/lib/slipway and leaves a link.
import { createHash } from 'node:crypto';
import { chmod, mkdir, readdir, readlink, realpath, rename, rmdir, symlink } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { closedFolder } from './open-to-users.ts';

/** Everyone may pass through, but only the owner may list. */
export const passable = 0o711;

/** Where folders go whose own place is closed. */
export const openPlace = '/var/lib/slipway';

/** Creates the folder, if necessary, and returns its real path. A folder that can't be moved stays in its closed place. */
export async function openFolder(folder: string): Promise<string> {
  // A link can outlive its target, for example when a container is replaced.
  const target = await readlink(folder).catch(() => '');
  await mkdir(resolve(target === '' ? folder : dirname(folder), target), { recursive: true, mode: passable });
  const path = await realpath(folder);
  if (process.getuid?.() !== 0) return path;
  if ((await closedFolder(dirname(path))) !== undefined) return move(path);
  await chmod(path, passable);
  return path;
}

/** The new path depends only on the old one, so that the next start completes an interrupted move. */
async function move(folder: string): Promise<string> {
  const moved = join(openPlace, createHash('sha256').update(folder).digest('hex').slice(0, 16));
  try {
    await mkdir(openPlace, { recursive: true, mode: 0o755 });
    await mkdir(moved, { recursive: true, mode: passable });
    const isEmpty = (await readdir(folder)).length === 0;
    await (isEmpty ? rmdir(folder) : rename(folder, moved));
    await symlink(moved, folder);
    await chmod(moved, passable);
    return moved;
  } catch {
    return folder;
  }
}
