// Tests how `slipway show` and `slipway diff` print a Go plugin's capabilities.
import { expect, test } from 'vitest';
import { type Scripted, scriptedServer } from '../../client/scripted-server.ts';
import { inProcess } from '../in-process.ts';

const throughModule = {
  name: 'NETWORK',
  path: ['plugin.rates.Execute', 'github.com/x/y.Client.Do', 'net.Dial'],
  through: 'github.com/x/y.Client.Do',
  module: 'github.com/x/y@v1.3.0',
  reason: null,
};
const itself = {
  name: 'READ_SYSTEM_STATE',
  path: ['plugin.rates.Execute', 'os.Environ'],
  through: 'os.Environ',
  module: null,
  reason: null,
};
const failed = {
  name: 'UNANALYZED',
  path: [],
  through: '',
  module: null,
  reason: 'The analysis did not finish within 120 s.',
};
const plugin = {
  name: 'rates',
  description: 'Exchange rates',
  author: 'acme',
  repository_url: 'https://git.test/acme/rates.git',
  git_ref: 'v1.3.0',
  git_commit_hash: '0123456789abcdef0123456789abcdef01234567',
  status: 'active',
  loaded: true,
  plugin_definition: { permissions: { network: ['api.example.com'] } },
  installed_at: '2026-03-01T10:00:00.000Z',
  updated_at: '2026-03-02T10:00:00.000Z',
  sha256: 'ab'.repeat(32),
};
const netHttp = 'uses net/http: needs a container';
const file = {
  ...{ path: 'plugin.go', status: 'modified', additions: 1, deletions: 1, hidden: null },
  ...{ diff: '--- a/plugin.go\n+++ b/plugin.go\n@@ -1 +1 @@\n-old\n+new\n' },
};
const finding = { file: '', line: 1, column: 1, rule: 'SLP906', message: 'Network without a granted host: …' };
const diff = {
  ...{ success: true, name: 'rates', v1: 'v1.2.0', v2: 'v1.3.0', identical: false, files: [file], diff: file.diff },
  summary: { files_changed: 1, additions: 1, deletions: 1 },
  findings: { introduced: [finding], fixed: [], unchanged: [] },
  ...{ dependencies: [], permissions: [], packages: null },
};

async function ran(args: string[], ...answers: Scripted[]) {
  await using server = await scriptedServer(...answers);
  const environment = { SLIPWAY_BASE_URL: server.url, SLIPWAY_API_KEY: 'sk_any', TZ: 'UTC' };
  const { exit, stdout } = await inProcess([...args, '--kind', 'pipeline'], environment);
  return { exit, stdout, sent: server.received.map(({ method, url }) => `${method} ${url}`) };
}

test.each([
  ['capabilities', [throughModule, itself]],
  ['no-capability', []],
  ['failed-analysis', [failed]],
  ['no-analysis', null],
])("slipway show prints a plugin's capabilities: %s", async (name, capabilities) => {
  const { sent, stdout } = await ran(['show', 'rates'], { body: { ...plugin, capabilities } });
  expect(sent).toEqual(['GET /api/plugins/rates']);
  await expect(stdout.replaceAll(/^(installed|updated) .*$/gm, '$1 TIME')).toMatchFileSnapshot(
    `golden/show-${name}.txt`,
  );
});

const asking = (permissions: object) => ({ plugin_definition: { permissions } });
const reachesNothing = [
  'network      uses the network; without a grant it reaches nothing',
  'ask for hosts with `permissions: {network: [HOST]}` in plugin.yaml, then `slipway grants give rates --kind pipeline`',
];

test.each<[string, object, string[]]>([
  ['uses the network and asks for no permissions', asking({}), reachesNothing],
  ['uses the network and has no plugin.yaml', { plugin_definition: null }, reachesNothing],
  ['uses the network and asks for secrets only', asking({ secrets: ['TOKEN'] }), reachesNothing],
  ['uses the network and asks for a host', asking({ network: ['api.example.com'] }), []],
  ['uses the network and asks for a forward', asking({ forward: { db: 'db.example.com:5432' } }), []],
  ['does not use the network', { ...asking({}), capabilities: [itself] }, []],
  [
    'asks for localhost',
    asking({ network: ['localhost:8080', 'api.example.com', '127.0.0.1'] }),
    ['localhost:8080', '127.0.0.1'].map(
      (host) => `network      Go's clients don't use a proxy for ${host}: ask for it with \`forward\` instead`,
    ),
  ],
])('slipway show prints the capabilities of a plugin that %s', async (_, differs, expected) => {
  const answer = { body: { ...plugin, capabilities: [throughModule], ...differs } };
  const { stdout } = await ran(['show', 'rates'], answer);
  const lines = stdout.split('\n').map((line) => line.trim());
  expect(lines.filter((line) => /^network |^ask for hosts/.test(line))).toEqual(expected);
});

/** The server's response about the plugin, which says where its versions are. */
const there = { body: { namespace_id: 'ns_home' } };
const versions = [
  { version: 'ccc', git_ref: 'v1.3.0' },
  { version: 'bbb', git_ref: 'v1.2.0' },
  { version: 'aaa', git_ref: 'v1.1.0' },
];

test.each([
  [
    'capabilities',
    [
      { change: 'removed', ...itself },
      { change: 'added', ...throughModule },
    ],
  ],
  ['failed-analysis', [{ change: 'added', ...failed }]],
  ['no-analysis', null],
])("slipway diff prints two versions' capabilities: %s", async (name, capabilities) => {
  const { stdout } = await ran(['diff', 'rates', 'v1.2.0..v1.3.0'], there, { body: { ...diff, capabilities } });
  await expect(stdout).toMatchFileSnapshot(`golden/diff-${name}.txt`);
});

test.each([
  ['placement', { placement: { v1: 'isolate', v2: 'container' }, placement_reason: { v1: null, v2: netHttp } }],
  [
    'same-placement',
    { placement: { v1: 'container', v2: 'container' }, placement_reason: { v1: netHttp, v2: netHttp } },
  ],
  [
    'placement-of-the-same-files',
    {
      ...{ identical: true, files: [], diff: '' },
      ...{ placement: { v1: 'container', v2: 'isolate' }, placement_reason: { v1: null, v2: null } },
    },
  ],
])('slipway diff prints a capability change: %s', async (name, change) => {
  const { stdout } = await ran(['diff', 'rates', 'v1.2.0..v1.3.0'], there, {
    body: { ...diff, capabilities: [], ...change },
  });
  await expect(stdout).toMatchFileSnapshot(`golden/diff-${name}.txt`);
});

test.each([
  [['v1.2.0..v1.3.0'], [], 'v1=v1.2.0&v2=v1.3.0'],
  [['v1.2.0', 'v1.3.0'], [], 'v1=v1.2.0&v2=v1.3.0'],
  [['v1.2.0'], [{ body: { results: versions } }], 'v1=aaa&v2=bbb'],
  [[], [{ body: { results: versions } }], 'v1=bbb&v2=ccc'],
])('slipway diff %j compares those versions, or each with the one before', async (refs, before, query) => {
  const answer = { body: { ...diff, capabilities: [] } };
  const { exit, sent } = await ran(['diff', 'rates', ...refs, '--stat'], there, ...before, answer);
  expect([exit, sent.at(-1)]).toEqual([
    'done',
    `GET /v1/namespaces/ns_home/plugins/by-name/rates/diff?kind=pipeline&${query}`,
  ]);
});
