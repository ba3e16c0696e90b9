// Tests the requests of the scan policy, quota, organization and builder commands, and which credential they send.
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { quotaResources } from '../../../src/contract/limits/quotas.ts';
import { scriptedServer } from '../../client/scripted-server.ts';
import { inProcess } from '../in-process.ts';
import { folderOf } from '../slipway.ts';

const policy = {
  ...{ level: 'strict', levels: ['seed', 'strict'], policy_version: '7', updated_at: null, versions_to_judge: 1 },
};
const made = { organization_id: 'org_1', name: 'acme', api_key: 'sk_first' };
const held_by = { archives: 1e6, models: 50e6, artifacts: 0, runs: 1e6, later_calls: 0, logs: 0 };
const quotas = {
  quotas: {
    live_deployments: { used: 3, max_allowed: 200 },
    stored_bytes: { used: 52e6, max_allowed: 100e9, held_by },
  },
};
const builder = {
  ...{ name: 'east', url: 'http://b:8080', source: 'operator', mode: 'active', condition: 'ok', instances: 3 },
  ...{ calls_in_flight: 1, memory_available_bytes: 8e9, disk_free_bytes: 62e9 },
  ...{ python: '3.12.1', sandbox: 'namespaces', capabilities: ['builds'] },
};
const silentBuilder = {
  ...{ ...builder, name: 'west', mode: 'draining', condition: 'lost', instances: null, calls_in_flight: null },
  ...{ memory_available_bytes: null, disk_free_bytes: null, python: null, sandbox: null, capabilities: null },
};
const builderLines = `NAME  CONDITION       INSTANCES  CALLS  MEMORY LEFT  DISK LEFT  SANDBOX     PYTHON  URL
east  ok              3          1      8.0 GB       62.0 GB    namespaces  3.12.1  http://b:8080
west  lost, draining  -          -      -            -          -           -       http://b:8080
`;
const GiB = 1024 ** 3;
const holder = { plugin: 'clip@1.0.0', processes: 4, lent_bytes: 20 * GiB, used_bytes: null, instance: 'dep_1' };
const gpuBuilder = {
  ...builder,
  gpus: {
    ...{ problem: null, driver: '580.95.05', cuda: '13.0', whole_cards_only: null, trusted_for: null, ended: 1 },
    cards: [
      {
        ...{ index: 0, uuid: 'GPU-1', name: 'NVIDIA H100', memory_bytes: 80 * GiB, free_bytes: 60 * GiB },
        ...{ lent_bytes: 20 * GiB, used_bytes: 3 * GiB, holders: [{ ...holder, organization: 'org_1' }] },
      },
    ],
  },
};
const brokenBuilder = {
  ...builder,
  gpus: { ...gpuBuilder.gpus, driver: null, cuda: null, cards: [], problem: 'No driver. Install one.', ended: 0 },
};
const factLines = `name           east
condition      ok
URL            http://b:8080
instances      3
calls          1
memory left    8.0 GB
disk left      62.0 GB
sandbox        namespaces
Python         3.12.1
`;
const gpuLines = `${factLines}NVIDIA driver  580.95.05, CUDA 13.0
GPUs for       one organization at a time
ended          1 process that used more GPU memory than their share

GPU  NAME         MEMORY  LENT    USED   UUID
0    NVIDIA H100  80 GiB  20 GiB  3 GiB  GPU-1

GPU  HELD BY     PROCESSES  LENT    USED  ORGANIZATION
0    clip@1.0.0  4          20 GiB  -     org_1
`;
const quotaLines = `RESOURCE          USED     LIMIT   WHEN ALL OF IT IS USED
live_deployments  3        200     deploying a plugin that is not live is refused; new versions of live plugins are not
stored_bytes      52.0 MB  100 GB  requests that store more are refused, runs fail, and further log lines are not stored

STORED BYTES OF  USED
archives         1.0 MB
models           50.0 MB
artifacts        0 bytes
runs             1.0 MB
later_calls      0 bytes
logs             0 bytes
`;

