// Stores instance logs as they arrive. Builders behind a URL are polled; containers store their own logs.
import type { LogSource } from '../contract/builder/logs/chunk.ts';
import { builderLimits } from '../contract/limits/builder.ts';
import { logCollection } from '../contract/limits/logs.ts';
import type { Deps } from '../deps.ts';
import { type LogStore, storeLogs } from './stored-chunks.ts';

type CollectDeps = LogStore & Pick<Deps, 'builder' | 'log'>;

/** Wait before retrying a builder that didn't respond. */
const retryMs = 5000;

/** Sweep step that stores all available chunks, including unfinished ones. A builder that fails doesn't delay the others. */
export async function sweepUnstoredLogs(deps: LogStore & Pick<Deps, 'builder'>): Promise<void> {
  const sources = await deps.builder.logSources();
  const chunksMax = logCollection.sweepChunks / sources.length;
  const stored = await Promise.allSettled(sources.map((source) => storeAvailable(deps, source, chunksMax)));
  for (const one of stored) if (one.status === 'rejected') throw one.reason;
}

async function storeAvailable(deps: LogStore, source: LogSource, chunksMax: number): Promise<void> {
  for (let left = chunksMax; left > 0; ) {
    const stored = await storeLogs(deps, source, { seal: true });
    if (stored < builderLimits.logChunksAtOnce) return;
    left -= stored;
  }
}

/** Waits for chunks and stores them, for `forMs`. The next invocation continues. *Dies:* the builder still has the unstored chunks. */
export async function collectLogs(deps: CollectDeps, forMs: number): Promise<void> {
  const sources = await deps.builder.logSources();
  const until = deps.clock.now() + forMs;
  const chunksMax = logCollection.invocationChunks / sources.length;
  await Promise.all(sources.map((source) => collectFrom(deps, source, { until, chunksMax })));
}

async function collectFrom(
  deps: CollectDeps,
  source: LogSource,
  { until, chunksMax }: { until: number; chunksMax: number },
): Promise<void> {
  const { clock, log } = deps;
  for (let left = chunksMax; left > 0 && clock.now() < until; ) {
    const waitMs = Math.min(builderLimits.logChunkMs, until - clock.now());
    try {
      left -= await storeLogs(deps, source, { waitMs });
      await new Promise((resolve) => setTimeout(resolve, logCollection.pauseMs));
    } catch (cause) {
      log.warn('logs.not_collected', { cause });
      await new Promise((resolve) => setTimeout(resolve, retryMs));
    }
  }
}
