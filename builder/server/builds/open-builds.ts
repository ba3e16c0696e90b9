// Builds with all that they keep on disk, in the folder of a builder or of whoever else builds.
import { join } from 'node:path';
import { Homes } from '../sandbox/homes.ts';
import type { BuildMachine } from './build.ts';
import { BuildRecords } from './build-records.ts';
import { Builds } from './builds.ts';
import { CompileCaches } from './compile-caches.ts';
import type { Go } from './go.ts';
import { Toolchain } from './toolchain.ts';

type Machine = Omit<BuildMachine, 'toolchain' | 'homes' | 'caches'>;

/** `goCache`: where the shared compile cache is, when it isn't in the folder itself. */
export async function openBuilds(go: Go, machine: Machine, folder: string, goCache?: string): Promise<Builds> {
  const { python, sandbox, limits, blobs, log } = machine;
  const toolchain = new Toolchain(go, python, limits, join(folder, 'go'), goCache);
  const homes = new Homes(join(folder, 'builds'));
  const caches = new CompileCaches(join(folder, 'compile-caches'), sandbox.ownUser);
  const records = new BuildRecords(join(folder, 'build-records'));
  await Promise.all([homes.clear(), caches.open(), records.open()]);
  return new Builds({ toolchain, python, sandbox, limits, homes, caches, blobs, log }, records);
}
