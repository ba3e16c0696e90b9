// Restores a backup into a missing or empty state folder. It assembles the state next to that folder, then renames it. So a damaged or
// incomplete backup, or a process that dies, changes nothing.
import { chmod, cp, mkdir, readdir, readFile, rename, rm, rmdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { z } from 'zod';
import { sha256Hex } from '../../src/core/digest.ts';
import { parseJson } from '../../src/core/json/parse.ts';
import { databaseDamage } from '../local/damaged-database.ts';
import { stateProblem } from '../local/state-schema.ts';
import { blobNamesIn, type Inventory, isFile, keyFiles, verifiedInventory } from './inventory.ts';
import { type DamagedObject, damagedObjects } from './objects.ts';

export interface Restored {
  begunAt: string;
  files: number;
  /** Objects that were damaged or missing when the backup was made. */
  damaged: DamagedObject[];
}

/** `keys` is a folder with `secrets.json` and, to keep the first organization's key, `local.json`. */
export async function restore(from: string, state: string, keys: string): Promise<Restored | string> {
  const taken = await readdir(state).catch(() => []);
  if (taken.length > 0)
    return `${state} is not empty. Nothing was changed. Stop Slipway and move the folder away, or set SLIPWAY_STATE to a new one.`;
  const inventory = await verifiedInventory(from);
  if (typeof inventory === 'string') return `${inventory} Nothing was changed.`;
  const problem = await keyProblem(keys, inventory);
  if (problem !== undefined) return `${problem} Nothing was changed.`;
  const damage = databaseProblem(from, Object.keys(inventory.files));
  if (damage !== undefined) return `${damage} Restore another backup. Nothing was changed.`;
  const stateError = await stateProblem(from);
  if (stateError !== undefined) return `${stateError} Nothing was changed.`;
  const unfinished = `${state}.restoring`;
  await rm(unfinished, { recursive: true, force: true });
  await mkdir(unfinished, { recursive: true, mode: 0o700 });
  await chmod(unfinished, 0o711); // the builder's workers may run as other users
  const names = Object.keys(inventory.files).filter((name) => !keyFiles.includes(name));
  for (const name of names) {
    await mkdir(dirname(join(unfinished, name)), { recursive: true, mode: 0o700 });
    await cp(join(from, name), join(unfinished, name));
  }
  for (const name of keyFiles) if (await isFile(join(keys, name))) await cp(join(keys, name), join(unfinished, name));
  await rmdir(state).catch(() => {});
  await rename(unfinished, state);
  return { begunAt: inventory.begun_at, files: names.length, damaged: await damagedObjects(state) };
}

async function keyProblem(folder: string, { data_kek_sha256 }: Inventory): Promise<string | undefined> {
  const path = join(folder, 'secrets.json');
  const text = await readFile(path, 'utf8').catch(() => undefined);
  if (text === undefined)
    return `${folder} has no secrets.json, whose data_kek encrypts the database's secrets. Name the folder that has it with --keys.`;
  const key = secretsSchema.safeParse(parseJson(text)).data?.data_kek;
  if (key !== undefined && (await sha256Hex(key)) === data_kek_sha256) return undefined;
  return `the data_kek in ${path} does not match this backup. Use the secrets.json that belongs to it.`;
}

const secretsSchema = z.object({ data_kek: z.string() });

/** Returns how one of a folder's databases is damaged. A backup's source may already have been. */
export function databaseProblem(folder: string, names: string[]): string | undefined {
  for (const name of names.filter((one) => one.endsWith('.sqlite'))) {
    const found = databaseDamage(join(folder, name));
    if (found !== undefined) return `${name} is damaged (${found}).`;
  }
  return undefined;
}

/** Returns an object that a folder's index lists, and that isn't there. */
export function missingObject(folder: string, names: string[]): string | undefined {
  const stored = new Set(names.map((name) => name.slice(name.lastIndexOf('/') + 1)));
  const indexes = names.filter((one) => one.endsWith('.sqlite'));
  return indexes.flatMap((name) => blobNamesIn(join(folder, name))).find((blob) => !stored.has(blob));
}
