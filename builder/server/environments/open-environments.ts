// Opens everything that environments store in a folder: the builder's state folder, or the command line's cache.
import { join } from 'node:path';
import { indexLimits } from '../../../src/contract/limits/egress.ts';
import { Egress, type EgressRules, internet, type Outside } from '../egress/egress.ts';
import { environmentProcessLimits } from '../sandbox/process-limits.ts';
import { type EnvironmentMachine, Environments } from './environments.ts';
import { readPackageIndex } from './package-index.ts';
import { EnvironmentCache } from './store/environment-cache.ts';
import { Uv } from './uv.ts';

type Machine = Omit<EnvironmentMachine, 'uv' | 'index' | 'indexEgress' | 'cache' | 'metadataFolder'> & {
  network: EgressRules & Pick<Outside, 'resolve'>;
  /** The newest CUDA that the driver of the builder's GPUs supports: null if unknown, undefined if it lends none. */
  cuda?: string | null | undefined;
};

/** `tools` is the folder for uv, which is downloaded there on first use; by default it is in `folder`. */
export async function openEnvironments(
  { network, cuda, ...machine }: Machine,
  folder: string,
  tools?: string,
): Promise<Environments> {
  const { python, limits, removals } = machine;
  const index = readPackageIndex(process.env, cuda);
  const uv = new Uv(python, tools ?? join(folder, 'tools'), environmentProcessLimits(limits), index);
  const cache = new EnvironmentCache(folder, limits.environmentCacheBytes, removals);
  await cache.open();
  const indexEgress = new Egress(network, { ...internet, resolve: network.resolve }, indexLimits);
  return new Environments({ ...machine, uv, index, indexEgress, cache, metadataFolder: join(folder, 'metadata') });
}
