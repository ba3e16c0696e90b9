// The index's steps of the sweep: finds plugins that were never read, reads those that changed, and merges long queues.
import { indexLimits } from '../../contract/features/search/limits.ts';
import type { Query } from '../../db/client.ts';
import type { Deps } from '../../deps.ts';
import { mergeDueQueue, selectDueMerge } from './merge.ts';
import { type IndexDeps, readDuePlugins, selectDueWords, walkPlugins } from './read-plugins.ts';

export function dueIndex(deps: Deps): readonly Query[] {
  return [selectDueWords(deps.db), selectDueMerge(deps)];
}

/** Brings the index up to date, a limited number of plugins per sweep. Another sweep continues. */
export async function sweepIndex(deps: IndexDeps): Promise<void> {
  await walkPlugins(deps);
  for (let reads = 0; reads < indexLimits.readsPerSweep; reads++) {
    const wasRead = await readDuePlugins(deps);
    const wasMerged = await mergeDueQueue(deps);
    if (!wasRead && !wasMerged) return;
  }
}
