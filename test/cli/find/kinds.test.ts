// Tests that commands detect a plugin's kind, suggest the most similar name, and explain failures.
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { expect, onTestFinished, test } from 'vitest';
import { inProcess } from '../in-process.ts';

const created = { created_at: '2026-11-20T12:00:00.000Z', created_by: { type: 'key', id: 'key_1' } };
const notes = {
  ...created,
  ...{ plugin_id: 'notes_1_0_0', version: '1.0.0', code_hash: 'ab', message: 'first', error: null },
  ...{ active: false, serves_name: true, deployed: true, status: 'DEPLOYED' },
  ...{ deployed_at: '2026-11-20T12:00:01.000Z', last_deployed_at: '2026-11-20T12:00:01.000Z' },
};
const failed = {
  ...notes,
  ...{ plugin_id: 'notes_1_1_0', version: '1.1.0', active: true, serves_name: false, deployed: false },
  ...{ status: 'FAILED', deployed_at: null, last_deployed_at: null, error: 'realtime.py:3: RuntimeError: no model' },
};
const upper = {
  ...{
    name: 'upper',
    namespace_id: 'ns_home',
    git_ref: 'v1',
    git_commit_hash: '0123456789abcdef',
    status: 'active',
    loaded: true,
  },
  restarts: { ...{ count: 1, since: '', last_at: '2026-11-20T12:03:01.000Z' }, last_reason: 'exit code 2' },
  ...{ repository_url: 'https://git.test/upper', installed_at: null, updated_at: null, sha256: 'cd' },
  plugin_definition: { actions: [{ name: 'upper' }] },
};
const restarts = {
  ...{ count: 14, since: '2026-11-20T11:50:00.000Z', last_at: '2026-11-20T12:03:01.000Z' },
  last_reason: 'it used more than its 512 MiB of memory\nand more',
};
const instance = { state: 'running', last_call_at: null, restarts };
/** A server's responses while its instances are down between two crashes. */
const down = {
  'GET /v1/namespaces/ns_1/plugins/notes_1_0_0/status': { serving: { instance: { ...instance, state: 'restarting' } } },
  'GET /api/plugins/upper': { ...upper, loaded: false, restarts },
};
const restarted = 'restarted 14 times, last 2026-11-20 12:03:01Z: it used more than its 512 MiB of memory\n';
const item = { source: 'namespace', scan_verdict: 'pass' };

