// A folder's changes: once at the beginning, then whenever something in it was saved and nothing more has come for a moment.
import { watch } from 'node:fs/promises';
import { sep } from 'node:path';
import { entryName, isJunk } from '../../archive/paths.ts';
import { toolFolders } from '../lint/walk.ts';

/** Editors write in several steps. */
const settleMs = 150;

export async function* changesOf(folder: string, signal: AbortSignal): AsyncGenerator<void> {
  let wake = () => {};
  let changed = true;
  let failure: unknown;
  const watching = (async () => {
    for await (const { filename } of watch(folder, { recursive: true, signal })) {
      if (filename !== null && isPassedOver(filename)) continue;
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
    // What came within that time is one change with it.
    changed = failure === undefined;
  }
  await watching;
  throw failure;
}

function isPassedOver(path: string): boolean {
  const names = path.split(sep);
  return names.some((name) => toolFolders.has(name)) || isJunk(entryName(names.join('/')));
}
