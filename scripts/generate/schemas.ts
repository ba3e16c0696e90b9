// Generates builder/schemas/*.json from the contract, for builder hosts in languages other than TypeScript. With `--check`, fails if a
// file is missing, out of date or obsolete instead of writing files.
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';
import { builderSchemas } from '../../src/contract/builder/schemas.ts';
import { readCommandLine } from '../machine/command-line.ts';

const usage = `node scripts/generate/schemas.ts [--check]

Writes builder/schemas.

  --check   writes nothing, and fails if it is out of date`;

const { values } = readCommandLine(usage, { options: { check: { type: 'boolean', default: false } } });

const folder = fileURLToPath(import.meta.resolve('../../builder/schemas/'));

const expected = new Map(
  Object.entries(builderSchemas).map(([name, schema]) => [
    `${name}.json`,
    `${JSON.stringify(z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' }), null, 2)}\n`,
  ]),
);

mkdirSync(folder, { recursive: true });
const present = readdirSync(folder);
const extra = present.filter((name) => !expected.has(name));

if (values.check) {
  const stale = [...expected]
    .filter(([name, text]) => !present.includes(name) || read(name) !== text)
    .map(([name]) => name);
  const wrong = [...stale, ...extra];
  if (wrong.length > 0) {
    console.error(`Out of date in builder/schemas: ${wrong.join(', ')}. Run \`node scripts/generate/schemas.ts\`.`);
    process.exit(1);
  }
} else {
  for (const [name, text] of expected) writeFileSync(folder + name, text);
  for (const name of extra) rmSync(folder + name);
}

function read(name: string): string {
  return readFileSync(folder + name, 'utf8');
}
