// Watches a folder: yields once at the start, then whenever files have changed and no further change follows for a short while.
//
// File-system events are only hints. They miss a folder replaced by another one of the same name, and saves while a watcher moves to a
// new file. File snapshots decide; one is also taken every second without an event.
import { lstatSync, readdirSync, realpathSync } from 'node:fs';
import { join, sep } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { watch } from 'chokidar';
import { entryName, isJunk } from '../../archive/rules/paths.ts';
import { toolFolders } from '../lint/walk.ts';

/** Editors write a save in several steps. */
const settleMs = 150;
/** A plugin has at most a thousand files, so this is cheap. */
const lookMs = 1000;

/** Ends by throwing the signal's reason. */
export async function* watchChanges(folder: string, signal: AbortSignal): AsyncGenerator<void> {
  const root = realpathSync(folder);
  const ignored = (path: string) => path !== root && isIgnored(path.slice(root.length + 1));
  const watcher = watch(root, { ignored, ignoreInitial: true, followSymlinks: false, ignorePermissionErrors: true });
  let wake = () => {};
  const wakeUp = () => wake();
  watcher.on('all', wakeUp).on('error', wakeUp);
  signal.addEventListener('abort', wakeUp);
  try {
    // Take the snapshot before the caller reads the files, so a later save differs from it.
    let seen = folderSnapshot(root);
    yield;
    for (;;) {
      const timer = setTimeout(wakeUp, lookMs);
      await new Promise<void>((resolve) => {
        wake = resolve;
        if (signal.aborted) resolve();
      });
      clearTimeout(timer);
      signal.throwIfAborted();
      if (folderSnapshot(root) === seen) continue;
      seen = await settledSnapshot(root, signal);
      yield;
    }
  } finally {
    signal.removeEventListener('abort', wakeUp);
    await watcher.close();
  }
}

async function settledSnapshot(root: string, signal: AbortSignal): Promise<string> {
  for (let last = folderSnapshot(root); ; ) {
    await pause(settleMs, undefined, { signal });
    const current = folderSnapshot(root);
    if (current === last) return current;
    last = current;
  }
}

/** Lists the files with the attributes that a save changes. Skips files deleted while it runs. */
export function folderSnapshot(root: string, below = ''): string {
  return entriesOf(join(root, below))
    .map((entry) => {
      const path = join(below, entry.name);
      if (isIgnored(path)) return '';
      if (entry.isDirectory()) return folderSnapshot(root, path);
      const stat = lstatSync(join(root, path), { bigint: true, throwIfNoEntry: false });
      return stat ? `${path} ${stat.mtimeNs} ${stat.size} ${stat.ino}\n` : '';
    })
    .join('');
}

function entriesOf(folder: string) {
  try {
    return readdirSync(folder, { withFileTypes: true });
  } catch {
    return [];
  }
}

function isIgnored(path: string): boolean {
  const names = path.split(sep);
  return names.some((name) => toolFolders.has(name)) || isJunk(entryName(names.join('/')));
}
