// Defines a backup's contents: its files, and an inventory with their sizes and digests, written last. A folder without an inventory
// isn't a backup.
import { createHash } from 'node:crypto';
import { createReadStream, readdirSync } from 'node:fs';
import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { z } from 'zod';
import { parseJson } from '../../src/core/json/parse.ts';

/** Miniflare's folders below the state folder that must not be lost. Queues carry only row IDs: the sweeps resend lost messages. */
export const databases = 'platform/v3/d1';
export const store = 'platform/v3/r2';
export const keyFiles = ['secrets.json', 'local.json'];
export const inventoryFile = 'backup.json';
/** Version of the backup format. */
export const backupFormat = 1;

/** Returns the file where Miniflare stores a state folder's database. */
export function databaseFile(state: string): string {
  const folder = join(state, databases, 'miniflare-D1DatabaseObject');
  const name = readdirSync(folder).find((file) => file.endsWith('.sqlite') && file !== 'metadata.sqlite');
  if (name === undefined) throw new Error(`no database in ${folder}`);
  return join(folder, name);
}

const fileSchema = z.object({ bytes: z.int().min(0), sha256: z.string().regex(/^[0-9a-f]{64}$/) });
export type BackupFile = z.infer<typeof fileSchema>;

const inventorySchema = z.object({
  format: z.literal(backupFormat),
  /** When the backup started. The database is from then or slightly later, and the objects are at least as new. */
  begun_at: z.iso.datetime(),
  /** Digest of the key that encrypts the state's secrets. The key itself is in `secrets.json`, only with `--with-keys`. */
  data_kek_sha256: z.string(),
  files: z.record(z.string(), fileSchema),
});
export type Inventory = z.infer<typeof inventorySchema>;

/** Describes a file. Reads it only once. */
export async function describe(path: string): Promise<BackupFile> {
  const hash = createHash('sha256');
  let bytes = 0;
  for await (const chunk of createReadStream(path)) {
    const part = z.instanceof(Buffer).parse(chunk);
    hash.update(part);
    bytes += part.length;
  }
  return { bytes, sha256: hash.digest('hex') };
}

/** Returns the paths of all files below a folder, separated by `/` on every system. */
export async function filesBelow(folder: string, below = ''): Promise<string[]> {
  const entries = await readdir(join(folder, below), { withFileTypes: true });
  const found = await Promise.all(
    entries.map(async (entry) => {
      const path = below === '' ? entry.name : `${below}/${entry.name}`;
      return entry.isDirectory() ? filesBelow(folder, path) : [path];
    }),
  );
  return found.flat().sort();
}

/** Returns the names of the object files that a bucket's database lists. Other databases list none. */
export function blobNames(db: DatabaseSync): string[] {
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
}

/** Reads them from the database's file. */
export function blobNamesIn(path: string): string[] {
  const db = new DatabaseSync(path, { readOnly: true });
  try {
    return blobNames(db);
  } finally {
    db.close();
  }
}

export async function isFile(path: string): Promise<boolean> {
  return (await stat(path).catch(() => undefined))?.isFile() === true;
}

/** Returns the inventory of a complete and undamaged backup, or its problem. */
export async function verifiedInventory(folder: string): Promise<Inventory | string> {
  const text = await readFile(join(folder, inventoryFile), 'utf8').catch(() => undefined);
  if (text === undefined)
    return `${folder} has no ${inventoryFile}: it is not a backup, or the backup was interrupted. Restore another one.`;
  const inventory = inventorySchema.safeParse(parseJson(text)).data;
  if (!inventory) return `${join(folder, inventoryFile)} is damaged, or from a newer Slipway. Restore another backup.`;
  for (const [name, expected] of Object.entries(inventory.files)) {
    if (name.split('/').some((part) => part === '' || part === '.' || part === '..'))
      return `${inventoryFile} lists a file ${name}, which does not belong in a backup. Restore another one.`;
    const path = join(folder, name);
    if (!(await stat(path).catch(() => undefined))?.isFile())
      return `the backup lacks ${name}. It is incomplete: copy it again, or restore another one.`;
    const found = await describe(path);
    if (found.bytes !== expected.bytes || found.sha256 !== expected.sha256)
      return `${name} has changed since the backup was made. It is damaged: copy it again, or restore another one.`;
  }
  return inventory;
}
