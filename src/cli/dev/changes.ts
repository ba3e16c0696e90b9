// Watches a folder: yields once at the start, then whenever files changed and no further change has followed for a moment.
import { watch } from 'node:fs/promises';
import { sep } from 'node:path';
import { entryName, isJunk } from '../../archive/paths.ts';
import { toolFolders } from '../lint/walk.ts';

/** Editors save in several steps. */
const settleMs = 150;

export async function* watchChanges(folder: string, signal: AbortSignal): AsyncGenerator<void> {
  let wake = () => {};
  let changed = true;
  let failure: unknown;
  const watching = (async () => {
    for await (const { filename } of watch(folder, { recursive: true, signal })) {
      if (filename !== null && isIgnored(filename)) continue;
      changed = true;
      wake();
    }
  })().catch((error: unknown) => {
    failure = error;
    wake();
  });
  while (failure === undefined) {
    if (changed) {
      changed = false;
      yield;
      continue;
    }
    await new Promise<void>((resolve) => {
      wake = resolve;
      if (changed || failure !== undefined) resolve();
    });
    await new Promise((resolve) => setTimeout(resolve, settleMs));
    // Changes during this pause belong to the same change.
    changed = failure === undefined;
  }
  await watching;
  throw failure;
}

function isIgnored(path: string): boolean {
  const names = path.split(sep);
  return names.some((name) => toolFolders.has(name)) || isJunk(entryName(names.join('/')));
}