test.each<[string[], object, string, unknown, string]>([
  [
    ['policy', 'show'],
    policy,
    'GET /v1/scan-policy',
    '',
    'level          strict\nlevels         seed, strict\nrules          version 7\nset            never (default)\nstill to scan  1 published version\n',
  ],
  [
    ['policy', 'set', 'strict'],
    policy,
    'PUT /v1/scan-policy',
    { level: 'strict' },
    expect.stringMatching(/^level +strict/),
  ],
  [['quotas', 'list'], { organization_id: 'org_1', ...quotas }, 'GET /v1/quotas', '', quotaLines],
])('a command %j sends its request and prints its table', async (args, body, request, sent, stdout) => {
  await using server = await scriptedServer({ body });
  const ran = await inProcess(args, { SLIPWAY_BASE_URL: server.url, SLIPWAY_API_KEY: 'sk_any' });
  const [received] = server.received;
  const sentBody = received?.body ? JSON.parse(received.body) : '';
  expect([ran.exit, `${received?.method} ${received?.url}`, sentBody]).toEqual(['done', request, sent]);
  expect(ran.stdout).toEqual(stdout);
});

test.each<[string[], object, string, unknown, string]>([
  [['orgs', 'create', 'acme'], made, 'POST /v1/admin/organizations', { name: 'acme' }, 'sk_first\n'],
  [
    ['builders', 'add', 'east', 'http://b:8080'],
    builder,
    'POST /v1/admin/builders',
    { name: 'east', url: 'http://b:8080' },
    '✓ added east (Python 3.12.1, sandbox namespaces)\n',
  ],
  [['builders'], { builders: [builder, silentBuilder] }, 'GET /v1/admin/builders', '', builderLines],
  [
    ['builders'],
    { builders: [gpuBuilder, { ...brokenBuilder, name: 'west' }] },
    'GET /v1/admin/builders',
    '',
    expect.stringMatching(/PYTHON +GPUS +URL\n.* 1, 20 GiB of 80 GiB lent +http.*\n.* ! none +http/),
  ],
  [['builders', 'show', 'east'], { builders: [gpuBuilder] }, 'GET /v1/admin/builders', '', gpuLines],
  [
    ['builders', 'show', 'east'],
    { builders: [brokenBuilder] },
    'GET /v1/admin/builders',
    '',
    expect.stringMatching(/\n✗ It lends no GPUs: No driver\. Install one\.\n$/),
  ],
  [
    ['builders', 'drain', '127.0.0.1:8790'],
    { ...builder, mode: 'draining' },
    'PATCH /v1/admin/builders/127.0.0.1%3A8790',
    { mode: 'draining' },
    '✓ draining east\n',
  ],
  [['builders', 'resume', 'east'], builder, 'PATCH /v1/admin/builders/east', { mode: 'active' }, '✓ resumed east\n'],
  [
    ['builders', 'remove', 'east', '--force', '-y'],
    { success: true, name: 'east' },
    'DELETE /v1/admin/builders/east?force=true',
    '',
    '✓ removed east\n',
  ],
])('%j sends the admin token', async (args, body, request, sent, stdout) => {
  await using server = await scriptedServer({ body });
  const tokens = { SLIPWAY_API_KEY: 'sk_any', SLIPWAY_ADMIN_TOKEN: 'admin' };
  const environment = { SLIPWAY_BASE_URL: server.url, ...tokens };
  const ran = await inProcess(args, environment);
  const [received] = server.received;
  const sentBody = received?.body ? JSON.parse(received.body) : '';
  expect([ran.exit, `${received?.method} ${received?.url}`, sentBody]).toEqual(['done', request, sent]);
  expect(received?.headers.authorization).toBe('Bearer admin');
  expect(ran.stdout).toEqual(stdout);
});

test.concurrent.each([
  ['has no instances left', { instances: 0 }],
  ['is lost', { condition: 'lost', instances: null }],
])('slipway builders drain --wait waits until the builder %s', async (_, last) => {
  const draining = { ...builder, mode: 'draining' };
  const silent = { ...draining, condition: 'late', instances: null };
  const lists = [silent, { ...draining, ...last }].map((one) => ({ body: { builders: [one] } }));
  await using server = await scriptedServer({ body: builder }, ...lists);
  const environment = { SLIPWAY_BASE_URL: server.url, SLIPWAY_ADMIN_TOKEN: 'admin' };
  const ran = await inProcess(['builders', 'drain', 'east', '--wait'], environment);
  expect([ran.stdout, server.received.length]).toEqual(['✓ drained east\n', 3]);
});

