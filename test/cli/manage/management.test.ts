// Checks the request of each command that changes what exists: webhooks, deploy hooks, namespaces, organizations, agent plugins.
import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { scriptedServer } from '../../client/scripted-server.ts';
import { inProcess } from '../in-process.ts';
import { folderOf } from '../slipway.ts';

async function ran(args: string[], body: unknown, status = 200) {
  await using server = await scriptedServer({ body, status });
  const environment = {
    ...{ SLIPWAY_BASE_URL: server.url, SLIPWAY_API_KEY: 'sk_any', SLIPWAY_NAMESPACE: 'ns_1' },
    ...{ SLIPWAY_ADMIN_TOKEN: 'operator', STATUS_TOKEN: 'ghp_1' },
  };
  const ended = await inProcess(args, environment);
  const [received] = server.received;
  const sent = received?.body ? JSON.parse(received.body) : '';
  return { ...ended, sent, request: `${received?.method} ${received?.url}`, count: server.received.length };
}

const hook = { hook_id: 'dhk_1', status: 'enabled' };
const webhook = { endpoint_id: 'whk_1', status: 'enabled' };
const namespace = { namespace_name: 'staging', namespace_id: 'ns_1' };
const organization = { organization_id: 'org_1', name: 'Acme' };
const agent = { id: 'plg_1', name: 'nginx', version: '2.1.0', verification: 'verified' };
const schema = { type: 'object' };

