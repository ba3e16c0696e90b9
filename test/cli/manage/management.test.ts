// Tests the requests of commands that change namespaces.
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

const namespace = { namespace_name: 'staging', namespace_id: 'ns_1' };

describe('the request of', () => {
  test.each<[command: string, answer: object, request: string, sent: unknown, printed: string]>([
    [
      'namespaces edit staging --name tests --description= --keep-live-versions 3',
      namespace,
      'PATCH /v1/namespaces/staging',
      { namespace_name: 'tests', description: null, keep_live_versions: 3 },
      '✓ changed staging (ns_1)',
    ],
    [
      'namespaces edit staging --default-release standard',
      namespace,
      'PATCH /v1/namespaces/staging',
      { default_release: {} },
      '✓ changed staging (ns_1)',
    ],
    [
      'namespaces set staging --no-requires-approval',
      namespace,
      'PATCH /v1/namespaces/staging',
      { requires_approval: false },
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
      'namespaces edit staging --refuse-advisories high --dependencies-older-than 3d',
      namespace,
      'PATCH /v1/namespaces/staging',
      { refuse_advisories: 'high', dependencies_older_than: '3d' },
      '✓ changed staging (ns_1)',
    ],
    [
      'namespaces edit staging --refuse-advisories none --dependencies-older-than none',
      namespace,
      'PATCH /v1/namespaces/staging',
      { refuse_advisories: null, dependencies_older_than: null },
      '✓ changed staging (ns_1)',
    ],
    [
      'namespaces edit staging --placement ray',
      namespace,
      'PATCH /v1/namespaces/staging',
      { placement: 'ray' },
      '✓ changed staging (ns_1)',
    ],
    [
      'namespaces edit staging --placement inherit',
      namespace,
      'PATCH /v1/namespaces/staging',
      { placement: null },
      '✓ changed staging (ns_1)',
    ],
    [
      'orgs set --placement ray',
      { organization_id: 'org_1', name: 'acme', placement: 'ray' },
      'PATCH /v1/organization/settings',
      { placement: 'ray' },
      '✓ changed acme. Plugins run on a Ray cluster unless their manifest or namespace says otherwise.',
    ],
  ])('a command sends its request: %s', async (command, answer, request, sent, printed) => {
    const ended = await ran(command.split(' '), answer);
    expect([ended.stderr.replaceAll(/^ {2}.*\n/gm, ''), ended.exit]).toEqual(['', 'done']);
    expect([ended.request, ended.sent, ended.stdout]).toEqual([request, sent, `${printed}\n`]);
  });
});

test.each([
  [
    'namespaces edit staging',
    'Pass --name, --description, --keep-live-versions, --placement, --requires-approval, --default-release, --refuse-advisories or --dependencies-older-than.',
  ],
])('%s without a change sends nothing', async (command, fix) => {
  const { count, exit, stderr } = await ran(command.split(' '), {});
  expect([exit, stderr, count]).toEqual(['usage', `✗ nothing to change\n  fix      ${fix}\n`, 0]);
});

test('slipway namespaces show prints the number of live versions kept', async () => {
  const shown = { ...namespace, description: null, feature_extractors: [], keep_live_versions: 3, created_at: null };
  const { stdout } = await ran(['namespaces', 'show', 'staging'], shown);
  expect(stdout).toMatch(/^live versions +keeps 3 of each plugin$/m);
});

test.each([
  ['ray', 'ray'],
  [null, "the organization's"],
])('slipway namespaces show prints the default placement %s', async (placement, shown) => {
  const one = { ...namespace, description: null, feature_extractors: [], keep_live_versions: null, created_at: null };
  const { stdout } = await ran(['namespaces', 'show', 'staging'], { ...one, placement });
  expect(stdout).toMatch(new RegExp(`^placement +${shown}$`, 'm'));
});

test('slipway batch test prints one row per line, and numbers failed rows', async () => {
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

const lacking = {
  status: 409,
  body: { error: { message: 'No member can approve, so new versions would wait', details: { resource: 'approvers' } } },
};

test.each([
  ['asks first', [], [''], 'usage', 'Demand approval, although no member can approve, so new versions would wait'],
  ['asks nothing with --yes', ['--yes'], ['?without_approvers=true'], 'done', ''],
])('slipway namespaces set --requires-approval %s if nobody could approve', async (_, args, sent, exit, said) => {
  await using server = await scriptedServer(args.length > 0 ? { body: namespace } : lacking);
  const environment = { SLIPWAY_BASE_URL: server.url, SLIPWAY_API_KEY: 'sk_any' };
  const ran = await inProcess(['namespaces', 'set', 'staging', '--requires-approval', ...args], environment);
  expect([ran.exit, ran.stderr]).toEqual([exit, expect.stringContaining(said)]);
  expect(server.received.map(({ method, url }) => [method, url])).toEqual(
    sent.map((query) => ['PATCH', `/v1/namespaces/staging${query}`]),
  );
});
