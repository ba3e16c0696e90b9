// Copies a Slipway's state, running or stopped, into a folder, as a standby does.
import { mkdir, readdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { sha256Hex } from '../../src/core/digest.ts';
import { stateFormatFile } from '../local/state-folder.ts';
import { stateProblem } from '../local/state-schema.ts';
import { readPrivateJson } from '../machine/private-file.ts';
import { finishCopy } from '../standby/copy.ts';
import { copyOnce } from '../standby/primary.ts';
import { backupFormat, describe, filesBelow, type Inventory, inventoryFile, isFile, keyFiles } from './inventory.ts';
import { type DamagedObject, damagedObjects } from './objects.ts';
import { databaseProblem, missingObject } from './restore.ts';

/** Maximum number of times to copy changes because objects were deleted during the copy. */
const roundsMax = 5;

export interface BackupResult {
  files: number;
  bytes: number;
  /** Objects that were damaged in the state folder. */
  damaged: DamagedObject[];
}

/** Returns the problem, or what was written. Writes the inventory last, because a folder without one isn't a backup. */
export async function backUp(state: string, to: string, withKeys: boolean): Promise<BackupResult | string> {
  if (!(await isFile(join(state, stateFormatFile))))
    return `${state} is not a Slipway state folder. Set SLIPWAY_STATE to the one that \`npm start\` uses.`;
  const stateError = await stateProblem(state);
  if (stateError !== undefined) return `${stateError} Nothing was copied.`;
  const secrets = await readPrivateJson(join(state, 'secrets.json'), secretsSchema);
  if (!secrets) return `${join(state, 'secrets.json')} is damaged or missing. Nothing was copied.`;
  await mkdir(to, { recursive: true, mode: 0o700 });
  if ((await readdir(to)).length > 0) return `${to} is not empty. Use a new folder for each backup.`;
  const begun = new Date().toISOString();
  for (let round = 1, before: string | undefined; round <= roundsMax; round++) {
    await copyOnce(to, state);
    const names = await filesBelow(to);
    const damage = databaseProblem(to, names);
    if (damage !== undefined) return `${damage} Remove ${to}. An older backup may have it intact.`;
    const missing = missingObject(to, names);
    await finishCopy(to);
    if (missing === before) break; // an object that is missing twice is missing in the state folder too
    before = missing;
  }
  if (!withKeys) for (const name of keyFiles) await rm(join(to, name), { force: true });
  return writeInventory(to, begun, await sha256Hex(secrets.data_kek));
}

const secretsSchema = z.object({ data_kek: z.string() });

async function writeInventory(to: string, begun: string, key: string): Promise<BackupResult> {
  const files: Inventory['files'] = {};
  for (const path of await filesBelow(to)) files[path] = await describe(join(to, path));
  const inventory: Inventory = { format: backupFormat, begun_at: begun, data_kek_sha256: key, files };
  await writeFile(join(to, inventoryFile), `${JSON.stringify(inventory, null, 2)}\n`, { mode: 0o600 });
  const bytes = Object.values(files).reduce((sum, file) => sum + file.bytes, 0);
  return { files: Object.keys(files).length, bytes, damaged: await damagedObjects(to) };
}
