/// <reference types="vite/types/importMeta.d.ts" />
// Tests the scanner in workerd with the Worker's parsers: its findings in the cases of test/fixtures are byte for byte those in Node.
import { expect, test } from 'vitest';
import { memorySource } from '../../src/archive/reading/byte-source.ts';
import { packZip } from '../../src/archive/zip/pack.ts';
import { decideVerdict } from '../../src/contract/findings/finding.ts';
import { languages } from '../../src/contract/plugin/languages.ts';
import { scanSource } from '../../src/scan/scan.ts';
import { workerParsers } from '../../src/scan-host/parsers.ts';
import { runScan } from '../../src/scan-host/scans.ts';
import agreement from '../fixtures/agreement.json';
import { scanGoPlugin } from '../scan/support/go-plugin.ts';
import { openTestArchive } from '../support/archives/open-archive.ts';
import { findingDigests, scanCorpus } from '../support/archives/scan-corpus.ts';
import { testApp } from '../support/deps.ts';
import { readTable } from '../support/txtar.ts';

const python = import.meta.glob<string>('../fixtures/scan/*', {
  query: '?raw',
  import: 'default',
  eager: true,
  exhaustive: true,
});
const go = import.meta.glob<string>('../fixtures/go.txtar', { query: '?raw', import: 'default', eager: true });
const parsers = workerParsers();

const pythonCases = Object.entries(python).filter(([path]) => path.endsWith('.py'));

test.each(pythonCases)('a case has the same findings in workerd: %s', async (location, text) => {
  const path = location.slice(location.lastIndexOf('/') + 1);
  const findings = await scanSource(parsers, { path, bytes: new TextEncoder().encode(text) });
  expect({ verdict: decideVerdict(findings), findings }).toEqual(
    JSON.parse(python[location.replace(/\.py$/, '.expected.json')] ?? ''),
  );
});

test('generated sources have the expected findings at both levels', async () => {
  const findings = [];
  for (const source of scanCorpus(400, 1)) {
    findings.push([
      ...(await scanSource(parsers, source, { level: 'seed' })),
      ...(await scanSource(parsers, source, { level: 'strict' })),
    ]);
  }
  expect(await findingDigests(findings)).toEqual(agreement);
});

test.each(readTable(go['../fixtures/go.txtar'] ?? ''))(
  'a Go case has the same findings in workerd: $name',
  async ({ files }) => {
    const { 'expected.json': expected, ...texts } = files;
    expect(await scanGoPlugin(parsers, texts)).toBe(expected);
  },
);

test('a name with too many combining marks rejects an upload, but no version that exists', async () => {
  const { deps } = testApp();
  const bytes = (text: string) => Uint8Array.from(new TextEncoder().encode(text));
  const zip = await packZip([
    { path: 'manifest.py', bytes: bytes('') },
    { path: 'pipeline.py', bytes: bytes(`a${'\u0301'.repeat(31)} = 1\n`) },
  ]);
  const archive = await openTestArchive(memorySource(zip), { language: 'python' });
  const basis = { level: 'seed' as const, existingScan: undefined, cached: undefined };
  const { findings, uploadFindings, verdict } = await runScan(deps, archive, basis, async () => {});
  expect([verdict, findings, uploadFindings.map(({ ruleId }) => ruleId)]).toEqual(['pass', [], ['SLU103']]);
});

test('the same archive has different findings in different languages', async () => {
  const { deps } = testApp();
  const bytes = (text: string) => Uint8Array.from(new TextEncoder().encode(text));
  const zip = await packZip([
    { path: 'manifest.py', bytes: bytes('eval("1")') },
    { path: 'pipeline.py', bytes: bytes('') },
    { path: 'plugin.go', bytes: bytes('package main\n\nimport "unsafe"\n') },
  ]);
  const results = [];
  for (const language of languages) {
    const archive = await openTestArchive(memorySource(zip), { language });
    const basis = { level: 'seed' as const, existingScan: undefined, cached: undefined };
    const { findings, policyVersion } = await runScan(deps, archive, basis, async () => {});
    results.push([policyVersion, findings.map(({ ruleId, file }) => `${ruleId} ${file}`)]);
  }
  expect(results).toEqual([
    [deps.policyVersion, ['SLP201 manifest.py']],
    [`${deps.policyVersion}-go`, ['SLP901 plugin.go']],
  ]);
});
