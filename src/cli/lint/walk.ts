// Lists the files below a folder, in the same order on every machine. Skips tool folders, doesn't follow links to folders, and opens no
// files.
import { lstatSync, readdirSync, type Stats, statSync } from 'node:fs';
import { join } from 'node:path';
import { describeIoError, type Unchecked } from './unchecked.ts';

/** Folders that are neither linted nor packed. */
export const toolFolders: ReadonlySet<string> = new Set(['.git', 'node_modules', '__pycache__', '.venv']);

export interface FoundFile {
  /** Relative to the folder, separated by `/`. */
  path: string;
  /** The path for file system calls. */
  location: string;
  size: number;
  kind: 'file' | 'link to a file' | 'link to a folder' | 'link to nothing' | 'special';
}

export interface Walk {
  files: FoundFile[];
  unchecked: Unchecked[];
}

export function walk(folder: string): Walk {
  const files: FoundFile[] = [];
  const unchecked: Unchecked[] = [];
  const pending = [''];
  for (let parent = pending.pop(); parent !== undefined; parent = pending.pop()) {
    const location = join(folder, parent);
    try {
      for (const entry of readdirSync(location, { withFileTypes: true })) {
        if (toolFolders.has(entry.name)) continue;
        const path = parent === '' ? entry.name : `${parent}/${entry.name}`;
        if (entry.isDirectory()) pending.push(path);
        else files.push(foundFile(path, join(location, entry.name)));
      }
    } catch (error) {
      unchecked.push({ path: location, why: describeIoError(error) });
    }
  }
  return { files: files.sort((a, b) => (a.path < b.path ? -1 : a.path > b.path ? 1 : 0)), unchecked };
}

function foundFile(path: string, location: string): FoundFile {
  const own = lstatSync(location);
  if (!own.isSymbolicLink()) return { path, location, size: own.size, kind: own.isFile() ? 'file' : 'special' };
  const target = readTarget(location);
  if (!target) return { path, location, size: 0, kind: 'link to nothing' };
  if (target.isFile()) return { path, location, size: target.size, kind: 'link to a file' };
  return { path, location, size: 0, kind: target.isDirectory() ? 'link to a folder' : 'special' };
}

function readTarget(link: string): Stats | undefined {
  try {
    return statSync(link);
  } catch {
    return undefined;
  }
}
