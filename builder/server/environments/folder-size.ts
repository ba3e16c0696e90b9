// Measures folders, and ends a program that writes more than an environment may hold.
import { lstat, readdir } from 'node:fs/promises';
import { join } from 'node:path';

export interface FolderSize {
  bytes: number;
  files: number;
}

const watchEveryMs = 250;

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

/** Calls `onExceeded` once if the folder grows beyond the limits. Call the returned function to stop. */
export function watchFolder(folder: string, max: FolderSize, onExceeded: () => void): () => void {
  let timer: NodeJS.Timeout | undefined;
  let stopped = false;
  const look = async () => {
    const { bytes, files } = await measureFolder(folder);
    if (stopped) return;
    if (bytes > max.bytes || files > max.files) onExceeded();
    else timer = setTimeout(look, watchEveryMs);
  };
  timer = setTimeout(look, watchEveryMs);
  return () => {
    stopped = true;
    clearTimeout(timer);
  };
}
