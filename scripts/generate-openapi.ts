// Writes openapi.json from the routes. `--check` writes nothing and fails when the file is out of step.
import { readFile, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { createApp, openApiDocument } from '../src/api/app.ts';

const file = fileURLToPath(import.meta.resolve('../openapi.json'));

const app = createApp({
  makeDeps: () => {
    throw new Error('routes are only listed here, never called');
  },
});
const wanted = `${JSON.stringify(openApiDocument(app), null, 2)}\n`;

if (!process.argv.includes('--check')) {
  await writeFile(file, wanted);
} else if ((await readFile(file, 'utf8').catch(() => '')) !== wanted) {
  console.error('openapi.json is out of step with the routes. Run `node scripts/generate-openapi.ts`.');
  process.exit(1);
}