test.concurrent('slipway builders drain --wait says how many instances are left, and fails if the builder is resumed', async () => {
  const lists = ['draining', 'active'].map((mode) => ({ body: { builders: [{ ...builder, mode }] } }));
  await using server = await scriptedServer({ body: builder }, ...lists);
  const environment = { SLIPWAY_BASE_URL: server.url, SLIPWAY_ADMIN_TOKEN: 'admin' };
  const ran = await inProcess(['builders', 'drain', 'east', '--wait'], environment);
  expect([ran.stdout, ran.stderr]).toEqual([
    '',
    expect.stringMatching(/3 instances left[\s\S]*The builder east was resumed before it was empty/),
  ]);
});

test('slipway quotas list shows every quota, with units for sizes, and what happens when the quota is used up', async () => {
  const amounts = { used: 52e6, max_allowed: 50e9 };
  const all = Object.fromEntries(quotaResources.map((resource) => [resource, { ...amounts, held_by }]));
  await using server = await scriptedServer({ body: { organization_id: 'org_1', quotas: all } });
  const { stdout } = await inProcess(['quotas', 'list'], { SLIPWAY_BASE_URL: server.url, SLIPWAY_API_KEY: 'sk_any' });
  const [quotas = '', stored = ''] = stdout.trimEnd().split('\n\n');
  const lines = quotas.split('\n').slice(1);
  expect(lines.map((line) => line.split(' ')[0])).toEqual([...quotaResources]);
  expect(lines).toContainEqual(
    expect.stringMatching(/^log_bytes_per_day +52\.0 MB +50\.0 GB +further lines are shown/),
  );
  expect(stored.split('\n').map((line) => line.split(/ {2,}/))).toEqual([
    ['STORED BYTES OF', 'USED'],
    ['archives', '1.0 MB'],
    ['models', '50.0 MB'],
    ['artifacts', '0 bytes'],
    ['runs', '1.0 MB'],
    ['later_calls', '0 bytes'],
    ['logs', '0 bytes'],
  ]);
  expect(lines).toContainEqual(expect.stringMatching(/^keys +52000000 +50000000000 +creating a key is refused$/));
});

test('a local server provides the admin token; without a local server, the command names the setting', async () => {
  await using server = await scriptedServer({ body: { builders: [] } });
  const local = { url: server.url, api_key: 'sk_local', namespace_id: 'ns_1', admin_token: 'local-admin' };
  const folder = folderOf({ 'state/local.json': JSON.stringify(local) });
  const environment = { XDG_CONFIG_HOME: folder, SLIPWAY_STATE: join(folder, 'state') };
  expect((await inProcess(['builders'], environment)).exit).toBe('done');
  expect(server.received[0]?.headers.authorization).toBe('Bearer local-admin');
  expect(await inProcess(['builders'], { ...environment, SLIPWAY_BASE_URL: 'https://other.test' })).toMatchObject({
    exit: 'denied',
    stderr:
      "✗ no admin token for https://other.test\n  fix      Set SLIPWAY_ADMIN_TOKEN to the installation's ADMIN_TOKEN.\n",
  });
});

