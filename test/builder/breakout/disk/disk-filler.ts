// Starts the plugin that fills its folders (program.py), for tests and `npm run breakouts`.
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { BuilderClient } from '../../builder-client.ts';

const program = readFileSync(fileURLToPath(import.meta.resolve('./program.py')), 'utf8');

/** Variables with the folder paths. */
export const folders = ['TMPDIR', 'SLIPWAY_DATA'] as const;
export type Folder = (typeof folders)[number];
/** Folder limits in MiB. */
export type LimitsMiB = Record<Folder, number>;
export const usualLimits: LimitsMiB = { TMPDIR: 256, SLIPWAY_DATA: 512 };

/** Ways to fill a folder, and whether each needs several processes. */
export const ways = {
  deleted: 'deleted and still open, 2 GiB',
  unnamed: 'without a name, 2 GiB',
  mapped: 'deleted and only mapped, 2 GiB',
  passed: 'deleted and sent to a socket, 2 GiB',
  deep: 'below 24 × 250 characters, 1 GiB',
  closed: 'in folders of mode 0300 and 0000, 1 GiB',
  many: '150,000 empty files',
  allocated: 'allocated beyond the end of a file, 2 GiB',
  child: 'deleted and open in a child, 2 GiB',
} as const;
export type Way = keyof typeof ways;

/** `python` is the path of the builder's Python. `name` is the name of the plugin and its data folder. */
export async function startFiller(client: BuilderClient, python: string, name: string): Promise<string> {
  const artifact = Buffer.from(`#!${python} -ISB\n${program}`);
  const sha256 = createHash('sha256').update(artifact).digest('hex');
  await client.send('PUT', `/blobs/${sha256}`, new Uint8Array(artifact));
  const plugin = { name, version: 'v1.0.0' };
  const id = `dep_${name}`;
  const spec = {
    runtime: 'executable',
    kind: 'storage',
    artifact: sha256,
    plugin,
    data: name,
    network: false,
  } as const;
  const last = (await client.put(id, spec)).at(-1);
  if (last?.type !== 'ready') throw new Error(`The plugin did not start: ${JSON.stringify(last)}`);
  return id;
}

export interface Filling {
  way: Way | 'harmless' | 'empty';
  folder: Folder;
  limits: LimitsMiB;
}

/** Returns when the kernel refuses further writes, or after the call's time limit. */
export function fill(client: BuilderClient, id: string, { way, folder, limits }: Filling) {
  const operation = { method: 'fill', params: { way, folder, limit_mib: limits[folder] } };
  return client.send('POST', `/instances/${id}/invoke`, JSON.stringify(operation));
}
