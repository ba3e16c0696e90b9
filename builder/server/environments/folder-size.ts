// Measures folders, and ends a program that writes more than an environment may hold.
import { lstat, readdir, statfs } from 'node:fs/promises';
import { join } from 'node:path';

export interface FolderSize {
  bytes: number;
  files: number;
}

const watchEveryMs = 250;
/** Least time between two walks, in times of the last one's duration. */
const walkShare = 10;

/** Counts a file with several names once. Files may come and go meanwhile. */
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
 * Calls `onExceeded` once if the folder grows beyond the limits. Call the returned function to stop. A walk through many files takes
 * the processor from calls, so the next one begins when ten times as long has passed, or when the disk lost half of what is left.
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
  /** Room on the disk when the walk began. */
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

/** Returns nothing free if the folder is gone. */
async function freeOnDisk(folder: string): Promise<FolderSize> {
  const found = await statfs(folder).catch(() => undefined);
  return found ? { bytes: found.bfree * found.bsize, files: found.ffree } : { bytes: 0, files: 0 };
}
