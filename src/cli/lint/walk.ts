// Lists the files below a folder, in the same order on every machine. Skips tools' folders, what macOS adds and what ignore files name, and
// doesn't follow links to folders. Of the files, it opens only ignore files.
import { lstatSync, readdirSync, type Stats, statSync } from 'node:fs';
import { join } from 'node:path';
import { isJunk } from '../../archive/rules/paths.ts';
import { IgnoreRules } from './ignore-rules.ts';
import type { LeftOut } from './left-out.ts';
import { describeIoError, type Unchecked } from './unchecked.ts';

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
  leftOut: LeftOut;
  /** The paths to pack whatever the ignore files say, sorted. */
  included: readonly string[];
  unchecked: Unchecked[];
}

/** Ignore files don't apply to the paths in `include`, and to those in the folder's own list. */
export function walk(folder: string, include: readonly string[] = []): Walk {
  const rules = new IgnoreRules(folder, include);
  const files: FoundFile[] = [];
  const ignored: string[] = [];
  const unchecked: Unchecked[] = [];
  const pending = [''];
  for (let parent = pending.pop(); parent !== undefined; parent = pending.pop()) {
    const location = join(folder, parent);
    try {
      for (const entry of readdirSync(location, { withFileTypes: true })) {
        const path = parent === '' ? entry.name : `${parent}/${entry.name}`;
        if (isJunk({ path, folder: entry.isDirectory() })) continue;
        const skipped = rules.skips(path, entry.isDirectory());
        if (skipped === 'ignored') ignored.push(entry.isDirectory() ? `${path}/` : path);
        else if (skipped === undefined && entry.isDirectory()) pending.push(path);
        else if (skipped === undefined) files.push(...foundFile(path, join(location, entry.name)));
      }
    } catch (error) {
      unchecked.push({ path: location, why: describeIoError(error) });
    }
  }
  return {
    files: files.sort((a, b) => (a.path < b.path ? -1 : a.path > b.path ? 1 : 0)),
    leftOut: { by: rules.fileName, paths: ignored.sort() },
    included: rules.included,
    unchecked,
  };
}

/** Returns nothing for a file that was deleted meanwhile. */
function foundFile(path: string, location: string): FoundFile[] {
  const own = lstatSync(location, { throwIfNoEntry: false });
  if (!own) return [];
  if (!own.isSymbolicLink()) return [{ path, location, size: own.size, kind: own.isFile() ? 'file' : 'special' }];
  const target = readTarget(location);
  if (!target) return [{ path, location, size: 0, kind: 'link to nothing' }];
  if (target.isFile()) return [{ path, location, size: target.size, kind: 'link to a file' }];
  return [{ path, location, size: 0, kind: target.isDirectory() ? 'link to a folder' : 'special' }];
}

function readTarget(link: string): Stats | undefined {
  try {
    return statSync(link);
  } catch {
    return undefined;
  }
}
