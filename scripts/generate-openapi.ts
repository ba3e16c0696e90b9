// Writes openapi.json from the routes, and the client's types from it. `--check` writes nothing and fails when a file is out of step.
import { readFile, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import openapiTypes, { astToString } from 'openapi-typescript';
import ts from 'typescript';
import { createApp } from '../src/api/app.ts';
import { openApiDocument } from '../src/api/openapi/openapi-document.ts';
import { documentedMethods } from '../src/api/openapi/route-definitions.ts';

const app = createApp({
  makeDeps: () => {
    throw new Error('routes are only listed here, never called');
  },
});
const anyJson = ts.factory.createKeywordTypeNode(ts.SyntaxKind.UnknownKeyword);
const text = `${JSON.stringify(openApiDocument(app), null, 2)}\n`;
const types = astToString(
  await openapiTypes(JSON.stringify(forTypes()), {
    alphabetize: true,
    defaultNonNullable: false,
    // Any JSON at all: as a union of its types it would be one of empty objects.
    transform: (schema) => (Array.isArray(schema.type) && schema.type.length === 6 ? anyJson : undefined),
  }),
);

/** The client reads every refusal and header in one way, and events by their contract: typed here, they would be most of the file. */
function forTypes() {
  const { webhooks: _, ...bare } = openApiDocument(app);
  for (const item of Object.values(bare.paths ?? {})) {
    for (const method of documentedMethods) {
      const answers = Object.entries(item[method]?.responses ?? {}).filter(([status]) => status.startsWith('2'));
      for (const [, answer] of answers) delete answer.headers;
      if (item[method]) item[method].responses = Object.fromEntries(answers);
    }
  }
  delete bare.components?.responses;
  delete bare.components?.headers;
  return bare;
}

/** What a route has to say of itself; said here, so that no route gets in without. The rest is linted in test/openapi.test.ts. */
const untold = Object.entries(openApiDocument(app).paths ?? {}).flatMap(([path, item]) =>
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
if (untold.length > 0) {
  console.error(untold.join('\n'));
  process.exit(1);
}

const wanted = {
  'openapi.json': text,
  'src/client/api.gen.d.ts': `// The API's types, made from openapi.json by scripts/generate-openapi.ts; not to be edited.\n${types}`,
};
const stale: string[] = [];
for (const [name, content] of Object.entries(wanted)) {
  const file = fileURLToPath(import.meta.resolve(`../${name}`));
  if ((await readFile(file, 'utf8').catch(() => '')) === content) continue;
  stale.push(name);
  if (!process.argv.includes('--check')) await writeFile(file, content);
}
if (process.argv.includes('--check') && stale.length > 0) {
  console.error(`Out of step with the routes: ${stale.join(', ')}. Run \`node scripts/generate-openapi.ts\`.`);
  process.exit(1);
}
