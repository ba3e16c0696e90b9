// Scans the Go plugins in test/fixtures/go.txtar and compares all findings with each plugin's expected.json. `vitest -u` rewrites the
// table for the next run; review the difference.
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { readTable, tableWithResults } from '../../support/txtar.ts';
import { parsers } from '../support/go.ts';
import { scanGoPlugin } from '../support/go-plugin.ts';

const file = fileURLToPath(new URL('../../fixtures/go.txtar', import.meta.url));
const table = readTable(readFileSync(file, 'utf8'));
const results = new Map<string, Record<string, string>>();

test.each(table)('the findings match the Go case: $name', async ({ files, name }) => {
  const { 'expected.json': expected, ...texts } = files;
  const result = await scanGoPlugin(parsers, texts);
  results.set(name, { 'expected.json': result });
  expect(result).toBe(expected);
});

test('the table has the findings for its Go plugins', async () => {
  await expect(tableWithResults(table, results)).toMatchFileSnapshot(file);
});