/** Responses by method and path. Everything else is not found. */
const routes: Record<string, unknown> = {
  'GET /v1/namespaces/ns_1/plugins': {
    plugins: [
      {
        ...item,
        name: 'counts',
        version: '1.0.0',
        plugin_id: 'counts_1_0_0',
        deployed: true,
        deployment_state: 'promoted',
      },
      { ...item, name: 'notes', version: '1.2.0', plugin_id: 'notes_1_2_0', deployed: false, deployment_state: null },
      {
        ...item,
        name: 'notes',
        version: '1.1.0',
        plugin_id: 'notes_1_1_0',
        deployed: false,
        deployment_state: 'failed',
      },
      {
        ...item,
        name: 'notes',
        version: '1.0.0',
        plugin_id: 'notes_1_0_0',
        deployed: true,
        deployment_state: 'promoted',
      },
      {
        ...item,
        name: 'notes',
        version: '0.9.0',
        plugin_id: 'notes_0_9_0',
        deployed: true,
        deployment_state: 'promoted',
      },
    ],
  },
  'GET /v1/namespaces/ns_1/plugins/by-name': {
    results: [
      { kind: 'extractor', name: 'counts', live_version: '1.0.0', state: 'batch_only', live_calls: null },
      { kind: 'extractor', name: 'notes', live_version: '1.0.0', state: 'live', live_calls: { calls: 9, errors: 0 } },
    ],
  },
  'GET /v1/namespaces/ns_1/plugins/by-name/notes/versions': {
    name: 'notes',
    active_version: '1.1.0',
    serving_version: '1.0.0',
    results: [failed, notes],
    rollbacks: [],
    pagination: { limit: 100, next_cursor: null },
  },
  'GET /v1/namespaces/ns_1/plugins/notes_1_0_0/status': { serving: { instance } },
  'GET /v1/namespaces/ns_1/deployments/dep_1': {
    ...{ name: 'notes', kind: 'extractor', version: '1.0.0', status: 'promoted', serving: true, error: null, instance },
    steps: [{ step: 'start', started_at: restarts.since, ended_at: restarts.since, error: null, log: [] }],
  },
  'GET /v1/namespaces/ns_1/plugins/notes_1_0_0/logs': {
    ...{ deployment_id: 'dep_1', instance_state: 'ready', pagination: { limit: 1000, next_cursor: null } },
    lines: [
      { at: '2026-11-20T12:00:00.000Z', stream: 'stdout', line: 'reading' },
      { at: '2026-11-20T12:00:00.001Z', stream: 'stderr', line: 'WARNING:root:slow' },
      { at: '2026-11-20T12:00:00.002Z', stream: 'stderr', line: 'Traceback (most recent call last):' },
      { at: '2026-11-20T12:00:00.003Z', stream: 'stderr', line: '  File "realtime.py", line 3' },
      { at: '2026-11-20T12:00:00.004Z', stream: 'stdout', line: '2026-11-20 12:00 level=ERROR no model' },
      { at: '2026-11-20T12:00:00.005Z', stream: 'host', line: 'A call did not end within 30 s.' },
    ],
  },
  'GET /v1/namespaces/ns_1/plugins/notes_1_1_0/logs': {
    ...{ deployment_id: null, instance_state: null, lines: [], pagination: { limit: 1000, next_cursor: null } },
  },
  'GET /v1/keys': { results: [{ key_id: 'key_1', name: 'ci' }] },
  'GET /v1/events': {
    results: [{ timestamp: created.created_at, type: 'key.created', subject_id: 'key_2', actor: created.created_by }],
    pagination: { next_cursor: null },
  },
  'GET /v1/namespaces/ns_home/plugins/by-name': { results: [] },
  'GET /api/plugins': [upper],
  'GET /api/storage-plugins': [],
  'GET /api/plugins/upper': upper,
  'GET /v1/namespaces/ns_home/plugins/by-name/upper/versions': {
    name: 'upper',
    results: [
      {
        ...notes,
        ...{
          git_ref: 'v2',
          version: 'fedcba9876543210',
          active: true,
          placement: 'container',
          placement_reason: 'asked',
        },
      },
    ],
    rollbacks: [],
    rollback_targets: [],
    pagination: { limit: 100, next_cursor: null },
  },
  'GET /api/plugins/upper/logs': { lines: [], pagination: { limit: 1000, next_cursor: null } },
  'POST /api/plugins/upper/call': { result: { text: 'A' } },
};

