// Compares the database in a state folder with this version's migrations. A database that has an older text of a migration would take the
// next ones, and then fail every call.
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';
import { databases, filesBelow } from '../backup/inventory.ts';
import { stateDamage } from './damaged-database.ts';
import { type DatabasePart, databaseParts, migrationsTable } from './database-parts.ts';
import { stateFormatError } from './state-folder.ts';

const migrationsFolder = fileURLToPath(import.meta.resolve('../../migrations'));
const namesSchema = z.array(z.object({ name: z.string() }));

/** Returns why this Slipway can't use the state in a folder, and how to fix it. Changes nothing. */
export async function stateProblem(folder: string): Promise<string | undefined> {
  return (await stateFormatError(folder)) ?? (await stateSchemaError(folder)) ?? (await stateDamage(folder));
}

/** Returns undefined if there is no database yet. */
export async function stateSchemaError(folder: string): Promise<string | undefined> {
  const names = await filesBelow(join(folder, databases)).catch(() => []);
  for (const name of names.filter((one) => one.endsWith('.sqlite'))) {
    const problem = await databaseProblem(join(folder, databases, name));
    if (problem !== undefined) return `the database in the state folder ${folder} ${problem}`;
  }
  return undefined;
}

interface Found {
  applied: string[];
  parts: DatabasePart[];
}

async function databaseProblem(path: string): Promise<string | undefined> {
  let found: Found;
  try {
    found = readDatabase(path);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    return `can't be read (${reason}). Correct its permissions, or restore a backup.`;
  }
  return schemaProblem(found);
}

/** An empty database has no list of migrations yet. */
function readDatabase(path: string): Found {
  const db = new DatabaseSync(path, { readOnly: true });
  try {
    const has = db.prepare('select 1 from sqlite_schema where name = ?').get(migrationsTable);
    const rows = has === undefined ? [] : db.prepare(`select name from ${migrationsTable} order by id`).all();
    return { applied: namesSchema.parse(rows).map(({ name }) => name), parts: [...databaseParts(db)] };
  } finally {
    db.close();
  }
}

async function schemaProblem({ applied, parts }: Found): Promise<string | undefined> {
  const known = (await readdir(migrationsFolder)).filter((name) => name.endsWith('.sql')).sort();
  const unknown = applied.find((name) => !known.includes(name));
  const isNewer = unknown !== undefined && known.every((name) => applied.includes(name));
  if (isNewer) {
    const missing = missingParts(parts, await partsAfter(known));
    // A newer Slipway's migrations only add, and may replace a constraint by a wider one.
    const first = firstShown(missing.filter((text) => /^(?:table|column) /.test(text)));
    return first && `was changed by a newer Slipway (${unknown}), and lacks the ${first}. Start the newer one.`;
  }
  const difference =
    unknown === undefined ? await differenceFrom(known, { applied, parts }) : `has the migration ${unknown}`;
  return (
    difference &&
    `differs from what this version's migrations make: it ${difference}. Another version or branch made it. Start that one, for example to save its plugins with \`slipway pull\` and publish them again.`
  );
}

/** Ignores tables that no migration makes: an operator's, or those that Litestream adds to what it replicates. */
async function differenceFrom(known: string[], { applied, parts }: Found): Promise<string | undefined> {
  const skipped = known.slice(0, applied.length).find((name) => !applied.includes(name));
  if (skipped !== undefined) return `lacks the migration ${skipped}`;
  const needed = await partsAfter(known.slice(0, applied.length));
  const missing = firstShown(missingParts(parts, needed));
  if (missing !== undefined) return `lacks the ${missing}`;
  const tables = new Set((await partsAfter(known)).map(({ table }) => table));
  const own = parts.filter(({ table }) => tables.has(table));
  const extra = firstShown(missingParts(needed, own));
  return extra && `has the ${extra}`;
}

function missingParts(from: DatabasePart[], needed: DatabasePart[]): string[] {
  const texts = new Set(from.map(({ text }) => text));
  return needed.map(({ text }) => text).filter((text) => !texts.has(text));
}

/** Returns the name of the most telling part: a table, if there is one. */
function firstShown(texts: string[]): string | undefined {
  return (texts.find((text) => text.startsWith('table ')) ?? texts[0])?.split(':')[0];
}

async function partsAfter(migrations: string[]): Promise<DatabasePart[]> {
  const db = new DatabaseSync(':memory:');
  try {
    for (const name of migrations) db.exec(await readFile(join(migrationsFolder, name), 'utf8'));
    return [...databaseParts(db)];
  } finally {
    db.close();
  }
}