describe('the request of', () => {
  test.each<[command: string, answer: object, request: string, sent: unknown, printed: string]>([
    ['webhooks enable whk_1', webhook, 'POST /v1/webhooks/whk_1/enable', '', '✓ whk_1 is enabled'],
    ['webhooks disable whk_1', { status: 'disabled' }, 'POST /v1/webhooks/whk_1/disable', '', '✓ whk_1 is disabled'],
    [
      'webhooks edit whk_1 --url https://a.test --events version.published,deployment. --only ns_1 ns_2',
      webhook,
      'PATCH /v1/webhooks/whk_1',
      { url: 'https://a.test', events: ['version.published', 'deployment.'], namespace_ids: ['ns_1', 'ns_2'] },
      '✓ changed whk_1',
    ],
    [
      'webhooks edit whk_1 --description= --events all --only all',
      webhook,
      'PATCH /v1/webhooks/whk_1',
      { description: null, events: null, namespace_ids: null },
      '✓ changed whk_1',
    ],
    ['hooks enable dhk_1', hook, 'PATCH /v1/deploy-hooks/dhk_1', { status: 'enabled' }, '✓ dhk_1 is enabled'],
    ['hooks disable dhk_1', hook, 'PATCH /v1/deploy-hooks/dhk_1', { status: 'disabled' }, '✓ dhk_1 is enabled'],
    [
      'hooks edit dhk_1 --branch main --tag= --action redeploy --description live --status-token-env STATUS_TOKEN',
      hook,
      'PATCH /v1/deploy-hooks/dhk_1',
      { branches: ['main'], tags: [], action: 'redeploy', description: 'live', status_token: 'ghp_1' },
      '✓ changed dhk_1',
    ],
    [
      'hooks edit dhk_1 --status-token-env= --status-api-url= --description=',
      hook,
      'PATCH /v1/deploy-hooks/dhk_1',
      { status_token: null, status_api_url: null, description: null },
      '✓ changed dhk_1',
    ],
    [
      'namespaces edit staging --name tests --description= --keep-live-versions 3',
      namespace,
      'PATCH /v1/namespaces/staging',
      { namespace_name: 'tests', description: null, keep_live_versions: 3 },
      '✓ changed staging (ns_1)',
    ],
    [
      'namespaces edit staging --keep-live-versions all',
      namespace,
      'PATCH /v1/namespaces/staging',
      { keep_live_versions: null },
      '✓ changed staging (ns_1)',
    ],
    [
      'namespaces reconfigure -y',
      { message: 'Added 1', vectors_added: ['text'], vectors_removed: ['old'] },
      'POST /v1/namespaces/ns_1/plugins/reconfigure',
      { confirm: true },
      '✓ Added 1\n  + text\n  - old',
    ],
    [
      'orgs edit org_1 --name Acme',
      organization,
      'PATCH /v1/admin/organizations/org_1',
      { name: 'Acme' },
      '✓ changed Acme (org_1)',
    ],
    [
      'orgs edit org_1 --region any',
      organization,
      'PATCH /v1/admin/organizations/org_1',
      { jurisdiction: null },
      '✓ changed Acme (org_1)',
    ],
    [
      'orgs create-key org_1 rescue --scopes keys:admin,read',
      { api_key: 'sk_new', key_id: 'key_1', name: 'rescue', scopes: [] },
      'POST /v1/admin/organizations/org_1/keys',
      { name: 'rescue', scopes: ['keys:admin', 'plugins:read'] },
      'sk_new',
    ],
    [
      'agents register nginx 2.1.0 https://a.test/n --type log --checksum sha256:00 --runtime go --no-wait',
      agent,
      'POST /api/v1/plugins',
      {
        ...{ name: 'nginx', version: '2.1.0', artifactUrl: 'https://a.test/n', checksum: 'sha256:00' },
        ...{ pluginType: 'log', pluginRuntime: 'go' },
      },
      '✓ registered nginx 2.1.0 (plg_1), verified',
    ],
    ['agents verify plg_1', agent, 'POST /api/v1/plugins/plg_1/verify?verify=sync', '', '✓ nginx 2.1.0: verified'],
    [
      'agents edit plg_1 --label team=edge --label tier= --deprecation=',
      agent,
      'PATCH /api/v1/plugins/plg_1',
      { labels: { team: 'edge', tier: '' }, deprecation: null },
      '✓ changed nginx 2.1.0',
    ],
    ['agents yank plg_1 -y --force', {}, 'DELETE /api/v1/plugins/plg_1?force=true', '', '✓ withdrew plg_1'],
    [
      'agents validate plg_1 -d {"a":1}',
      { valid: true, errors: [] },
      'POST /api/v1/plugins/plg_1/validate-config',
      { config: { a: 1 } },
      '✓ valid',
    ],
  ])('a command sends its request: %s', async (command, answer, request, sent, printed) => {
    const ended = await ran(command.split(' '), answer);
    expect([ended.stderr.replaceAll(/^ {2}.*\n/gm, ''), ended.exit]).toEqual(['', 'done']);
    expect([ended.request, ended.sent, ended.stdout]).toEqual([request, sent, `${printed}\n`]);
  });

  test.each([
    ['verified', 'done', '✓ nginx 2.1.0: verified'],
    ['pending', 'pending', '· nginx 2.1.0: being verified'],
    ['mismatch', 'failed', '✗ nginx 2.1.0: has a different checksum'],
    ['unreachable', 'failed', expect.stringMatching(/^✗ nginx 2\.1\.0: /)],
    ['unverifiable', 'failed', expect.stringMatching(/^✗ nginx 2\.1\.0: /)],
  ])('a verification says by its exit code how it ended: %s', async (verification, exit, printed) => {
    const ended = await ran(['agents', 'verify', 'plg_1'], { ...agent, verification });
    expect([ended.request, ended.exit, ended.stdout.trimEnd()]).toEqual([
      'POST /api/v1/plugins/plg_1/verify?verify=sync',
      exit,
      printed,
    ]);
  });
});

test.each([
  ['webhooks edit whk_1', 'Pass --url, --description, --events or --only.'],
  ['hooks edit dhk_1', 'See `slipway hooks edit --help`.'],
  ['namespaces edit staging', 'Pass --name, --description or --keep-live-versions.'],
  ['orgs edit org_1', 'Pass --name or --region.'],
  ['agents edit plg_1', 'Pass --description, --label or --deprecation.'],
])('%s without a change sends nothing', async (command, fix) => {
  const { count, exit, stderr } = await ran(command.split(' '), {});
  expect([exit, stderr, count]).toEqual(['usage', `✗ nothing to change\n  fix      ${fix}\n`, 0]);
});

