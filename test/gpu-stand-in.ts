// Makes the folder of a stand-in for GPUs: test/fixtures/gpus/nvml_stand_in.py says what it stands in for.
import { chmodSync, copyFileSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

/** Returns a builder's settings for these cards, by their GiB, and the folder, which the caller removes. */
export function gpuStandIn(...gibs: number[]): { folder: string; env: Record<string, string> } {
  const folder = mkdtempSync(join(tmpdir(), 'slipway-gpus-'));
  chmodSync(folder, 0o755); // instances run as other users
  const module = join(folder, 'nvml_stand_in.py');
  copyFileSync(resolve('test/fixtures/gpus/nvml_stand_in.py'), module);
  writeFileSync(join(folder, 'cards.json'), JSON.stringify(gibs.map((gib) => ({ name: 'NVIDIA H100', gib }))));
  for (const name of ['nvidiactl', ...gibs.map((_, index) => `nvidia${index}`)]) writeFileSync(join(folder, name), '');
  return { folder, env: { BUILDER_GPUS: 'all', BUILDER_NVML: module } };
}
