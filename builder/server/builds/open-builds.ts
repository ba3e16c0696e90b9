// Opens everything that builds store in a folder: the builder's state folder, or the command line's temporary one.
import { join } from 'node:path';
import { Homes } from '../sandbox/homes.ts';
import type { BuildMachine } from './build.ts';
import { Builds, buildRecordsIn } from './builds.ts';
import { CompileCaches } from './compile-caches.ts';
import type { Go } from './go.ts';
import { Toolchain } from './toolchain.ts';

type Machine = Omit<BuildMachine, 'toolchain' | 'caches'>;

/** `goCache` is the shared compile cache, by default in `folder`. */
export async function openBuilds(go: Go, machine: Machine, folder: string, goCache?: string): Promise<Builds> {
  const { python, sandbox, limits, blobs, removals, log } = machine;
  const toolchain = new Toolchain(go, machine, join(folder, 'go'), goCache);
  const homes = new Homes(join(folder, 'builds'), machine.homes.cgroups, removals, machine.homes.mounts);
  const caches = new CompileCaches(join(folder, 'compile-caches'), sandbox.ownUser, removals);
  const records = buildRecordsIn(join(folder, 'build-records'));
  // The builder starts even if the cache's size can't be limited.
  const bounded = toolchain.moduleCache.open().catch((cause) => log.error('modules.not_pruned', { cause }));
  await Promise.all([homes.clear(), caches.open(), records.open(), bounded]);
  return new Builds({ toolchain, python, sandbox, limits, homes, caches, blobs, removals, log }, records);
}
