// Tests the requests of the cluster commands, which credential they send, and what `slipway doctor` says about clusters.
import { expect, test } from 'vitest';
import { inProcess } from '../../../cli/in-process.ts';
import { doctor, inOrder, serverThat } from '../../../cli/set-up/doctor-server.ts';
import { scriptedServer } from '../../../client/scripted-server.ts';

const pagination = { next_cursor: null };
const clusterUrls = { dashboard_url: 'https://ray.example.com', serve_url: 'https://serve.example.com' };
const cluster = {
  ...{ cluster_id: 'clu_1', name: 'gpu', ...clusterUrls, trusted_for: null, network: 'none', files: 'any' },
  ...{ state: 'unreachable', message: 'It does not answer.', ray_version: '2.60.0' },
  checked_at: '2026-12-20T12:00:00.000Z',
};
const clusterLines = `name         gpu
state        unreachable
message      It does not answer.
Ray          2.60.0
files        any size
dashboard    https://ray.example.com
serve        https://serve.example.com
network      none
trusted for  all organizations
checked      2026-12-20 12:00:00Z
`;
const addCluster = ['clusters', 'add', 'gpu', '--token-env', 'RAY_TOKEN'].concat([
  ...['--dashboard', clusterUrls.dashboard_url, '--serve', clusterUrls.serve_url],
]);
const sentCluster = { name: 'gpu', ...clusterUrls, token: 'a-token', network: 'none' };

test.each<[string[], object, string, unknown, string]>([
  [
    [...addCluster, '--trusted-for', 'org_1', 'org_2'],
    cluster,
    'POST /v1/admin/clusters',
    { ...sentCluster, trusted_for: ['org_1', 'org_2'] },
    '✓ connected gpu (Ray 2.60.0)\n',
  ],
  [
    [...addCluster, '--all', '--network', 'open'],
    cluster,
    'POST /v1/admin/clusters',
    { ...sentCluster, trusted_for: null, network: 'open' },
    '✓ connected gpu (Ray 2.60.0)\n',
  ],
  [
    ['clusters', 'edit', 'gpu', '--network', 'open'],
    { ...cluster, network: 'open' },
    'PATCH /v1/admin/clusters/gpu',
    { network: 'open' },
    '✓ changed gpu: network open\n',
  ],
  [
    ['clusters', 'list'],
    {
      results: [cluster, { ...cluster, name: 'spare', trusted_for: ['org_1'], ray_version: null, network: 'open' }],
      pagination,
    },
    'GET /v1/admin/clusters',
    '',
    'NAME   STATE        RAY     NETWORK  FILES     ORGANIZATIONS  CHECKED\n' +
      'gpu    unreachable  2.60.0  none     any size  all            2026-12-20 12:00:00Z\n' +
      'spare  unreachable  -       open     any size  1              2026-12-20 12:00:00Z\n',
  ],
  [['clusters', 'show', 'gpu'], cluster, 'GET /v1/admin/clusters/gpu', '', clusterLines],
  [['clusters', 'check', 'gpu'], cluster, 'POST /v1/admin/clusters/gpu/check', '', clusterLines],
  [
    ['clusters', 'remove', 'gpu', '-y'],
    { success: true, name: 'gpu' },
    'DELETE /v1/admin/clusters/gpu',
    '',
    '✓ removed gpu\n',
  ],
])('%j sends the admin token', async (args, body, request, sent, stdout) => {
  await using server = await scriptedServer({ body });
  const tokens = { SLIPWAY_API_KEY: 'sk_any', SLIPWAY_ADMIN_TOKEN: 'admin', RAY_TOKEN: 'a-token' };
  const environment = { SLIPWAY_BASE_URL: server.url, ...tokens };
  const ran = await inProcess(args, environment);
  const [received] = server.received;
  const sentBody = received?.body ? JSON.parse(received.body) : '';
  expect([ran.exit, `${received?.method} ${received?.url}`, sentBody]).toEqual(['done', request, sent]);
  expect(received?.headers.authorization).toBe('Bearer admin');
  expect(ran.stdout).toEqual(stdout);
});

test.each<[string[], Record<string, string>, string]>([
  [addCluster, { RAY_TOKEN: 'a-token' }, "the cluster's organizations are missing"],
  [[...addCluster, '--all'], {}, 'the variable RAY_TOKEN contains no token'],
  [[...addCluster, '--all'], { RAY_TOKEN: 'a token' }, 'the variable RAY_TOKEN contains a space at position 2'],
])('%j with %j sends nothing', async (args, variables, message) => {
  await using server = await scriptedServer({ body: cluster });
  const environment = { SLIPWAY_BASE_URL: server.url, SLIPWAY_ADMIN_TOKEN: 'admin', ...variables };
  const { exit, stderr } = await inProcess(args, environment);
  expect([exit, stderr.split('\n')[0], server.received]).toEqual(['usage', `✗ ${message}`, []]);
});

test('a list of clusters accepts --limit and --cursor', async () => {
  const body = { results: [], pagination: { limit: 2, next_cursor: 'bmV4dA' } };
  await using server = await scriptedServer({ body }, { body });
  const environment = { SLIPWAY_ADMIN_TOKEN: 'token' };
  const args = ['clusters', 'list', '--limit', '2', '--cursor', 'YWJj', '--json'];
  const ran = await inProcess(args, { ...environment, SLIPWAY_BASE_URL: server.url });
  const url = new URL(server.received[0]?.url ?? '', server.url);
  expect([ran.exit, ran.stderr, `${url.pathname}${url.search}`]).toEqual([
    'done',
    '',
    '/v1/admin/clusters?limit=2&cursor=YWJj',
  ]);
  expect(JSON.parse(ran.stdout)).toMatchObject({ results: [], pagination: { next_cursor: 'bmV4dA' } });
  const listed = await inProcess(['clusters', 'list'], { ...environment, SLIPWAY_BASE_URL: server.url });
  expect(listed).toMatchObject({ exit: 'done', stderr: 'There are more results; repeat with --cursor bmV4dA\n' });
});

function shown(name: string, state: string) {
  return { name, state, ray_version: '2.60.0', checked_at: '2026-05-06T07:08:09.000Z' };
}

test('slipway doctor reports clusters last, of which one does not answer', async () => {
  const routes = { '/v1/clusters': { results: [shown('gpu', 'ready'), shown('spare', 'unreachable')] } };
  const found = await doctor(await serverThat({ routes }));
  expect([found.code, found.lines]).toEqual([0, [...inOrder, 'cluster right', 'cluster lacking']]);
});

test('clusters are shown with their Ray version, and with the command that explains a problem', async () => {
  const routes = { '/v1/clusters': { results: [shown('gpu', 'ready'), shown('spare', 'unreachable')] } };
  const { items } = await doctor(await serverThat({ routes }));
  expect(items.slice(-2)).toEqual([
    { name: 'cluster', status: 'right', detail: 'gpu: Ray 2.60.0, checked 2026-05-06 07:08:09Z' },
    {
      ...{ name: 'cluster', status: 'lacking', detail: 'spare: unreachable, checked 2026-05-06 07:08:09Z' },
      fix: 'ask an operator to run `slipway clusters check spare`',
    },
  ]);
});
