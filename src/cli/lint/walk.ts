// What lies below a folder: every file but those in folders that belong to tools, in one order on every machine.
// Follows no linked folder, opens nothing.
import { lstatSync, readdirSync, type Stats, statSync } from 'node:fs';
import { join } from 'node:path';
import { reasonOf, type Unchecked } from './unchecked.ts';

/** Never looked at, and never packed. */
export const toolFolders: ReadonlySet<string> = new Set(['.git', 'node_modules', '__pycache__', '.venv']);

export interface FoundFile {
  /** From the folder, with `/` between its parts. */
  path: string;
  /** For the file system. */
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
  const waiting = [''];
  for (let parent = waiting.pop(); parent !== undefined; parent = waiting.pop()) {
    const location = join(folder, parent);
    try {
      for (const entry of readdirSync(location, { withFileTypes: true })) {
        if (toolFolders.has(entry.name)) continue;
        const path = parent === '' ? entry.name : `${parent}/${entry.name}`;
        if (entry.isDirectory()) waiting.push(path);
        else files.push(foundFile(path, join(location, entry.name)));
      }
    } catch (error) {
      unchecked.push({ path: location, why: reasonOf(error) });
    }
  }
  return { files: files.sort((a, b) => (a.path < b.path ? -1 : a.path > b.path ? 1 : 0)), unchecked };
}

function foundFile(path: string, location: string): FoundFile {
  const own = lstatSync(location);
  if (!own.isSymbolicLink()) return { path, location, size: own.size, kind: own.isFile() ? 'file' : 'special' };
  const target = targetOf(location);
  if (!target) return { path, location, size: 0, kind: 'link to nothing' };
  if (target.isFile()) return { path, location, size: target.size, kind: 'link to a file' };
  return { path, location, size: 0, kind: target.isDirectory() ? 'link to a folder' : 'special' };
}

function targetOf(link: string): Stats | undefined {
  try {
    return statSync(link);
  } catch {
    return undefined;
  }
}
