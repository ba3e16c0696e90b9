// Finds files and folders that are closed to the users that instances run as. A checkout below /root or in a private home folder is.
import { readdir, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { MachineProblem } from '../core/machine-problem.ts';
import type { Python } from '../programs/python.ts';

const othersMayRead = 0o004;
const othersMayPass = 0o001;

/** Returns why the instances' users can't run this Python. */
export async function closedPythonProblem({
  executable,
  files,
}: Pick<Python, 'executable' | 'files'>): Promise<MachineProblem | undefined> {
  for (const path of files) {
    const closed = await closedPath(path);
    if (closed !== undefined)
      return {
        problem: `instances run as their own users, which can't read ${executable}, because ${closed} is closed to them`,
        fix: 'Set PYTHON to one that every user may read, such as /usr/bin/python3',
      };
  }
  return undefined;
}

/** Returns why the instances' users can't enter the folder. */
export async function closedFolderProblem(folder: string): Promise<MachineProblem | undefined> {
  const closed = await closedFolder(folder);
  if (closed === undefined) return undefined;
  return {
    problem: `instances run as their own users, which can't enter ${folder}, because ${closed} is closed to them`,
    fix: `Run \`chmod o+x ${closed}\`, or set SLIPWAY_STATE to a folder that every user may enter, such as /srv/slipway-state`,
  };
}

/** Returns the first closed path as `closedPath` does or, if the path is an open folder, the first one in it. */
export async function closedTree(path: string): Promise<string | undefined> {
  const closed = await closedPath(path);
  if (closed !== undefined || !(await stat(path)).isDirectory()) return closed;
  for (const name of await readdir(path, { recursive: true })) {
    const inside = await closedItself(join(path, name));
    if (inside !== undefined) return inside;
  }
  return undefined;
}

/** Returns the first folder above the path that is closed to others, or the path itself if they can't read it. */
export async function closedPath(path: string): Promise<string | undefined> {
  return (await closedFolder(dirname(path))) ?? closedItself(path);
}

/** Returns the path itself if it's closed to others, or else the nearest folder above it, up to `root`, that is. */
export async function nearestClosed(path: string, root = '/'): Promise<string | undefined> {
  const itself = await closedItself(path);
  if (itself !== undefined) return itself;
  for (let folder = path; folder !== root && folder !== '/'; ) {
    folder = dirname(folder);
    if (!((await stat(folder)).mode & othersMayPass)) return folder;
  }
  return undefined;
}

async function closedItself(path: string): Promise<string | undefined> {
  const found = await stat(path);
  const needed = found.isDirectory() ? othersMayRead | othersMayPass : othersMayRead;
  return (found.mode & needed) === needed ? undefined : path;
}

/** Returns the first folder on the path, including itself, that others may not pass through. */
export async function closedFolder(folder: string): Promise<string | undefined> {
  const parent = dirname(folder);
  const above = parent === folder ? undefined : await closedFolder(parent);
  if (above !== undefined) return above;
  return (await stat(folder)).mode & othersMayPass ? undefined : folder;
}
