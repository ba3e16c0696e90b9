// Stores instance logs as they arrive. Builders behind a URL are polled; containers store their own logs.
import { builderLimits } from '../contract/limits/builder.ts';
import { logCollection } from '../contract/limits/logs.ts';
import type { Deps } from '../deps.ts';
import { type LogStore, storeLogs } from './stored-chunks.ts';

type CollectDeps = LogStore & Pick<Deps, 'builder' | 'log'>;

/** Wait before retrying a builder that didn't respond. */
const retryMs = 5000;

/** Sweep step that stores all available chunks, including unfinished ones. */
export async function sweepUnstoredLogs(deps: LogStore & Pick<Deps, 'builder'>): Promise<void> {
  for (let left: number = logCollection.sweepChunks; left > 0; ) {
    const stored = await storeLogs(deps, deps.builder, { seal: true });
    if (stored < builderLimits.logChunksAtOnce) return;
    left -= stored;
  }
}

/** Waits for chunks and stores them, for `forMs`. The next invocation continues. *Dies:* the builder still has the unstored chunks. */
export async function collectLogs(deps: CollectDeps, forMs: number): Promise<void> {
  const { builder, clock, log } = deps;
  if (!builder.isCollected) return;
  const until = clock.now() + forMs;
  for (let left: number = logCollection.invocationChunks; left > 0 && clock.now() < until; ) {
    const waitMs = Math.min(builderLimits.logChunkMs, until - clock.now());
    try {
      left -= await storeLogs(deps, builder, { waitMs });
      await new Promise((resolve) => setTimeout(resolve, logCollection.pauseMs));
    } catch (cause) {
      log.warn('logs.not_collected', { cause });
      await new Promise((resolve) => setTimeout(resolve, retryMs));
    }
  }
}
