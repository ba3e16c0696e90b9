// Whole Go plugins and all that is found in them: the folders of test/fixtures/go, each beside <case>.expected.json. `vitest -u`
// writes the expectations anew; read the difference before keeping it.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { parsers } from '../support/go.ts';
import { judgeGoPlugin } from '../support/go-plugin.ts';

const folder = fileURLToPath(new URL('../../fixtures/go', import.meta.url));
const cases = readdirSync(folder, { withFileTypes: true }).filter((entry) => entry.isDirectory());

test.each(cases)('$name', async ({ name }) => {
  const files = readdirSync(join(folder, name), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .map((path) => ({ path: path.slice(join(folder, name).length + 1), text: readFileSync(path, 'utf8') }));
  await expect(await judgeGoPlugin(parsers, files)).toMatchFileSnapshot(join(folder, `${name}.expected.json`));
});