test('slipway completion powershell lists commands, choices and the commands that accept plugins', async () => {
  const { exit, stdout } = await inProcess(['completion', 'powershell']);
  expect(exit).toBe('done');
  expect(stdout).toMatch(/^Register-ArgumentCompleter -Native -CommandName slipway/);
  expect(stdout).toMatch(/^ {4}'keys' = @\('list', 'create'/m);
  expect(stdout).toMatch(/^ {4}'lint --format' = @\('text', 'json', 'sarif', 'github'\)$/m);
  expect(stdout).toContain("'invoke'");
});

test("slipway whoami shows the key's organization, and the person it acts for", async () => {
  const key = {
    ...{ name: 'ci', prefix: 'sk_12345678', scopes: ['plugins:read'], namespace_ids: null, expires_at: null },
    ...{ organization_id: 'org_1', organization_name: 'acme', kind: 'personal', role: 'viewer' },
    person: { person_id: 'usr_1', name: 'Ana' },
  };
  await using server = await scriptedServer({ body: key });
  const ran = await inProcess(['whoami'], { SLIPWAY_BASE_URL: server.url, SLIPWAY_API_KEY: 'sk_any' });
  const shown = '\norganization  acme (org_1)\nperson        Ana (usr_1), viewer\nkey           sk_12345678…  ci\n';
  expect([ran.exit, ran.stdout]).toEqual(['done', expect.stringContaining(`${shown}              a personal key\n`)]);
});

const count = {
  calls: 2,
  errors: 1,
  invalid_inputs: 0,
  p50_ms: 12,
  p95_ms: 1500,
  checked: 2,
  mismatched: 1,
  batches: null,
};
const invalid = { ...count, invalid_inputs: 1 };
const batched = { ...count, batches: { mean_size: 12.4, mean_wait_ms: 3.1 } };
const traffic = {
  ...{ name: 'notes', namespace_id: 'ns_1', since: '2026-11-20T13:00:00.000Z', until: '2026-11-20T13:30:00.000Z' },
  ...{ total: count, by_version: [{ version: '1.0.0', ...count }], truncated: false },
  ...{ step: 'hour', by_time: [{ at: '2026-11-20T13:00:00.000Z', version: '1.0.0', ...count }] },
  marks: [{ at: '2026-11-20T13:05:30.000Z', type: 'rolled_back', version: '1.0.0', previous_version: '1.1.0' }],
};

test.each<[what: string, body: object, stdout: string]>([
  [
    'calls by version and by hour, and what changed',
    traffic,
    'VERSION  CALLS  ERRORS  P50    P95    MISMATCHED\n1.0.0    2      1       12 ms  1.5 s  1 of 2\n\nHOUR (UTC)        VERSION  CALLS  ERRORS  P50    P95    MISMATCHED\n2026-11-20 13:00  1.0.0    2      1       12 ms  1.5 s  1 of 2\n\nTIME (UTC)        CHANGE          VERSION\n2026-11-20 13:05  rolled back to  1.0.0\n',
  ],
  [
    'the mean size and wait of batches',
    {
      ...{ ...traffic, total: batched, by_version: [{ version: '1.0.0', ...batched }], marks: [] },
      by_time: [{ ...traffic.by_time[0], batches: null }],
    },
    'VERSION  CALLS  ERRORS  P50    P95    BATCH  WAIT  MISMATCHED\n1.0.0    2      1       12 ms  1.5 s  12.4   3 ms  1 of 2\n\nHOUR (UTC)        VERSION  CALLS  ERRORS  P50    P95    BATCH  WAIT  MISMATCHED\n2026-11-20 13:00  1.0.0    2      1       12 ms  1.5 s  -      -     1 of 2\n',
  ],
  [
    'calls with inputs that the schema refuses',
    {
      ...{ ...traffic, total: invalid, by_version: [{ version: '1.0.0', ...invalid }], marks: [] },
      by_time: [{ ...traffic.by_time[0], ...invalid }],
    },
    'VERSION  CALLS  ERRORS  INVALID  P50    P95    MISMATCHED\n1.0.0    2      1       1        12 ms  1.5 s  1 of 2\n\nHOUR (UTC)        VERSION  CALLS  ERRORS  INVALID  P50    P95    MISMATCHED\n2026-11-20 13:00  1.0.0    2      1       1        12 ms  1.5 s  1 of 2\n',
  ],
  [
    'that there were none',
    { ...traffic, total: { ...count, calls: 0 }, marks: [] },
    'notes has had no calls since 2026-11-20 13:00:00Z.\n',
  ],
])('slipway traffic shows %s', async (_what, body, stdout) => {
  await using server = await scriptedServer({ body: { namespace_id: 'ns_home' } }, { body });
  const environment = { SLIPWAY_BASE_URL: server.url, SLIPWAY_API_KEY: 'sk_any', SLIPWAY_NAMESPACE: 'ns_1' };
  const ran = await inProcess(['traffic', 'notes', '--hours', '1', '--kind', 'pipeline'], environment);
  expect([ran.exit, ran.stdout]).toEqual(['done', stdout]);
  expect(server.received.map(({ url }) => url)).toEqual([
    '/api/plugins/notes',
    '/v1/namespaces/ns_home/plugins/by-name/notes/traffic?kind=pipeline&hours=1',
  ]);
});

test('slipway list --search filters by name prefix, and says so if nothing matches', async () => {
  await using server = await scriptedServer({ body: { plugins: [], next_cursor: null } });
  const namespace = 'ns_01jd0000000000000000000000';
  const environment = { SLIPWAY_BASE_URL: server.url, SLIPWAY_API_KEY: 'sk_any', SLIPWAY_NAMESPACE: namespace };
  const ran = await inProcess(['list', '--kind', 'extractor', '--search', 'face'], environment);
  expect([ran.exit, ran.stdout]).toEqual(['done', "No plugin's name starts with face.\n"]);
  expect(server.received.at(-1)?.url).toBe(`/v1/namespaces/${namespace}/plugins?search=face`);
});

const overview = {
  ...{ name: 'notes', kind: 'extractor', source: 'namespace', state: 'batch_only', live_version: null },
  ...{ calls: 5, errors: 1, p95_ms: 1500, changed: { type: 'rolled_back', at: '2026-11-20T13:05:30.000Z' } },
};

test("slipway overview requests the namespace's plugins in the given order, and shows a row for each", async () => {
  const body = { results: [overview], pagination: { limit: 1, next_cursor: 'bmV4dA' } };
  await using server = await scriptedServer({ body });
  const environment = { SLIPWAY_BASE_URL: server.url, SLIPWAY_API_KEY: 'sk_any', SLIPWAY_NAMESPACE: 'ns_1' };
  const ran = await inProcess(
    ['overview', '--sort', 'calls', '--desc', '--kind', 'extractor', '--limit', '1'],
    environment,
  );
  expect([ran.exit, ran.stdout, ran.stderr]).toEqual([
    'done',
    'PLUGIN  KIND       LIVE  STATE         CALLS  ERRORS  P95    CHANGED\nnotes   extractor  -     - batch only  5      1       1.5 s  rolled back 2026-11-20 13:05:30Z\n',
    'There are more results; repeat with --cursor bmV4dA\n',
  ]);
  expect(server.received.map(({ url }) => url)).toEqual([
    '/v1/namespaces/ns_1/plugins/by-name?limit=1&kind=extractor&sort=calls&order=desc',
  ]);
});

const printed = { at: '2026-11-20T13:05:30.000Z', stream: 'stdout', version: '1.0.0' };

test('slipway logs --all requests the lines of all plugins by level and text, and escapes each control character', async () => {
  const results = [{ ...printed, line: 'ERROR \u001b[2Jlost', plugin: 'notes', deployment_id: 'dep_1' }];
  await using server = await scriptedServer({ body: { results, pagination: { next_cursor: null }, truncated: true } });
  const environment = { SLIPWAY_BASE_URL: server.url, SLIPWAY_API_KEY: 'sk_any', SLIPWAY_NAMESPACE: 'ns_1' };
  const ran = await inProcess(['logs', '--all', '--level', 'error', '--text', 'o', '--tail', '9'], environment);
  expect([ran.exit, ran.stdout, ran.stderr]).toEqual([
    'done',
    '2026-11-20T13:05:30.000Z  notes  stdout  ERROR \\u{1b}[2Jlost\n',
    'Lines of older deployments are missing. Name a plugin to read all of its lines.\n',
  ]);
  expect(server.received.map(({ url }) => url)).toEqual(['/v1/namespaces/ns_1/logs?limit=9&text=o&level=error']);
  expect((await inProcess(['logs', 'notes', '--all'], environment)).exit).toBe('usage');
});
