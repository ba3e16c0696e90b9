// Compares the objects in a folder's store with the sizes and MD5s that the store's index has.
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { pipeline } from 'node:stream/promises';
import { z } from 'zod';
import { filesBelow, store } from './inventory.ts';

export interface DamagedObject {
  /** Below the folder. */
  path: string;
  /** The object's name in the store, such as `archives/….zip`. */
  key: string;
}

const listedSchema = z.array(z.object({ id: z.string(), key: z.string(), size: z.int(), md5: z.string() }));
/** The ETag of an object that was uploaded in parts is no MD5, but those of its parts are. */
const listed = `select blob_id as id, key, size, etag as md5 from _mf_objects where blob_id is not null
  union all select blob_id, coalesce(object_key, upload_id), size, checksum_md5 from _mf_multipart_parts`;
const shownMax = 5;

/** Reads every object once. */
export async function damagedObjects(folder: string): Promise<DamagedObject[]> {
  const files = await filesBelow(join(folder, store)).catch(() => []); // an empty store has no folder in a copy
  const paths = new Map(files.map((name) => [name.slice(name.lastIndexOf('/') + 1), `${store}/${name}`]));
  const damaged: DamagedObject[] = [];
  for (const index of files.filter((name) => name.endsWith('.sqlite')))
    for (const { id, key, md5, size } of listedObjects(join(folder, store, index))) {
      const path = paths.get(id) ?? id;
      if (!(await isIntact(join(folder, path), size, md5))) damaged.push({ path, key });
    }
  return damaged;
}

export function damageText(damaged: DamagedObject[]): string {
  const keys = damaged.slice(0, shownMax).map(({ key }) => key);
  const more = damaged.length > shownMax ? `, and ${damaged.length - shownMax} more` : '';
  const subject = damaged.length === 1 ? '1 object in the store is' : `${damaged.length} objects in the store are`;
  return `${subject} damaged or missing: ${keys.join(', ')}${more}`;
}

function listedObjects(index: string): z.infer<typeof listedSchema> {
  const db = new DatabaseSync(index, { readOnly: true });
  try {
    const has = db.prepare("select 1 from sqlite_master where name = '_mf_objects'").get();
    return has === undefined ? [] : listedSchema.parse(db.prepare(listed).all());
  } finally {
    db.close();
  }
}

async function isIntact(path: string, size: number, md5: string): Promise<boolean> {
  try {
    if ((await stat(path)).size !== size) return false;
    const hash = createHash('md5');
    await pipeline(createReadStream(path), hash);
    return md5.length !== 32 || hash.digest('hex') === md5;
  } catch {
    return false; // missing, or the disk can't read it
  }
}
