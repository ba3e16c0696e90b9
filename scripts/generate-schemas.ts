// Writes builder/schemas/*.json from the contract, for the builder's hosts that don't speak TypeScript.
// `--check` writes nothing and fails when a file is missing, out of step or no longer made.
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';
import { builderSchemas } from '../src/contract/builder.ts';

const folder = fileURLToPath(import.meta.resolve('../builder/schemas/'));

const wanted = new Map(
  Object.entries(builderSchemas).map(([name, schema]) => [
    `${name}.json`,
    `${JSON.stringify(z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' }), null, 2)}\n`,
  ]),
);

mkdirSync(folder, { recursive: true });
const present = readdirSync(folder);
const extra = present.filter((name) => !wanted.has(name));

if (process.argv.includes('--check')) {
  const stale = [...wanted]
    .filter(([name, text]) => !present.includes(name) || read(name) !== text)
    .map(([name]) => name);
  const wrong = [...stale, ...extra];
  if (wrong.length > 0) {
    console.error(`builder/schemas is out of step: ${wrong.join(', ')}. Run \`node scripts/generate-schemas.ts\`.`);
    process.exit(1);
  }
} else {
  for (const [name, text] of wanted) writeFileSync(folder + name, text);
  for (const name of extra) rmSync(folder + name);
}

function read(name: string): string {
  return readFileSync(folder + name, 'utf8');
}
