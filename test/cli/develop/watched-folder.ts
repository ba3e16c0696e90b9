// Watches a folder for changes until the test ends.
import { onTestFinished } from 'vitest';
import { watchChanges } from '../../../src/cli/develop/changes.ts';
import { folderOf } from '../slipway.ts';

/** Returns its changes from now on. */
export async function watched() {
  const folder = folderOf({ 'a.py': '', 'processors/core.py': '' });
  const interruption = new AbortController();
  onTestFinished(() => interruption.abort());
  const changes = watchChanges(folder, interruption.signal);
  await changes.next();
  return { folder, changes, interruption };
}
