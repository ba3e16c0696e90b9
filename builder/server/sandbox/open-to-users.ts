// Finds out whether the users of instances can read Python. Those that share the machine's folders pass through every folder above it.
import { stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { Python } from '../python/python.ts';

const othersMayRead = 0o004;
const othersMayPass = 0o001;

/** Returns why the users of instances can't run this Python, with what to do. */
export async function closedPythonProblem({ executable, files }: Python): Promise<string | undefined> {
  for (const path of files) {
    const closed = await closedPath(path);
    if (closed !== undefined)
      return `instances run as users of their own, which can't read ${executable}, because ${closed} is closed to them; set PYTHON to one that every user may read, such as /usr/bin/python3`;
  }
  return undefined;
}

/** Returns the path, or the first folder above it, that is closed to others. */
async function closedPath(path: string): Promise<string | undefined> {
  const above = foldersAbove(path);
  for (const folder of above) if (!((await stat(folder)).mode & othersMayPass)) return folder;
  return (await stat(path)).mode & othersMayRead ? undefined : path;
}

/** Returns the folders above a path, from the root on. */
function foldersAbove(path: string): string[] {
  const folder = dirname(path);
  return folder === path ? [] : [...foldersAbove(folder), folder];
}
