// Measures folders, and stops a program that writes more than an environment may contain.
import { lstat, readdir, statfs } from 'node:fs/promises';
import { join } from 'node:path';

export interface FolderSize {
  bytes: number;
  files: number;
}

const watchEveryMs = 250;
/** Minimum time between two walks, as a multiple of the last walk's duration. */
const walkShare = 10;

/** Counts a file with several names only once. Files may appear and disappear during the walk. */
export async function measureFolder(folder: string): Promise<FolderSize> {
  const counted = new Set<number>();
  const size = { bytes: 0, files: 0 };
  const open = [folder];
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    for (const entry of await readdir(next, { withFileTypes: true }).catch(() => [])) {
      const path = join(next, entry.name);
      if (entry.isDirectory()) {
        open.push(path);
        continue;
      }
      const stats = await lstat(path).catch(() => undefined);
      if (!stats || (stats.nlink > 1 && counted.has(stats.ino))) continue;
      if (stats.nlink > 1) counted.add(stats.ino);
      size.bytes += stats.size;
      size.files++;
    }
  }
  return size;
}

/**
 * Calls `onExceeded` once if the folder grows beyond the limits. Call the returned function to stop watching. Walking many files takes
 * CPU time from calls, so the next walk waits ten times as long as the last one took, or until the disk's free space has halved.
 */
export function watchFolder(folder: string, max: FolderSize, onExceeded: () => void): () => void {
  let timer: NodeJS.Timeout | undefined;
  let stopped = false;
  let last: Walk | undefined;
  const look = async () => {
    const free = await freeOnDisk(folder);
    if (!last || isWalkDue(last, free, max)) last = await walk(folder, free);
    if (stopped) return;
    if (last.size.bytes > max.bytes || last.size.files > max.files) onExceeded();
    else timer = setTimeout(look, watchEveryMs);
  };
  timer = setTimeout(look, watchEveryMs);
  return () => {
    stopped = true;
    clearTimeout(timer);
  };
}

interface Walk {
  size: FolderSize;
  /** Free space on the disk when the walk started. */
  free: FolderSize;
  tookMs: number;
  endedAt: number;
}

async function walk(folder: string, free: FolderSize): Promise<Walk> {
  const start = performance.now();
  const size = await measureFolder(folder);
  const endedAt = performance.now();
  return { size, free, tookMs: endedAt - start, endedAt };
}

function isWalkDue({ size, free, tookMs, endedAt }: Walk, now: FolderSize, max: FolderSize): boolean {
  const mayHaveGrown =
    free.bytes - now.bytes > (max.bytes - size.bytes) / 2 || free.files - now.files > (max.files - size.files) / 2;
  return mayHaveGrown || performance.now() - endedAt >= walkShare * tookMs;
}

/** Returns zero free space if the folder no longer exists. */
async function freeOnDisk(folder: string): Promise<FolderSize> {
  const found = await statfs(folder).catch(() => undefined);
  return found ? { bytes: found.bfree * found.bsize, files: found.ffree } : { bytes: 0, files: 0 };
}
