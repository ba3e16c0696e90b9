// Watches how much a confined process keeps in the folders of the builder's disk that it can write to: its data, and its temporary folder
// where that is not in memory. Nothing but a quota of the file system would stop it at the limit itself; each file has a limit of its own.
import { lstat, readdir } from 'node:fs/promises';
import { join } from 'node:path';

export interface DiskLimit {
  folder: string;
  /** How the plugin's author knows the folder. */
  name: string;
  bytes: number;
  /** Files and folders. */
  files: number;
  /** Whether the limit was exceeded. The process may then write no file at all, until something else removed what is in the folder. */
  isFull: boolean;
}

/** Between two looks. */
const pauseMs = 500;

export class DiskWatch {
  #isOver = false;

  /** Calls `onExceeded` once, with the reason for the log. */
  constructor(limits: DiskLimit[], onExceeded: (reason: string) => void) {
    for (const limit of limits) void this.#watch(limit, onExceeded);
  }

  stop(): void {
    this.#isOver = true;
  }

  async #watch(limit: DiskLimit, onExceeded: (reason: string) => void): Promise<void> {
    while (!this.#isOver) {
      await new Promise<void>((resolve) => void setTimeout(resolve, pauseMs).unref());
      if (this.#isOver || limit.isFull || !(await isExceeded(limit))) continue;
      limit.isFull = true;
      this.stop();
      const { name, bytes, files } = limit;
      onExceeded(`it used more than ${Math.round(bytes / 1024 / 1024)} MiB or ${files} files in ${name}`);
    }
  }
}

/** Returns whether the folder holds more than it may. Looks no further than it has to: a folder may hold any number of files. */
export async function isExceeded(limit: DiskLimit): Promise<boolean> {
  let [bytes, files] = [0, 0];
  const folders = [limit.folder];
  for (let folder = folders.pop(); folder !== undefined; folder = folders.pop()) {
    for (const entry of await readdir(folder, { withFileTypes: true }).catch(() => [])) {
      const path = join(folder, entry.name);
      if (entry.isDirectory()) folders.push(path);
      bytes += await lstat(path).then(
        ({ blocks }) => blocks * 512,
        () => 0, // It was removed meanwhile.
      );
      if (++files > limit.files || bytes > limit.bytes) return true;
    }
  }
  return false;
}
