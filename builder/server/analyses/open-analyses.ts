// Opens what analyses store: the analyzer and its results, in the folder of the trusted compile cache. It is the one that several
// builders may share, and that comes with an image.
import { join } from 'node:path';
import { analysisSchema } from '../../../src/contract/builder/analyses.ts';
import type { BuildMachine } from '../builds/build.ts';
import { notCompiled } from '../builds/compile-caches.ts';
import { JsonRecords } from '../json-records.ts';
import { Analyses } from './analyses.ts';
import { Analyzer } from './analyzer.ts';

export async function openAnalyses(machine: BuildMachine): Promise<Analyses> {
  const records = new JsonRecords(join(machine.toolchain.sharedCache, `${notCompiled}analyses`), analysisSchema);
  await records.open();
  return new Analyses(machine, new Analyzer(machine.toolchain), records);
}
