// Finds damaged pages of SQLite databases.
import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { z } from 'zod';
import { databases, filesBelow } from '../backup/inventory.ts';

const checkSchema = z.object({ quick_check: z.string() });

/** A start checks a database up to this size, at about 0.7 ms for each MiB. */
const startBytesMax = 128 * 2 ** 20;

/** Reads every page. Returns the first damage, or why the file can't be read. */
export function databaseDamage(path: string): string | undefined {
  const db = new DatabaseSync(path, { readOnly: true });
  try {
    const { quick_check: found } = checkSchema.parse(db.prepare('pragma quick_check(1)').get());
    return found === 'ok' ? undefined : found.split('\n').at(-1);
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  } finally {
    db.close();
  }
}

/** Returns how a state folder's database is damaged, and what to do, if it is small enough to be checked at each start. */
export async function stateDamage(state: string): Promise<string | undefined> {
  const folder = join(state, databases);
  for (const name of await filesBelow(folder).catch(() => [])) {
    const path = join(folder, name);
    if (!name.endsWith('.sqlite') || (await stat(path)).size > startBytesMax) continue;
    const damage = databaseDamage(path);
    if (damage !== undefined)
      return `the database in the state folder ${state} is damaged (${damage}). Restore a backup, or save what can be read (docs/backup.md#a-damaged-database).`;
  }
  return undefined;
}
