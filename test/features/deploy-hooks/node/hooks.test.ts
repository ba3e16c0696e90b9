// Tests the requests and output of each `slipway hooks` command. End-to-end tests cover deployments triggered by pushes.
import { expect, test } from 'vitest';
import { inProcess } from '../../../cli/in-process.ts';
import { type Scripted, scriptedServer } from '../../../client/scripted-server.ts';

const hook = {
  ...{
    hook_id: 'dhk_1',
    url: 'https://slipway.test/hooks/dhk_1',
    kind: 'extractor',
    plugin: 'ocr',
    namespace_id: 'ns_1',
  },
  ...{ provider: 'github', repository: 'https://github.com/acme/plugins', path: 'plugins/ocr' },
  ...{ branches: ['main'], tags: ['ocr-v*'], action: 'update', description: null, status: 'enabled' },
  ...{ reports_status: false, status_api_url: null, previous_secret_until: null },
  ...{ created_at: '2026-03-01T10:00:00.000Z', updated_at: '2026-03-01T10:00:00.000Z' },
};
const withSecret = { ...hook, secret: 'whsec_secret' };
const delivery = {
  ...{ delivery_id: 'psh_1', hook_id: 'dhk_1', provider_delivery_id: 'a', event: 'push', ref: 'refs/tags/ocr-v2' },
  ...{ status: 'failed', reason: 'build-failed', message: 'It does not compile.', commit: '0123456789abcdef0123' },
  ...{ upload_id: null, version_id: null, deployment_id: null, superseded_by: null },
  ...{ received_at: '2026-03-01T10:00:00.000Z', fetched_at: null, scanned_at: null, built_at: null, ended_at: null },
};
const pageOf = (...results: object[]) => ({ body: { results, pagination: { limit: 50, next_cursor: null } } });

/** Runs the command against a server that sends these responses. */
async function ran(args: string[], answers: Scripted[], more: Record<string, string> = {}) {
  await using server = await scriptedServer(...answers);
  const environment = { SLIPWAY_BASE_URL: server.url, SLIPWAY_API_KEY: 'sk_any', SLIPWAY_NAMESPACE: 'ns_1', ...more };
  const ended = await inProcess(['hooks', ...args], environment);
  const sent = server.received.map(({ method, url, body }) => [method, url, body === '' ? null : JSON.parse(body)]);
  return { ...ended, sent };
}

test.each<[string, string[], object]>([
  ['its defaults', [], { kind: 'extractor', provider: 'github', action: 'update', namespace_id: 'ns_1' }],
  [
    'branches, tags and a place',
    ['--branch', 'main', '--tag', 'v*', 'ocr-*', '--repository', 'https://git.test/x', '--path', 'plugins/ocr'],
    {
      ...{ kind: 'extractor', provider: 'github', action: 'update', namespace_id: 'ns_1' },
      ...{ branches: ['main'], tags: ['v*', 'ocr-*'], repository: 'https://git.test/x', path: 'plugins/ocr' },
    },
  ],
  [
    'a Go plugin',
    ['--kind', 'pipeline', '--provider', 'gitea'],
    { kind: 'pipeline', provider: 'gitea', action: 'update' },
  ],
  [
    'a release plan',
    ['--kind', 'pipeline', '--release', 'standard'],
    { kind: 'pipeline', provider: 'github', action: 'update', release: {} },
  ],
  [
    'the plugin of an organization',
    ['--org', '--action', 'publish'],
    { kind: 'extractor', provider: 'github', action: 'publish' },
  ],
])('slipway hooks create sends %s, and prints only the secret to standard output', async (_, options, body) => {
  const { exit, stdout, stderr, sent } = await ran(['create', 'ocr', ...options], [{ body: withSecret }]);
  expect({ exit, stdout, sent }).toEqual({
    ...{ exit: 'done', stdout: 'whsec_secret\n' },
    sent: [['POST', '/v1/deploy-hooks', { plugin: 'ocr', ...body }]],
  });
  expect(stderr).toBe(
    '  hook     dhk_1\n  url      https://slipway.test/hooks/dhk_1\n  This secret is shown only once.\n',
  );
});

