// Tests what `slipway relock` tells about a Go plugin: the commands that fix its repository.
import { expect, test } from 'vitest';
import { scriptedServer } from '../../client/scripted-server.ts';
import { inProcess } from '../in-process.ts';

interface Hit {
  id: string;
  name: string;
  fixedIn: string | null;
  reach?: string;
  kind?: string;
}

const hit = ({ fixedIn, id, kind = 'pipeline', name, reach = 'symbol' }: Hit) => ({
  advisory: { advisory_id: id, aliases: [], summary: 'Leaks', severity: 'high' },
  plugin: { name: 'upper', kind },
  plugin_id: 'upper_1_0_0',
  namespace_id: null,
  version: 'v1.0.0',
  package: { ecosystem: 'Go', name, version: '0.9.0', purl: `pkg:golang/${name}@v0.9.0` },
  fixed_in: fixedIn,
  reach,
  live: [{ namespace_id: 'ns_1', namespace_name: 'default', deployment_id: 'dep_1' }],
});

async function relocked(pages: Hit[][], ...more: string[]) {
  const answers = pages.map((page, index) => ({
    body: { results: page.map(hit), pagination: { limit: 100, next_cursor: pages[index + 1] ? 'next' : null } },
  }));
  await using server = await scriptedServer({ body: { name: 'upper' } }, ...answers);
  const environment = { SLIPWAY_BASE_URL: server.url, SLIPWAY_API_KEY: 'sk_any' };
  const ended = await inProcess(['relock', 'upper', '--kind', 'pipeline', ...more], environment);
  return { ...ended, requests: server.received.map(({ url }) => url) };
}

const net = { id: 'GO-1', name: 'example.com/net', fixedIn: '0.9.2' };
const several = [
  [net, { ...net, id: 'GO-2', fixedIn: '0.10.0' }, { ...net, id: 'GO-3', fixedIn: '0.9.10' }],
  [
    { id: 'GO-4', name: 'example.com/text', fixedIn: '1.2.3' },
    { id: 'GO-5', name: 'example.com/old', fixedIn: null },
    { id: 'GO-6', name: 'stdlib', fixedIn: '1.26.9' },
    { id: 'GO-7', name: 'example.com/unreached', fixedIn: '2.0.0', reach: 'none' },
    { id: 'GO-8', name: 'example.com/other', fixedIn: '2.0.0', kind: 'storage' },
  ],
];

test('slipway relock names the modules at the highest needed fix, and the toolchain for the standard library', async () => {
  const { exit, requests, stdout } = await relocked(several);
  expect([exit, requests]).toEqual([
    'done',
    [
      '/api/plugins/upper',
      '/v1/advisories?plugin=upper&live=true',
      '/v1/advisories?plugin=upper&live=true&cursor=next',
    ],
  ]);
  expect(stdout).toMatch(/^in its repository +go get example.com\/net@v0\.10\.0 example.com\/text@v1\.2\.3$/m);
  expect(stdout).toMatch(/^on the builder +update the Go toolchain to 1\.26\.9 or later$/m);
  expect(stdout).toMatch(/^GO-5 +high +example.com\/old 0\.9\.0 +no fix is known$/m);
  expect(stdout).not.toMatch(/GO-7|GO-8/);
});

test('slipway relock --json has the command, the toolchain and the advisories', async () => {
  const { stdout } = await relocked(several, '--json');
  expect(JSON.parse(stdout)).toMatchObject({
    ...{ name: 'upper', kind: 'pipeline', toolchain: '1.26.9' },
    command: 'go get example.com/net@v0.10.0 example.com/text@v1.2.3',
    advisories: ['GO-1', 'GO-2', 'GO-3', 'GO-4', 'GO-5', 'GO-6'].map((id) => ({ advisory: { advisory_id: id } })),
  });
});

test('slipway relock of a Go plugin that no advisory affects has nothing to fix', async () => {
  const { exit, stdout } = await relocked([[]]);
  expect([exit, stdout]).toEqual(['done', '✓ no known advisory affects the live version of upper\n']);
});

test('slipway relock does not publish a Go plugin', async () => {
  const { exit, requests, stderr } = await relocked([], '--publish');
  expect([exit, requests]).toEqual(['usage', []]);
  expect(stderr).toContain('its packages are chosen in its repository');
});

test('slipway relock of a Go plugin that does not exist says so', async () => {
  await using server = await scriptedServer({ status: 404, body: { error: 'Plugin not found: upper' } });
  const environment = { SLIPWAY_BASE_URL: server.url, SLIPWAY_API_KEY: 'sk_any' };
  const { exit, stderr } = await inProcess(['relock', 'upper', '--kind', 'pipeline'], environment);
  expect([exit, stderr]).toEqual(['failed', expect.stringContaining('Plugin not found: upper')]);
});
