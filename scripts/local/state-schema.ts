// Compares the database in a state folder with this version's migrations. A database that has an older text of a migration would take the
// next ones, and then fail every call.
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';
import { databases, filesBelow } from '../backup/inventory.ts';
import { databaseParts, migrationsTable } from './database-parts.ts';
import { stateFormatError } from './state-folder.ts';

const migrationsFolder = fileURLToPath(import.meta.resolve('../../migrations'));
const namesSchema = z.array(z.object({ name: z.string() }));

/** Returns why this Slipway can't use the state in a folder, and how to fix it. Changes nothing. */
export async function stateProblem(folder: string): Promise<string | undefined> {
  return (await stateFormatError(folder)) ?? (await stateSchemaError(folder));
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
  parts: string[];
}

async function databaseProblem(path: string): Promise<string | undefined> {
  let found: Found | undefined;
  try {
    found = readDatabase(path);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    return `can't be read (${reason}). Correct its permissions, or restore a backup.`;
  }
  return found && schemaProblem(found);
}

function readDatabase(path: string): Found | undefined {
  const db = new DatabaseSync(path, { readOnly: true });
  try {
    const has = db.prepare('select 1 from sqlite_schema where name = ?').get(migrationsTable);
    if (has === undefined) return undefined;
    const applied = namesSchema.parse(db.prepare(`select name from ${migrationsTable} order by id`).all());
    return { applied: applied.map(({ name }) => name), parts: [...databaseParts(db)] };
  } finally {
    db.close();
  }
}

async function schemaProblem({ applied, parts }: Found): Promise<string | undefined> {
  const known = (await readdir(migrationsFolder)).filter((name) => name.endsWith('.sql')).sort();
  const unknown = applied.find((name) => !known.includes(name));
  const isNewer = unknown !== undefined && known.every((name) => applied.includes(name));
  const needed = await partsAfter(known.filter((name) => applied.includes(name)));
  const has = new Set(parts);
  // A newer Slipway's migrations only add, and may replace a constraint by a wider one.
  const missing = needed.filter((part) => !has.has(part) && !(isNewer && !/^(?:table|column) /.test(part)));
  const extra = isNewer ? [] : parts.filter((part) => !needed.includes(part));
  const differences = [...missing.map((part) => `lacks the ${part}`), ...extra.map((part) => `has the ${part}`)];
  const first = differences.find((one) => one.includes(' the table ')) ?? differences[0];
  if (first === undefined) return undefined;
  const [shown] = first.split(':');
  return isNewer
    ? `was changed by a newer Slipway (${unknown}), and ${shown}. Start the newer one.`
    : `differs from what this version's migrations make: it ${shown}. Another version or branch made it. Start that one, for example to save its plugins with \`slipway pull\` and publish them again.`;
}

async function partsAfter(migrations: string[]): Promise<string[]> {
  const db = new DatabaseSync(':memory:');
  try {
    for (const name of migrations) db.exec(await readFile(join(migrationsFolder, name), 'utf8'));
    return [...databaseParts(db)];
  } finally {
    db.close();
  }
}
