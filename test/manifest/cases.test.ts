// Reads whole plugins in test/fixtures/manifest and compares the results with their expected.json. `vitest -u` updates those files;
// review the difference.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { manifestSchema } from '../../src/contract/plugin/manifest.ts';
import { pluginIn, read, type Upload } from './plugin.ts';

const casesFolder = join(import.meta.dirname, '../fixtures/manifest');
const testFiles = ['expected.json', 'upload.json'];

/** Returns the upload of a case: its upload.json, or the case's name and version 1.0.0. */
function uploadOf(name: string): Upload {
  const file = join(casesFolder, name, 'upload.json');
  const overrides = existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : {};
  return { name, version: '1.0.0', versionChosenByServer: false, ...overrides };
}

test.each(readdirSync(casesFolder))('a manifest is read as its case expects: %s', async (name) => {
  const folder = join(casesFolder, name);
  const { problems, warnings, advice, ...reading } = await read(pluginIn(folder, testFiles), uploadOf(name));
  const findings = [...problems, ...warnings, ...advice].map(
    ({ column, file, line, message, ruleId, severity }) => `${severity} ${ruleId} ${file}:${line}:${column} ${message}`,
  );
  expect(manifestSchema.nullable().safeParse(reading.manifest).success).toBe(true);
  await expect(`${JSON.stringify({ ...reading, findings }, null, 2)}\n`).toMatchFileSnapshot(
    join(folder, 'expected.json'),
  );
});