test('slipway agents register computes the checksum of a file', async () => {
  const artifact = join(folderOf({ 'n.tar.gz': 'bytes' }), 'n.tar.gz');
  const args = ['agents', 'register', 'nginx', '1', 'https://a.test/n', '--type', 'log', '--artifact', artifact];
  const { request, sent } = await ran(args, agent);
  expect([request, sent.checksum]).toEqual([
    'POST /api/v1/plugins?verify=sync',
    `sha256:${createHash('sha256').update('bytes').digest('hex')}`,
  ]);
});

test('slipway agents register needs one checksum, and refuses two', async () => {
  const args = ['agents', 'register', 'nginx', '1', 'https://a.test/n', '--type', 'log'];
  expect(await ran(args, agent)).toMatchObject({ exit: 'usage', count: 0 });
  expect(await ran([...args, '--checksum', 'sha256:00', '--artifact', 'n'], agent)).toMatchObject({ exit: 'usage' });
});

test('slipway agents validate shows each error with its place, and fails', async () => {
  const errors = [{ path: '/port', keyword: 'type', message: 'must be integer' }];
  const { exit, stdout } = await ran(['agents', 'validate', 'plg_1', '-d', '{}'], { valid: false, errors });
  expect([exit, stdout]).toEqual(['failed', '/port  must be integer\n']);
});

const registered = {
  ...{ ...agent, pluginType: 'log', pluginRuntime: 'go', artifactUrl: 'https://a.test/n', checksum: 'sha256:00' },
  ...{ configSchema: JSON.stringify(schema), registeredAt: '2026-03-01T10:00:00.000Z', mirrored: true, yanked: false },
  ...{ description: null, labels: { team: 'edge' }, deprecation: 'use 3', verification: 'mismatch' },
  verificationDetails: { failure: 'checksum_mismatch', message: 'The checksum differs.' },
};

test('slipway agents list asks for a type and a text, and shows the state of each', async () => {
  const args = ['agents', 'list', '--type', 'log', '--search', 'ngi', '--yanked', '--limit', '2'];
  const { request, stdout } = await ran(args, { plugins: [registered], nextCursor: null });
  expect(request).toBe('GET /api/v1/plugins?limit=2&pluginType=log&q=ngi&includeYanked=true');
  expect(stdout).toMatch(/^nginx +2\.1\.0 +log +has a different checksum, deprecated +plg_1$/m);
});

test('slipway agents show says why an artifact was not verified', async () => {
  const { stdout } = await ran(['agents', 'show', 'plg_1'], registered);
  expect(stdout).toMatch(/^state +has a different checksum, deprecated\n +The checksum differs\.$/m);
  expect(stdout).toMatch(/^labels +team=edge$/m);
});

test('slipway namespaces show says how many live versions are kept', async () => {
  const shown = { ...namespace, description: null, feature_extractors: [], keep_live_versions: 3, created_at: null };
  const { stdout } = await ran(['namespaces', 'show', 'staging'], shown);
  expect(stdout).toMatch(/^live versions +3 of each plugin are kept$/m);
});

test('slipway batch test prints a row per line, and numbers the rows that failed', async () => {
  const rows = folderOf({ 'rows.csv': 'text\na\nb\n' });
  const answer = {
    ...{
      status: 'error',
      rows: [{ size: 1 }, null],
      skipped: 0,
      row_errors: [{ index: 1, message: 'no b' }],
      error: null,
    },
    ...{ logs: [{ line: 'reading' }], duration_ms: 12 },
  };
  const args = ['batch', 'test', 'notes@1.0.0', '--rows', join(rows, 'rows.csv'), '--parameters', '{"top": 1}'];
  const { exit, request, sent, stderr, stdout } = await ran(args, answer);
  expect([request, sent]).toEqual([
    'POST /v1/namespaces/ns_1/plugins/notes_1_0_0/batch/test',
    { rows: [{ text: 'a' }, { text: 'b' }], parameters: { top: 1 } },
  ]);
  expect([exit, stdout, stderr]).toEqual([
    'failed',
    '{"size":1}\nnull\n',
    '  | reading\n✗ row 2: no b\nnotes 1.0.0 ran 1 of 2 rows in 12 ms\n',
  ]);
});
