// Tests the requests and output of `slipway invoke --later` and `slipway calls`.
import { expect, test } from 'vitest';
import { type Scripted, scriptedServer } from '../../client/scripted-server.ts';
import { inProcess } from '../in-process.ts';

const call = {
  call_id: 'call_1',
  plugin: 'notes',
  status: 'queued',
  priority: 'normal',
  created_at: '2026-11-23T12:00:00.000Z',
};

async function run(args: string[], ...answers: Scripted[]) {
  await using server = await scriptedServer(...answers);
  const environment = { SLIPWAY_BASE_URL: server.url, SLIPWAY_API_KEY: 'sk_any', SLIPWAY_NAMESPACE: 'ns_1' };
  const ran = await inProcess(args, environment);
  const sent = server.received.map(({ headers, method, url }) => `${method} ${url} ${headers.prefer ?? ''}`.trim());
  return { ...ran, sent };
}

test.each([
  [
    'an extractor',
    ['notes', '--kind', 'extractor', '--no-validate'],
    'POST /v1/namespaces/ns_1/plugins/by-name/notes/realtime',
  ],
  ['a Go plugin', ['upper', '--kind', 'pipeline', '--action', 'upper'], 'POST /api/plugins/upper/call'],
])('--later of %s prints the accepted call', async (_, args, path) => {
  const { exit, sent, stdout } = await run(['invoke', ...args, '--later', '-d', '{}'], { status: 202, body: call });
  expect([exit, sent]).toEqual(['done', [`${path} respond-async`]]);
  expect(stdout).toBe('✓ call_1 is queued\n  next     slipway calls show call_1 --wait 20\n');
});

test('--callback makes the call a later call, with this callback URL', async () => {
  await using server = await scriptedServer({ status: 202, body: call });
  const environment = { SLIPWAY_BASE_URL: server.url, SLIPWAY_API_KEY: 'sk_any', SLIPWAY_NAMESPACE: 'ns_1' };
  const args = ['invoke', 'notes', '--kind', 'extractor', '--no-validate', '-d', '{}'];
  await inProcess([...args, '--callback', 'https://hooks.example.com/'], environment);
  expect(server.received.map(({ headers }) => [headers.prefer, headers['slipway-callback']])).toEqual([
    ['respond-async', 'https://hooks.example.com/'],
  ]);
});

test('calls secret prints only the secret to standard output', async () => {
  const body = { namespace_id: 'ns_1', secret: 'whsec_abc', previous_valid_until: null };
  const { sent, stderr, stdout } = await run(['calls', 'secret'], { body });
  expect([sent, stdout]).toEqual([['POST /v1/namespaces/ns_1/callback-secret'], 'whsec_abc\n']);
  expect(stderr).toContain('This secret is shown only once.');
});

test('calls list prints a table', async () => {
  const { sent, stdout } = await run(['calls', 'list', '--status', 'queued'], {
    body: { results: [call], pagination: { limit: 20, next_cursor: null } },
  });
  expect(sent).toEqual(['GET /v1/calls?status=queued']);
  expect(stdout).toMatch(/^CALL {4}PLUGIN {2}STATUS {2}CREATED\ncall_1 {2}notes {3}queued {2}\S/);
});

test.each([
  ['succeeded', 'done', { status: 'success', result: { words: 3 } }],
  ['failed', 'failed', { status: 'error', error: { type: 'ValueError', message: 'no' } }],
])('calls show waits, and prints the answer to a call that %s', async (status, expected, answer) => {
  const { exit, sent, stdout } = await run(['calls', 'show', 'call_1', '--wait', '20'], {
    body: { ...call, status, answer },
  });
  expect([exit, sent]).toEqual([expected, ['GET /v1/calls/call_1 wait=20']]);
  expect(stdout).toContain(`call_1 of notes ${status}, sent `);
  expect(JSON.parse(stdout.slice(stdout.indexOf('\n')))).toEqual(answer);
});

test('calls show says how often a callback was tried, why it failed, and when it is tried again', async () => {
  const callback = { url: 'https://hooks.example.com/', status: 'pending', attempts: 3, error: 'HTTP 502' };
  const body = {
    ...call,
    status: 'expired',
    answer: null,
    callback: { ...callback, next_attempt_at: call.created_at },
  };
  const { stdout } = await run(['calls', 'show', 'call_1'], { body });
  expect(stdout).toMatch(/^call_1 of notes expired, sent .*\ncallback pending: https:\/\/hooks.example.com\/\n/);
  expect(stdout).toMatch(/\n {2}3 attempts, the next .*2026-11-23 12:00:00Z.*: HTTP 502\n$/);
});

test("calls cancel prints the call's outcome", async () => {
  const { sent, stdout } = await run(['calls', 'cancel', 'call_1'], {
    body: { ...call, status: 'cancelled', answer: null },
  });
  expect([sent, stdout]).toEqual([['DELETE /v1/calls/call_1'], '✓ call_1 was cancelled\n']);
});

const ended = { ...call, status: 'succeeded', answer: { status: 'success', result: { words: 3 }, duration_ms: 1 } };
const failure = { ...call, status: 'failed', answer: { status: 'error', error: 'ValueError: broken', duration_ms: 1 } };
const expired = { ...call, status: 'expired', answer: null };

test.each([
  ['a call that succeeds', ended, 'done', /"words": 3/, /^call_1 of notes succeeded\n$/],
  ['a call that fails', failure, 'failed', /^$/, /^call_1 of notes failed\n✗ ValueError: broken\n$/],
  ['a call that expires', expired, 'failed', /^$/, /^call_1 of notes expired\n✗ it has no answer\n$/],
])('--wait follows %s to its end, and exits as it ended', async (_, last, exit, stdout, stderr) => {
  const args = ['invoke', 'notes', '--kind', 'extractor', '--no-validate', '-d', '{}', '--wait'];
  const running = { body: { ...call, status: 'running', answer: null } };
  const ran = await run(args, { status: 202, body: call }, running, { body: last });
  expect(ran).toMatchObject({
    exit,
    stdout: expect.stringMatching(stdout),
    stderr: expect.stringMatching(stderr),
    sent: [
      'POST /v1/namespaces/ns_1/plugins/by-name/notes/realtime respond-async',
      ...['GET /v1/calls/call_1 wait=60', 'GET /v1/calls/call_1 wait=60'],
    ],
  });
});

test('--later and --stream are mutually exclusive', async () => {
  expect((await run(['invoke', 'notes', '--later', '--stream', '-d', '{}'])).exit).toBe('usage');
});
