// Compares all findings in whole files with the stored ones: test/fixtures/scan/<case>.py and <case>.expected.json. `vitest -u`
// rewrites the expectations; review the difference before committing.
import { readdirSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { nodeParsers } from '../../src/cli/parsers.ts';
import { decideVerdict } from '../../src/contract/findings/finding.ts';
import { scanSource } from '../../src/scan/scan.ts';

const folder = new URL('../fixtures/scan/', import.meta.url);
const cases = readdirSync(folder).filter((name) => name.endsWith('.py'));

test.each(cases)('the findings match the case: %s', async (path) => {
  const findings = await scanSource(nodeParsers(), { path, bytes: readFileSync(new URL(path, folder)) });
  const actual = `${JSON.stringify({ verdict: decideVerdict(findings), findings }, null, 2)}\n`;
  await expect(actual).toMatchFileSnapshot(new URL(path.replace(/\.py$/, '.expected.json'), folder).pathname);
});
