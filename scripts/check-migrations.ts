// Fails if the schema has changed since the last migration was generated: drizzle-kit must have nothing left to generate.
import { readdir, readFile } from 'node:fs/promises';
import { generateSQLiteDrizzleJson, generateSQLiteMigration } from 'drizzle-kit/api';
import { schema } from '../src/db/client.ts';

const snapshots = (await readdir('migrations/meta')).filter((name) => name.endsWith('_snapshot.json')).sort();
const newest = JSON.parse(await readFile(`migrations/meta/${snapshots.at(-1)}`, 'utf8'));
const missing = await generateSQLiteMigration(newest, await generateSQLiteDrizzleJson(schema));
if (missing.length > 0) {
  console.error(`The schema is ahead of migrations/. Run \`npm run db:generate\`. Missing:\n${missing.join('\n')}`);
  process.exit(1);
}
