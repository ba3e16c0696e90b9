// Reads the plugins in test/fixtures/manifest.txtar and compares each result with the plugin's expected.json. upload.json overrides the
// upload's name and version. `vitest -u` rewrites the table for the next run; review the difference.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { manifestSchema } from '../../src/contract/plugin/manifest.ts';
import { readTable, tableWithResults } from '../support/txtar.ts';
import { pluginOf, read } from './plugin.ts';

const file = join(import.meta.dirname, '../fixtures/manifest.txtar');
const table = readTable(readFileSync(file, 'utf8'));
const results = new Map<string, Record<string, string>>();

test.each(table)('a manifest is read as expected: $name', async ({ files, name }) => {
  const { 'expected.json': expected, 'upload.json': overrides = '{}', ...texts } = files;
  const upload = { name, version: '1.0.0', versionChosenByServer: false, ...JSON.parse(overrides) };
  const { problems, warnings, advice, ...reading } = await read(pluginOf(texts), upload);
  const findings = [...problems, ...warnings, ...advice].map(
    ({ column, file, line, message, ruleId, severity }) => `${severity} ${ruleId} ${file}:${line}:${column} ${message}`,
  );
  const result = `${JSON.stringify({ ...reading, findings }, null, 2)}\n`;
  results.set(name, { 'expected.json': result });
  expect(manifestSchema.nullable().safeParse(reading.manifest).success).toBe(true);
  expect(result).toBe(expected);
});

test('the table matches the results for its manifests', async () => {
  await expect(tableWithResults(table, results)).toMatchFileSnapshot(file);
});
