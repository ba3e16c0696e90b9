// Copies a Slipway's state, running or stopped, into a folder. It copies the database first, then the store, which keeps objects for a
// day after the last row that names them is gone.
import { cp, mkdir, readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { backup, DatabaseSync } from 'node:sqlite';
import { z } from 'zod';
import { sha256Hex } from '../../src/core/digest.ts';
import { stateFormatFile } from '../local/state-folder.ts';
import { backupFormat, describe, filesBelow, type Inventory, inventoryFile } from './inventory.ts';

/** Miniflare's folders below the state folder that must not be lost. Queues carry only row IDs: the sweeps resend lost messages. */
const databases = 'platform/v3/d1';
const store = 'platform/v3/r2';
export const keyFiles = ['secrets.json', 'local.json'];

/** Maximum number of times to read the list again because objects were deleted during the copy. */
const roundsMax = 5;

export interface BackupResult {
  files: number;
  bytes: number;
  rounds: number;
}

/** Returns the problem, or what was written. Writes the inventory last, because a folder without one isn't a backup. */
export async function backUp(state: string, to: string, withKeys: boolean): Promise<BackupResult | string> {
  if (!(await isFile(join(state, stateFormatFile))))
    return `${state} is not a Slipway state folder. Set SLIPWAY_STATE to the one that \`npm start\` uses.`;
  const secrets = secretsSchema.safeParse(await readJson(join(state, 'secrets.json'))).data;
  if (!secrets) return `${join(state, 'secrets.json')} is damaged or missing. Nothing was copied.`;
  await mkdir(to, { recursive: true, mode: 0o700 });
  if ((await readdir(to)).length > 0) return `${to} is not empty. Use a new folder for each backup.`;
  const begun = new Date().toISOString();
  await copyDatabases(state, to, databases);
  const rounds = await copyStore(state, to);
  if (rounds === undefined) return `objects were deleted faster than they could be copied. Remove ${to} and try again.`;
  for (const name of [stateFormatFile, ...(withKeys ? keyFiles : [])])
    if (await isFile(join(state, name))) await cp(join(state, name), join(to, name));
  return { ...(await writeInventory(to, begun, await sha256Hex(secrets.data_kek))), rounds };
}

const secretsSchema = z.object({ data_kek: z.string() });

async function readJson(path: string): Promise<unknown> {
  try {
    return JSON.parse(await readFile(path, 'utf8'));
  } catch {
    return undefined; // damaged or missing
  }
}

/** Uses SQLite's own backup, which takes a consistent snapshot of a database in use. */
async function copyDatabases(state: string, to: string, folder: string): Promise<void> {
  await mkdir(join(to, folder), { recursive: true, mode: 0o700 });
  for (const path of await filesBelow(join(state, folder))) {
    if (!path.endsWith('.sqlite')) continue;
    const target = join(to, folder, path);
    await mkdir(dirname(target), { recursive: true, mode: 0o700 });
    const source = new DatabaseSync(join(state, folder, path), { readOnly: true });
    try {
      await backup(source, target);
    } finally {
      source.close();
    }
  }
}

/** Returns how many times it read the list until all listed objects were copied, or undefined if that never happened. */
async function copyStore(state: string, to: string): Promise<number | undefined> {
  for (let round = 1; round <= roundsMax; round++) {
    await copyDatabases(state, to, store);
    if (await copyListed(state, to)) return round;
  }
  return undefined;
}

/** Keeps objects that are already copied, because objects never change. Returns whether everything on the list could be copied. */
async function copyListed(state: string, to: string): Promise<boolean> {
  const buckets = await readdir(join(state, store));
  const listed = new Set(
    (await filesBelow(join(to, store)))
      .filter((path) => path.endsWith('.sqlite'))
      .flatMap((path) => blobPaths(join(to, store, path))),
  );
  const copied = new Set<string>();
  for (const bucket of buckets) {
    const folder = join(state, store, bucket, 'blobs');
    for (const name of await readdir(folder).catch(() => [])) {
      if (!listed.has(name)) continue;
      const target = join(to, store, bucket, 'blobs', name);
      await mkdir(dirname(target), { recursive: true, mode: 0o700 });
      const isCopied = (await isFile(target)) || (await cp(join(folder, name), target).then(() => true, isGone));
      if (isCopied) copied.add(name);
    }
  }
  return copied.size === listed.size;
}

function isGone(error: unknown): false {
  if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return false;
  throw error;
}

/** Returns the names of the object files that a bucket lists. Other databases in the bucket's folder have no list. */
export function blobPaths(path: string): string[] {
  const db = new DatabaseSync(path, { readOnly: true });
  try {
    const has = db.prepare("select 1 from sqlite_master where name = '_mf_objects'").get();
    if (has === undefined) return [];
    const rows = db
      .prepare(
        'select blob_id as id from _mf_objects where blob_id is not null union select blob_id from _mf_multipart_parts',
      )
      .all();
    return z
      .array(z.object({ id: z.string() }))
      .parse(rows)
      .map(({ id }) => id);
  } finally {
    db.close();
  }
}

async function writeInventory(to: string, begun: string, key: string): Promise<Omit<BackupResult, 'rounds'>> {
  const files: Inventory['files'] = {};
  for (const path of await filesBelow(to)) files[path] = await describe(join(to, path));
  const inventory: Inventory = { format: backupFormat, begun_at: begun, data_kek_sha256: key, files };
  await writeFile(join(to, inventoryFile), `${JSON.stringify(inventory, null, 2)}\n`, { mode: 0o600 });
  const bytes = Object.values(files).reduce((sum, file) => sum + file.bytes, 0);
  return { files: Object.keys(files).length, bytes };
}

export async function isFile(path: string): Promise<boolean> {
  return (await stat(path).catch(() => undefined))?.isFile() === true;
}
