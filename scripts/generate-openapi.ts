// Writes openapi.json from the routes, and the client's types from it. `--check` writes nothing and fails when a file is out of step.
import { readFile, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import openapiTypes, { astToString } from 'openapi-typescript';
import ts from 'typescript';
import { createApp, openApiDocument } from '../src/api/app.ts';

const app = createApp({
  makeDeps: () => {
    throw new Error('routes are only listed here, never called');
  },
});
const anyJson = ts.factory.createKeywordTypeNode(ts.SyntaxKind.UnknownKeyword);
const text = `${JSON.stringify(openApiDocument(app), null, 2)}\n`;
const types = astToString(
  await openapiTypes(withoutRefusals(text), {
    alphabetize: true,
    defaultNonNullable: false,
    // Any JSON at all: as a union of its types it would be one of empty objects.
    transform: (schema) => (Array.isArray(schema.type) && schema.type.length === 6 ? anyJson : undefined),
  }),
);

/** The client reads every refusal in one way; typed once per operation they would be half of the file. */
function withoutRefusals(json: string): string {
  return JSON.stringify(
    JSON.parse(json, (key, value) =>
      key === 'responses'
        ? Object.fromEntries(Object.entries(value).filter(([status]) => status.startsWith('2')))
        : value,
    ),
  );
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
