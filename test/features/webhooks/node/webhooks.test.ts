// Tests the requests and output of the delivery commands in `slipway webhooks`.
import { expect, test } from 'vitest';
import { inProcess } from '../../../cli/in-process.ts';
import { type Scripted, scriptedServer } from '../../../client/scripted-server.ts';

const delivery = {
  ...{ delivery_id: 'dlv_1', endpoint_id: 'whk_1', event_id: 'evt_1', event_type: 'version.published' },
  ...{ status: 'failed', attempts: 2, event_at: '2026-03-01T10:00:00.000Z' },
  ...{ next_attempt_at: null, updated_at: '2026-03-01T10:01:00.000Z' },
};
const attempt = { started_at: '2026-03-01T10:00:01.000Z', duration_ms: 1200, response_excerpt: null };

/** Runs the command against a server that sends these responses. */
async function ran(args: string[], ...answers: Scripted[]) {
  await using server = await scriptedServer(...answers);
  const environment = { SLIPWAY_BASE_URL: server.url, SLIPWAY_API_KEY: 'sk_any', SLIPWAY_NAMESPACE: 'ns_1' };
  const ended = await inProcess(['webhooks', ...args], environment);
  return { ...ended, sent: server.received.map(({ method, url }) => `${method} ${url}`) };
}

test('slipway webhooks deliveries filters by status and type', async () => {
  const body = { results: [delivery], pagination: { limit: 50, next_cursor: null } };
  const { stdout, sent } = await ran(['deliveries', 'whk_1', '--status', 'failed', '--type', 'version.published'], {
    body,
  });
  expect(sent).toEqual([expect.stringMatching(/^GET \/v1\/webhooks\/whk_1\/deliveries\?/)]);
  expect(Object.fromEntries(new URL(sent[0]?.slice(4) ?? '', 'http://any').searchParams)).toMatchObject({
    status: 'failed',
    type: 'version.published',
  });
  expect(stdout).toMatch(/dlv_1 +version\.published +failed +2 attempts/);
});

test('slipway webhooks delivery prints its attempts and the sent body, without terminal control characters', async () => {
  const attempts_made = [
    { ...attempt, number: 1, status_code: 500, error: 'The endpoint answered 500.' },
    { ...attempt, number: 2, status_code: null, error: 'The endpoint did not answer.' },
  ];
  const { stdout, sent } = await ran(['delivery', 'whk_1', 'dlv_1'], {
    body: { ...delivery, attempts_made, body: '{"type":"\u001b[31mversion.published"}' },
  });
  expect(sent).toEqual(['GET /v1/webhooks/whk_1/deliveries/dlv_1']);
  expect(stdout).toBe(`dlv_1  version.published evt_1, failed

ATTEMPT  AT                    STATUS  TOOK   ERROR
1        2026-03-01 10:00:01Z  500     1.2 s  The endpoint answered 500.
2        2026-03-01 10:00:01Z  -       1.2 s  The endpoint did not answer.

{"type":"\\u{1b}[31mversion.published"}
`);
});

test('slipway webhooks delivery says so if nothing has been sent yet', async () => {
  const { stdout } = await ran(['delivery', 'whk_1', 'dlv_1'], {
    body: { ...delivery, status: 'pending', attempts: 0, attempts_made: [], body: '{}' },
  });
  expect(stdout).toBe('dlv_1  version.published evt_1, pending\n\nNo attempts yet.\n\n{}\n');
});

const pending = {
  ...delivery,
  event_type: 'webhook.test',
  status: 'pending',
  attempts: 0,
  attempts_made: [],
  body: '{}',
};
const made = { ...attempt, number: 1, status_code: 204, error: null };

test.each([
  ['test', ['test', 'whk_1'], 'POST /v1/webhooks/whk_1/test'],
  ['redeliver', ['redeliver', 'whk_1', 'dlv_1'], 'POST /v1/webhooks/whk_1/deliveries/dlv_1/redeliver'],
])("%s waits for the endpoint's answer", async (_, args, request) => {
  const delivered = { ...pending, status: 'succeeded', attempts: 1, attempts_made: [made] };
  const { exit, stdout, sent } = await ran(args, { body: pending }, { body: pending }, { body: delivered });
  const look = 'GET /v1/webhooks/whk_1/deliveries/dlv_1';
  expect([exit, stdout, sent]).toEqual(['done', '✓ dlv_1 was delivered: 204 in 1.2 s\n', [request, look, look]]);
});

test('a failed test event shows the reason, the answer and the time of the next attempt', async () => {
  const failed = {
    ...{ ...pending, attempts: 1, next_attempt_at: '2026-03-01T10:00:05.000Z' },
    attempts_made: [
      { ...made, status_code: 500, error: 'The endpoint answered 500.', response_excerpt: 'no\n\u001b[2J' },
    ],
  };
  const { exit, stdout, stderr } = await ran(['test', 'whk_1'], { body: pending }, { body: failed });
  expect([exit, stdout, stderr]).toEqual([
    'failed',
    '',
    '✗ dlv_1 was not delivered in 1.2 s: The endpoint answered 500.\n  | no\n  | \\u{1b}[2J\n  next     2026-03-01 10:00:05Z\n',
  ]);
});

test('a redelivery that fails again is shown separately from the earlier attempts', async () => {
  const before = {
    ...delivery,
    attempts: 1,
    status: 'pending',
    attempts_made: [{ ...made, error: 'first' }],
    body: '{}',
  };
  const after = { ...before, attempts_made: [...before.attempts_made, { ...made, number: 2, error: 'second' }] };
  const { stderr } = await ran(['redeliver', 'whk_1', 'dlv_1'], { body: before }, { body: before }, { body: after });
  expect(stderr).toContain('dlv_1 was not delivered in 1.2 s: second');
});

test('a test event that is not sent in time is shown as pending, and --no-wait does not check', async () => {
  const { exit, stderr } = await ran(['test', 'whk_1', '--timeout', '0s'], { body: pending }, { body: pending });
  expect([exit, stderr]).toEqual([
    'pending',
    expect.stringMatching(
      /^✗ dlv_1 was not attempted within \d+ ms\n {2}fix {6}See `slipway webhooks delivery whk_1 dlv_1`\.\n$/,
    ),
  ]);
  const unseen = await ran(['test', 'whk_1', '--no-wait'], { body: pending });
  expect([unseen.exit, unseen.stdout, unseen.sent.length]).toEqual(['done', '✓ dlv_1 is pending\n', 1]);
});
