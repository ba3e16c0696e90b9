// Generates openapi.json from the routes, and the client's types from openapi.json. With `--check`, fails if a file is out of date
// instead of writing it.
import { readFile, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { documentedMethods } from '../../src/api/openapi/route-definitions.ts';
import { createApp, documentOf } from '../../src/app.ts';
import { readCommandLine } from '../machine/command-line.ts';
import { clientTypes } from './client-types.ts';

const usage = `node scripts/generate/openapi.ts [--check]

Writes openapi.json and the client's types.

  --check   writes nothing, and fails if it is out of date`;

const { values } = readCommandLine(usage, { options: { check: { type: 'boolean', default: false } } });

const app = createApp(() => {
  throw new Error('routes must not be called while generating documentation');
});
const text = `${JSON.stringify(documentOf(app), null, 2)}\n`;
const types = await clientTypes(app);

/** Lists missing descriptions, which every route must have. Other rules are checked in test/openapi.test.ts. */
const missing = Object.entries(documentOf(app).paths ?? {}).flatMap(([path, item]) =>
  documentedMethods.flatMap((method) => {
    const { operationId, summary, tags, parameters = [] } = item[method] ?? { operationId: '', summary: '', tags: [] };
    const fields = Object.entries({ operationId, summary, tags }).filter(([, value]) => value === undefined);
    const bare = parameters.filter((parameter) => 'name' in parameter && parameter.description === undefined);
    return [
      ...fields.map(([name]) => `${method} ${path} has no ${name}`),
      ...bare.map(
        (parameter) =>
          `${method} ${path}: its parameter ${'name' in parameter ? parameter.name : ''} has no description`,
      ),
    ];
  }),
);
if (missing.length > 0) {
  console.error(missing.join('\n'));
  process.exit(1);
}

const expected = {
  'openapi.json': text,
  'src/client/api.gen.d.ts': `// The API's types, generated from openapi.json by scripts/generate/openapi.ts. Do not edit.\n${types}`,
};
const stale: string[] = [];
for (const [name, content] of Object.entries(expected)) {
  const file = fileURLToPath(import.meta.resolve(`../../${name}`));
  if ((await readFile(file, 'utf8').catch(() => '')) === content) continue;
  stale.push(name);
  if (!values.check) await writeFile(file, content);
}
if (values.check && stale.length > 0) {
  console.error(`Out of date: ${stale.join(', ')}. Run \`node scripts/generate/openapi.ts\`.`);
  process.exit(1);
}
