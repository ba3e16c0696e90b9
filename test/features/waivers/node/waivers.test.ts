// Tests the requests of `slipway waivers`, its pages and its confirmation.
import { expect, test } from 'vitest';
import { inProcess } from '../../../cli/in-process.ts';
import { scriptedServer } from '../../../client/scripted-server.ts';

const waiver = {
  ...{ waiver_id: 'wvr_1', plugin: 'notes', rule: 'SLP301', reason: 'reviewed', status: 'active' },
  expires_at: '2026-12-20T12:00:00.000Z',
};
const pagination = { next_cursor: null };

test.each<[string[], object, string, unknown, unknown]>([
  [
    ['waivers', 'list', '--plugin', 'notes'],
    { results: [waiver], pagination },
    'GET /v1/waivers?plugin=notes',
    '',
    expect.stringContaining('wvr_1   active  SLP301  notes   2026-12-20 12:00:00Z  reviewed\n'),
  ],
  [
    ['waivers', 'grant', 'notes', 'SLP301', '--reason', 'reviewed', '--expires', '30d'],
    waiver,
    'POST /v1/waivers',
    { plugin: 'notes', rule: 'SLP301', reason: 'reviewed', expires_at: expect.any(String) },
    '✓ SLP301 is waived for notes until 2026-12-20 12:00:00Z\n  waiver   wvr_1\n',
  ],
  [
    ['waivers', 'revoke', 'wvr_1', '-y'],
    waiver,
    'DELETE /v1/waivers/wvr_1',
    '',
    '✓ SLP301 is no longer waived for notes\n',
  ],
])('a command %j sends its request and prints its table', async (args, body, request, sent, stdout) => {
  await using server = await scriptedServer({ body });
  const ran = await inProcess(args, { SLIPWAY_BASE_URL: server.url, SLIPWAY_API_KEY: 'sk_any' });
  const [received] = server.received;
  const sentBody = received?.body ? JSON.parse(received.body) : '';
  expect([ran.exit, `${received?.method} ${received?.url}`, sentBody]).toEqual(['done', request, sent]);
  expect(ran.stdout).toEqual(stdout);
});

test('a waiver is not revoked without a confirmation', async () => {
  await using server = await scriptedServer();
  const environment = { SLIPWAY_BASE_URL: server.url, SLIPWAY_API_KEY: 'sk_any' };
  const { exit, stderr } = await inProcess(['waivers', 'revoke', 'wvr_1'], environment);
  expect([exit, stderr.slice(stderr.indexOf('✗'))]).toEqual([
    'usage',
    '✗ confirmation required: Revoke wvr_1\n  fix      Repeat the command with --yes: there is no terminal to ask on, or --no-input is set.\n',
  ]);
  expect(server.received).toEqual([]);
});

test('the list accepts --limit and --cursor, and ends with a note that there are more results', async () => {
  const body = { results: [], pagination: { limit: 2, next_cursor: 'bmV4dA' } };
  await using server = await scriptedServer({ body }, { body });
  const environment = { SLIPWAY_BASE_URL: server.url, SLIPWAY_API_KEY: 'sk_any' };
  const paged = await inProcess(['waivers', 'list', '--limit', '2', '--cursor', 'YWJj', '--json'], environment);
  expect([paged.exit, paged.stderr, server.received[0]?.url]).toEqual(['done', '', '/v1/waivers?limit=2&cursor=YWJj']);
  expect(JSON.parse(paged.stdout)).toMatchObject({ results: [], pagination: { next_cursor: 'bmV4dA' } });
  expect(await inProcess(['waivers', 'list'], environment)).toMatchObject({
    exit: 'done',
    stderr: 'There are more results; repeat with --cursor bmV4dA\n',
  });
});
