// Drivers for all plugin kinds that the pipeline publishes and deploys.
import type { PluginKind } from '../contract/states.ts';
import type { KindDriver } from './driver.ts';
import { extractorDriver } from './extractor.ts';
import { goPluginDriver } from './go-plugin.ts';

const drivers: Record<Exclude<PluginKind, 'agent'>, KindDriver> = {
  extractor: extractorDriver,
  pipeline: goPluginDriver,
  storage: goPluginDriver,
};

/** Returns the kind's driver. Agent plugins have none: Slipway registers and verifies them, but doesn't build or run them. */
export function kindDriver({ kind }: { kind: PluginKind }): KindDriver {
  if (kind === 'agent') throw new Error('agent plugins do not go through the pipeline');
  return drivers[kind];
}
