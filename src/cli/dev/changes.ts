// Watches a folder: yields once at the start, then whenever files changed and no further change has followed for a moment. The watcher
// is chokidar, since Node's recursive `fs.watch` stops reporting a file after an editor has replaced it by another one.
import { realpathSync } from 'node:fs';
import { relative, sep } from 'node:path';
import { watch } from 'chokidar';
import { entryName, isJunk } from '../../archive/paths.ts';
import { toolFolders } from '../lint/walk.ts';

/**
 * With events of the file system, a folder that is replaced by another one of the same name goes unnoticed. A plugin has at most a
 * thousand files, so asking for their times is cheap, and it works on mounted folders as well.
 */
const pollMs = 300;

/** Editors save in several steps. */
const settleMs = 150;

/** Ends by throwing the signal's reason. */
export async function* watchChanges(folder: string, signal: AbortSignal): AsyncGenerator<void> {
  const root = realpathSync(folder);
  const ignored = (path: string) => isIgnored(relative(root, path));
  const options = { ignored, ignoreInitial: true, followSymlinks: false, usePolling: true, interval: pollMs };
  const watcher = watch(root, options);
  const changes = new ChangeFlag();
  const stop = () => changes.fail(signal.reason);
  signal.addEventListener('abort', stop);
  watcher.on('all', () => changes.set()).on('error', (error) => changes.fail(error));
  try {
    signal.throwIfAborted();
    await new Promise<void>((resolve) => watcher.once('ready', () => resolve()));
    yield;
    for (;;) {
      await changes.wait();
      await new Promise((resolve) => setTimeout(resolve, settleMs));
      // Changes during this pause belong to the same change.
      changes.clear();
      yield;
    }
  } finally {
    signal.removeEventListener('abort', stop);
    await watcher.close();
  }
}

/** Remembers a change until it is cleared. A failure is final. */
class ChangeFlag {
  #isSet = false;
  #failure: { cause: unknown } | undefined;
  #wake = () => {};

  async wait(): Promise<void> {
    if (!this.#isSet && !this.#failure)
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    if (this.#failure) throw this.#failure.cause;
  }

  set(): void {
    this.#isSet = true;
    this.#wake();
  }

  fail(cause: unknown): void {
    this.#failure = { cause };
    this.#wake();
  }

  clear(): void {
    this.#isSet = false;
  }
}

function isIgnored(path: string): boolean {
  if (path === '') return false;
  const names = path.split(sep);
  return names.some((name) => toolFolders.has(name)) || isJunk(entryName(names.join('/')));
}