async function environmentWithServer(answers: Record<string, unknown>) {
  const received: string[] = [];
  const server = createServer(async (request, response) => {
    const route = `${request.method} ${request.url?.replace(/\?.*/, '')}`;
    received.push(`${route} ${await text(request)}`.trim());
    const body = answers[route] ?? { error: { type: 'NotFoundError', message: 'Plugin not found' } };
    response.writeHead(route in answers ? 200 : 404).end(JSON.stringify(body));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const environment = { SLIPWAY_BASE_URL: url, SLIPWAY_API_KEY: 'sk_any', SLIPWAY_NAMESPACE: 'ns_1' };
  return { environment, received };
}

const run = (...args: string[]) => runWith(routes, args);

async function runWith(answers: Record<string, unknown>, args: string[]) {
  const { environment, received } = await environmentWithServer(answers);
  return { ...(await inProcess(args, environment)), received };
}

test.each([
  ['show', 'upper'],
  ['status', 'upper'],
])('%s %s shows a Go plugin', async (...args) => {
  expect(await run(...args)).toMatchObject({
    exit: 'done',
    stdout: expect.stringMatching(
      /^plugin +upper\nstate +✓ live\n +restarted 1 time, last 2026-11-20 12:03:01Z: exit code 2\n/,
    ),
  });
});

test("slipway log shows a Go plugin's installed versions", async () => {
  expect((await run('log', 'upper')).stdout).toBe(`version v2      (live)
  commit        fedcba9876543210
  published     2026-11-20 12:00:00Z by ci
  deployed      2026-11-20 12:00:01Z
  sha256        ab
  files sha256  -
  runs in       container (asked)
  message       first
`);
});

test('slipway invoke calls a Go plugin', async () => {
  const ran = await run('invoke', 'upper', '--action', 'upper', '-d', '{"text": "a"}');
  expect([ran.exit, JSON.parse(ran.stdout)]).toEqual(['done', { text: 'A' }]);
});

test('slipway logs says that there is no output for a Go plugin that printed nothing, or for a version that is not deployed', async () => {
  expect(await run('logs', 'upper')).toMatchObject({
    exit: 'done',
    stdout: '',
    stderr: 'No output: the plugin has printed nothing yet.\n',
  });
  expect((await run('logs', 'notes@1.1.0')).stderr).toBe(
    'No output: this version is not deployed. `slipway deployments list` has the IDs of earlier deployments for `--deployment`.\n',
  );
});

test.each([
  [
    'error',
    [
      'Traceback (most recent call last):',
      '  File "realtime.py", line 3',
      '2026-11-20 12:00 level=ERROR no model',
      'A call did not end within 30 s.',
    ],
  ],
  [
    'warning',
    [
      'WARNING:root:slow',
      'Traceback (most recent call last):',
      '  File "realtime.py", line 3',
      '2026-11-20 12:00 level=ERROR no model',
      'A call did not end within 30 s.',
    ],
  ],
])('slipway logs --level %s prints lines at that level and above', async (level, expected) => {
  const { stdout } = await run('logs', 'notes@1.0.0', '--level', level);
  expect(
    stdout
      .trimEnd()
      .split('\n')
      .map((line) => line.split(' | ')[1]),
  ).toEqual(expected);
});

test('slipway list shows Go plugins, and which versions are live, failed, on standby or batch-only', async () => {
  expect((await run('list')).stdout).toBe(`PLUGIN  VERSION  STATE           SOURCE  ID
counts  1.0.0    - batch only    custom  counts_1_0_0
notes   1.2.0    - not deployed  custom  notes_1_2_0
notes   1.1.0    ✗ failed        custom  notes_1_1_0
notes   1.0.0    ✓ live          custom  notes_1_0_0
notes   0.9.0    - standby       custom  notes_0_9_0

Pipeline plugins
PLUGIN  REF  COMMIT        STATE   REPOSITORY
upper   v1   0123456789ab  ✓ live  https://git.test/upper
`);
});

test("slipway status explains a failed deployment, and shows the live deployment's restart count", async () => {
  expect((await run('status', 'notes')).stdout).toBe(`VERSION  STATE     DEPLOYED
1.1.0    ✗ failed  -
1.0.0    ✓ live    2026-11-20 12:00:01Z

✗ 1.1.0 failed: realtime.py:3: RuntimeError: no model

! 1.0.0 ${restarted}`);
  const { instance: reported, results } = JSON.parse((await run('status', 'notes', '--json')).stdout);
  expect([reported, results.length]).toEqual([instance, 2]);
});

const gpus = { cards: [{ uuid: 'GPU-1', name: 'H100', index: 0 }], lent_bytes: 20 * 1024 ** 3, used_bytes: null };

test.each([
  ['on the Ray cluster gpu', { cluster: { name: 'gpu', network: 'none' } }],
  ['on the Ray cluster gpu (network: open, not confined)', { cluster: { name: 'gpu', network: 'open' } }],
  ['holds 20 GiB of H100 (card 0), use not measured', { gpus }],
])('slipway status and deployments show say that an instance %s', async (shown, fields) => {
  const placed = { state: 'running', error: null, last_call_at: null, restarts: null, ...fields };
  const answers = {
    ...routes,
    'GET /v1/namespaces/ns_1/plugins/notes_1_0_0/status': { serving: { instance: placed } },
    'GET /v1/namespaces/ns_1/deployments/dep_1': {
      ...{ name: 'notes', version: '1.0.0', status: 'starting', error: null, instance: placed, steps: [] },
      ...{ attempts: 1, next_attempt_at: null, ...fields },
    },
  };
  expect((await runWith(answers, ['status', 'notes'])).stdout).toContain(` ${shown}.\n`);
  expect((await runWith(answers, ['deployments', 'show', 'dep_1'])).stdout).toBe(
    `· notes 1.0.0: starting\n  ${shown}\n`,
  );
});

test('slipway status says which versions are quarantined, and how to object', async () => {
  const quarantined = { reason: 'Sends its inputs away', objection: 'Write to us.', at: '2026-11-20T12:05:00.000Z' };
  const stopped = {
    ...notes,
    deployed: false,
    serves_name: false,
    deployed_at: null,
    status: 'NOT_DEPLOYED',
    quarantined,
  };
  const history = { name: 'notes', serving_version: null, results: [stopped], pagination: { next_cursor: null } };
  const answers = { ...routes, 'GET /v1/namespaces/ns_1/plugins/by-name/notes/versions': history };
  expect((await runWith(answers, ['status', 'notes'])).stdout).toBe(`VERSION  STATE                        DEPLOYED
1.0.0    - not deployed, quarantined  -

! 1.0.0: quarantined: Sends its inputs away (2026-11-20 12:05:00Z)
! 1.0.0: to object: Write to us.
`);
});

test('slipway status explains why a live version does not start, and that a deployment in progress is retried', async () => {
  const cause = 'The container did not start: it did not answer within 30 s.';
  const retried = { ...failed, status: 'IN_PROGRESS', error: cause };
  const retry = { attempts: 3, attempts_max: 8, next_attempt_at: '2026-11-20T12:05:00.000Z' };
  const status = { error: cause, message: 'Generation 2 is starting', retry, serving: null };
  const at = '/v1/namespaces/ns_1/plugins';
  const answers = {
    ...routes,
    [`GET ${at}/by-name/notes/versions`]: {
      name: 'notes',
      results: [retried, notes],
      pagination: { limit: 100, next_cursor: null },
    },
    [`GET ${at}/notes_1_1_0/status`]: status,
    [`GET ${at}/notes_1_0_0/status`]: {
      serving: { instance: { state: 'failing', error: cause, last_call_at: null, restarts: null } },
    },
  };
  expect((await runWith(answers, ['status', 'notes'])).stdout).toBe(`VERSION  STATE                     DEPLOYED
1.1.0    · deploying               -
1.0.0    ! live, does not respond  2026-11-20 12:00:01Z

! 1.1.0 Generation 2 is starting (attempt 3 of 8, the next one is due 2026-11-20 12:05:00Z): ${cause}

! 1.0.0 does not start: ${cause}
`);
  const shown = {
    ...answers,
    'GET /v1/namespaces/ns_1/deployments/dep_1': {
      ...{ name: 'notes', version: '1.1.0', status: 'starting', error: cause, instance: null, steps: [] },
      ...{ attempts: 3, next_attempt_at: retry.next_attempt_at },
    },
  };
  expect((await runWith(shown, ['deployments', 'show', 'dep_1'])).stdout).toBe(
    `· notes 1.1.0: starting\n  ${cause}\n  attempt 3 failed; the next one is due 2026-11-20 12:05:00Z\n`,
  );
});

test('slipway list and status report failed calls to the live version', async () => {
  const live_calls = { calls: 9, errors: 5, invalid_inputs: 0 };
  const plugin = { kind: 'extractor', name: 'notes', live_version: '1.0.0', state: 'live', live_calls };
  const answers = { ...routes, 'GET /v1/namespaces/ns_1/plugins/by-name': { results: [plugin] } };
  expect((await runWith(answers, ['list', '--kind', 'extractor'])).stdout).toContain('notes   1.0.0    ✗ failing');
  expect((await runWith(answers, ['status', 'notes'])).stdout).toContain('1.0.0    ✗ failing');
});

test("a live deployment shows its instance's restart count", async () => {
  expect((await run('deployments', 'show', 'dep_1')).stdout).toBe(
    `✓ notes 1.0.0: live\n  ✓ start    0 ms\n  ${restarted}`,
  );
});

test('an instance that is down between two crashes is shown as restarting', async () => {
  const shown = 'restarting (14 times, last 2026-11-20 12:03:01Z: it used more than its 512 MiB of memory)\n';
  const answers = { ...routes, ...down };
  expect((await runWith(answers, ['status', 'notes'])).stdout).toContain(`\n! 1.0.0 ${shown}`);
  expect((await runWith(answers, ['status', 'upper'])).stdout).toContain(
    `state        ! restarting\n             ${shown}`,
  );
});

test('slipway log and events show key names instead of IDs', async () => {
  expect((await run('log', 'notes')).stdout).toMatch(/^ {2}published +2026-11-20 12:00:00Z by ci$/m);
  expect((await run('events')).stdout).toBe('2026-11-20 12:00:00Z  key.created  ci  key_2\n');
});

test.each([
  [['status', 'ntoes'], 'Did you mean notes? `slipway list` shows the plugins you can use.'],
  [['show', 'uper'], 'Did you mean upper? `slipway list` shows the plugins you can use.'],
  [['show', 'notes@1.0.1'], 'Did you mean notes@1.0.0? `slipway status notes` lists all versions.'],
  [['invoke', 'something_else', '-d', '{}'], '`slipway list` shows the plugins you can use.'],
])('%j suggests the most similar name', async (args, hint) => {
  expect(await run(...args)).toMatchObject({ exit: 'failed', stderr: `✗ Plugin not found\n  fix      ${hint}\n` });
});
