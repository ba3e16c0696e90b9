// Fails if migrations/ and the schema differ: the SQL must create exactly the tables that the schema declares, and drizzle-kit must
// have nothing left to generate.
import { readdir, readFile } from 'node:fs/promises';
import { generateSQLiteDrizzleJson, generateSQLiteMigration } from 'drizzle-kit/api';
import { schema, triggers } from '../../src/schema.ts';
import { readCommandLine } from '../machine/command-line.ts';
import { schemaDifferences } from '../testing/migrated-schema.ts';

const usage = `node scripts/checks/migrations.ts

Checks that migrations/ makes what the schema declares.`;

readCommandLine(usage, { options: {} });

const declared = await generateSQLiteDrizzleJson(schema);
const snapshots = (await readdir('migrations/meta')).filter((name) => name.endsWith('_snapshot.json')).sort();
const newest = JSON.parse(await readFile(`migrations/meta/${snapshots.at(-1)}`, 'utf8'));
const missing = await generateSQLiteMigration(newest, declared);
if (missing.length > 0) {
  console.error(`The schema is ahead of migrations/. Run \`npm run db:generate\`. Missing:\n${missing.join('\n')}`);
  process.exit(1);
}

const files = (await readdir('migrations')).filter((name) => name.endsWith('.sql')).sort();
const migrations = await Promise.all(files.map((name) => readFile(`migrations/${name}`, 'utf8')));
const differences = schemaDifferences(migrations, [
  ...(await generateSQLiteMigration(await generateSQLiteDrizzleJson({}), declared)),
  ...triggers,
]);
if (differences.length > 0) {
  console.error(
    `The SQL in migrations/ does not produce the schema. Correct it in a new migration:\n${differences.join('\n')}`,
  );
  process.exit(1);
}
