// Whole plugins in test/fixtures/manifest, each with the reading that is expected of it (`vitest -u` writes them anew, to be reviewed).
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { manifestSchema } from '../../src/contract/manifest.ts';
import { pluginIn, read, type Upload } from './plugin.ts';

const casesFolder = join(import.meta.dirname, '../fixtures/manifest');
const ofTheTest = ['expected.json', 'upload.json'];

/** What the upload said; its name and version 1.0.0 where the case has no upload.json. */
function uploadOf(name: string): Upload {
  const file = join(casesFolder, name, 'upload.json');
  const given = existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : {};
  return { name, version: '1.0.0', versionChosenByServer: false, ...given };
}

test.each(readdirSync(casesFolder))('%s', async (name) => {
  const folder = join(casesFolder, name);
  const { problems, warnings, ...reading } = await read(pluginIn(folder, ofTheTest), uploadOf(name));
  const told = [...problems, ...warnings].map(
    ({ column, file, line, message, ruleId, severity }) => `${severity} ${ruleId} ${file}:${line}:${column} ${message}`,
  );
  expect(manifestSchema.nullable().safeParse(reading.manifest).success).toBe(true);
  await expect(`${JSON.stringify({ ...reading, told }, null, 2)}\n`).toMatchFileSnapshot(join(folder, 'expected.json'));
});
