// Scans whole Go plugins, the folders of test/fixtures/go, and compares all findings with <case>.expected.json. `vitest -u` updates
// those files; review the difference.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { parsers } from '../support/go.ts';
import { scanGoPlugin } from '../support/go-plugin.ts';

const folder = fileURLToPath(new URL('../../fixtures/go', import.meta.url));
const cases = readdirSync(folder, { withFileTypes: true }).filter((entry) => entry.isDirectory());

test.each(cases)('the findings are those of the Go case: $name', async ({ name }) => {
  const files = readdirSync(join(folder, name), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .map((path) => ({ path: path.slice(join(folder, name).length + 1), text: readFileSync(path, 'utf8') }));
  await expect(await scanGoPlugin(parsers, files)).toMatchFileSnapshot(join(folder, `${name}.expected.json`));
});