test('slipway hooks create sends the status token from its variable, or nothing if the variable is not set', async () => {
  const options = ['create', 'ocr', '--status-token-env', 'STATUS', '--status-api-url', 'https://ghe.test/api/v3'];
  const { sent } = await ran(options, [{ body: withSecret }], { STATUS: 'ghp_token' });
  expect(sent).toMatchObject([
    ['POST', '/v1/deploy-hooks', { status_token: 'ghp_token', status_api_url: 'https://ghe.test/api/v3' }],
  ]);
  const missing = await ran(options, []);
  expect(missing).toMatchObject({ exit: 'usage', sent: [] });
  expect(missing.stderr).toContain('✗ the environment variable STATUS (--status-token-env) is not set');
});

test('slipway hooks list prints one line per hook', async () => {
  const { stdout, sent } = await ran(['list'], [pageOf(hook)]);
  expect(stdout.split('\n').map((line) => line.trimEnd())).toEqual([
    'HOOK   STATUS   KIND       PLUGIN  ACTION  REFS',
    'dhk_1  enabled  extractor  ocr     update  branch main, tag ocr-v*',
    '',
  ]);
  expect(sent).toMatchObject([['GET', expect.stringMatching(/^\/v1\/deploy-hooks/), null]]);
  expect((await ran(['list'], [pageOf()])).stdout).toBe(
    'No hooks yet. Create one with `slipway hooks create PLUGIN`.\n',
  );
});

test("slipway hooks show prints the provider's push URL, and what pushes do", async () => {
  const { stdout, sent } = await ran(['show', 'dhk_1'], [{ body: hook }]);
  for (const text of [
    'https://slipway.test/hooks/dhk_1',
    'https://github.com/acme/plugins plugins/ocr',
    'ocr (extractor)',
  ])
    expect(stdout).toContain(text);
  expect(sent).toEqual([['GET', '/v1/deploy-hooks/dhk_1', null]]);
});

test('slipway hooks deliveries explains a failed push', async () => {
  const { stdout } = await ran(['deliveries', 'dhk_1'], [pageOf(delivery)]);
  expect(stdout).toMatch(/psh_1 +failed +refs\/tags\/ocr-v2 +0123456789ab +.+ +It does not compile\./);
  expect((await ran(['deliveries', 'dhk_1'], [pageOf()])).stdout).toBe('No deliveries yet.\n');
});

test.each([
  [true, 'a push to it would be deployed'],
  [false, "the hook's filters exclude it"],
])('slipway hooks test shows what a push would publish (selected: %s)', async (selected, said) => {
  const trial = { ref: 'v1', ref_kind: 'tag', commit: '0123456789abcdef', files: 1, selected };
  const { stdout, sent } = await ran(['test', 'dhk_1', 'v1'], [{ body: trial }]);
  expect(stdout).toBe(`✓ tag v1 is 0123456789ab with 1 file; ${said}\n`);
  expect(sent).toEqual([['POST', '/v1/deploy-hooks/dhk_1/test', { ref: 'v1' }]]);
});

test('slipway hooks rotate sends the overlap, which is a day by default', async () => {
  const byDefault = await ran(['rotate', 'dhk_1'], [{ body: withSecret }]);
  expect(byDefault).toMatchObject({ exit: 'done', stdout: 'whsec_secret\n' });
  const overlap = await ran(['rotate', 'dhk_1', '--overlap', '1h'], [{ body: withSecret }]);
  expect([byDefault.sent, overlap.sent]).toEqual(
    [86_400, 3600].map((seconds) => [['POST', '/v1/deploy-hooks/dhk_1/rotate', { overlap_seconds: seconds }]]),
  );
});

test('slipway hooks delete asks first, and deletes with --yes', async () => {
  const refused = await ran(['delete', 'dhk_1'], []);
  expect([refused.exit, refused.sent]).toEqual(['usage', []]);
  const { stdout, sent } = await ran(['delete', 'dhk_1', '--yes'], [{ body: { success: true, hook_id: 'dhk_1' } }]);
  expect([stdout, sent]).toEqual(['✓ deleted dhk_1\n', [['DELETE', '/v1/deploy-hooks/dhk_1', null]]]);
});

test.each([['create', 'ocr'], ['list'], ['show', 'dhk_1'], ['deliveries', 'dhk_1'], ['rotate', 'dhk_1']])(
  "%s reports the server's refusal",
  async (...args) => {
    const message = 'Deploy hook not found: dhk_1';
    const body = { success: false, status: 404, error: { message, type: 'NotFoundError' }, detail: message };
    const { exit, stderr } = await ran(args, [{ status: 404, body }]);
    expect([exit, stderr]).toEqual(['failed', expect.stringContaining(`✗ ${message}`)]);
  },
);
