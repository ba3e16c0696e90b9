// Tests the requests and the output of `slipway advisories`, and the exit code that a CI job uses.
import { expect, test } from 'vitest';
import { scriptedServer } from '../../client/scripted-server.ts';
import { inProcess } from '../in-process.ts';

const affected = {
  advisory: { advisory_id: 'GHSA-1', aliases: ['CVE-1'], summary: 'Leaks', severity: 'high' },
  plugin: { name: 'ocr', kind: 'extractor' },
  plugin_id: 'ocr_1_0_0',
  namespace_id: 'ns_1',
  version: '1.0.0',
  package: { ecosystem: 'PyPI', name: 'requests', version: '2.31.0', purl: 'pkg:pypi/requests@2.31.0' },
  fixed_in: '2.32.4',
  reach: 'unknown',
  live: [{ namespace_id: 'ns_1', namespace_name: 'films', deployment_id: 'dep_1' }],
};

async function ran(command: string, results: object[], fields: object = {}) {
  const body = { ...fields, results, pagination: { limit: 100, next_cursor: null } };
  await using server = await scriptedServer({ body }, { body });
  const environment = { SLIPWAY_BASE_URL: server.url, SLIPWAY_API_KEY: 'sk_any' };
  const ended = await inProcess(command.split(' '), environment);
  return { ...ended, requests: server.received.map(({ url }) => url) };
}

test('slipway advisories prints the package in use, the fix and where the version is live', async () => {
  const { exit, requests, stdout } = await ran('advisories', [affected]);
  expect([exit, requests]).toEqual(['done', ['/v1/advisories']]);
  expect(stdout).toMatch(/^PLUGIN +SEVERITY +ADVISORY +PACKAGE +FIXED IN +REACHED +LIVE IN$/m);
  expect(stdout).toMatch(/^ocr 1\.0\.0 +high +GHSA-1 +requests 2\.31\.0 +2\.32\.4 +- +films$/m);
});

test('slipway advisories without a result says how to import advisories', async () => {
  expect((await ran('advisories --live', [])).stdout).toContain('`slipway advisories import`');
});

test.each([
  ['advisories --live --severity high', '?severity=high&live=true'],
  ['advisories --plugin ocr --package requests --advisory CVE-1', '?plugin=ocr&package=requests&advisory=CVE-1'],
])('%s asks for what it names', async (command, query) => {
  expect((await ran(command, [affected])).requests).toEqual([`/v1/advisories${query}`]);
});

test.each<[string, object[], string]>([
  ['a live version is affected', [affected], 'failed'],
  ['only code that is not reached is affected', [{ ...affected, reach: 'none' }], 'done'],
  ['no live version is affected', [], 'done'],
])('slipway advisories --fail-on when %s', async (_, results, outcome) => {
  const { exit, requests } = await ran('advisories --plugin ocr --fail-on high', results);
  expect(exit).toBe(outcome);
  expect(requests.at(-1)).toBe('/v1/advisories?plugin=ocr&severity=high&live=true');
});

test('slipway advisories show prints an advisory and the versions that it affects', async () => {
  const { advisory, ...version } = affected;
  const { exit, requests, stdout } = await ran('advisories show GHSA-1', [version], advisory);
  expect([exit, requests]).toEqual(['done', ['/v1/advisories/GHSA-1']]);
  expect(stdout).toMatch(/^aliases +CVE-1$/m);
  expect(stdout).toMatch(/^ocr 1\.0\.0 +requests 2\.31\.0 +2\.32\.4 +- +films$/m);
});
