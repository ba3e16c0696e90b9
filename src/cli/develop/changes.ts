// Watches a folder: yields once at the start, then whenever files have changed and no further change follows for a short while.
//
// File-system events are only hints. They miss a folder replaced by another one of the same name, and saves while a watcher moves to a
// new file. File snapshots decide; one is also taken every second without an event.
import { lstatSync, realpathSync, type Stats } from 'node:fs';
import { relative, sep } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { watch } from 'chokidar';
import { IgnoreRules } from '../lint/ignore-rules.ts';
import { walk } from '../lint/walk.ts';

/** Editors write a save in several steps. */
const settleMs = 150;
/** A plugin has at most a thousand files, so this is cheap. */
const lookMs = 1000;

/** Ends by throwing the signal's reason. */
export async function* watchChanges(folder: string, signal: AbortSignal): AsyncGenerator<void> {
  const root = realpathSync(folder);
  const rules = new IgnoreRules(root);
  const ignored = (path: string, stats?: Stats) => {
    if (path === root) return false;
    try {
      return rules.skips(relative(root, path).split(sep).join('/'), stats?.isDirectory() === true) !== undefined;
    } catch {
      // An ignore file that can't be read now. Packing reports it.
      return false;
    }
  };
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

/** Lists the packed files with the attributes that a save changes. Skips files deleted while it runs. */
export function folderSnapshot(root: string): string {
  return walk(root)
    .files.map(({ location, path }) => {
      const stat = lstatSync(location, { bigint: true, throwIfNoEntry: false });
      return stat ? `${path} ${stat.mtimeNs} ${stat.size} ${stat.ino}\n` : '';
    })
    .join('');
}
