// Opens removals for tests that run parts of the builder in-process.
import { Removals } from '../../../builder/server/removal/removals.ts';
import { builderLimits } from '../../../src/contract/limits/builder.ts';
import { jsonLog } from '../../../src/core/log.ts';

const ignore = () => {};

export async function openRemovals(stateFolder: string): Promise<Removals> {
  const removals = new Removals(stateFolder, jsonLog({ info: ignore, warn: ignore, error: ignore }));
  await removals.open(builderLimits.quarantineRetryMs);
  return removals;
}
