// Compares the findings in generated sources (test/support/archives/scan-corpus.ts), at both levels, with stored digests.
// test/scan-host/cases.extended.test.ts compares the Worker with the same digests. `vitest -u` rewrites them.
import { expect, test } from 'vitest';
import { nodeParsers } from '../../src/cli/parsers.ts';
import { scanSource } from '../../src/scan/scan.ts';
import { findingDigests, scanCorpus } from '../support/archives/scan-corpus.ts';

const golden = new URL('../fixtures/agreement.json', import.meta.url);

test('the findings in generated sources match the stored digests', async () => {
  const parsers = nodeParsers();
  const findings = [];
  for (const source of scanCorpus(400, 1)) {
    findings.push([
      ...(await scanSource(parsers, source, { level: 'seed' })),
      ...(await scanSource(parsers, source, { level: 'strict' })),
    ]);
  }
  expect(new Set(findings.flat().map(({ ruleId }) => ruleId)).size).toBe(15);
  await expect(`${JSON.stringify(await findingDigests(findings), null, 2)}\n`).toMatchFileSnapshot(golden.pathname);
});
