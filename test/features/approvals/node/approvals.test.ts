// Tests the output and requests of `slipway publish`, `slipway approvals`, `approve` and `reject` for versions that wait for approval.
import { expect, test } from 'vitest';
import { inProcess } from '../../../cli/in-process.ts';
import { folderOf, plugin } from '../../../cli/slipway.ts';
import { scriptedServer } from '../../../client/scripted-server.ts';

const sha256 = 'a'.repeat(64);
const staged = {
  kind: 'extractor',
  ...{ plugin_id: 'notes_1_1_0', name: 'notes', version: '1.1.0', namespace_id: 'ns_1', namespace_name: 'production' },
  published_by: { type: 'ci', id: 'ci:github/acme', name: 'acme/notes', claims: { ref: 'refs/tags/v1.1.0' } },
  ...{ published_at: '2026-03-01T00:00:00.000Z', staged_until: '2026-03-15T00:00:00.000Z', message: null },
  description: 'Keeps notes',
  git: { repository: 'https://github.com/acme/notes', ref: 'v1.1.0', commit: 'c'.repeat(40), path: null },
  ...{ code_hash: sha256, size_bytes: 10, files_scanned: 3, scan_verdict: 'pass', waived_rules: [], models: [] },
  ...{ findings: { error: 0, warning: 2, note: 1 }, dependencies: ['numpy==2.1'], capabilities: null },
  scan_url: '/v1/namespaces/ns_1/plugins/notes_1_1_0/scan',
  ...{
    permissions: { network: ['api.example.com'] },
    deploy_when_approved: true,
    active_version: null,
    diff_url: null,
  },
};

async function ran(args: string[], ...bodies: object[]) {
  await using server = await scriptedServer();
  server.answers.push(...bodies.map((body) => ({ body })));
  const env = { SLIPWAY_BASE_URL: server.url, SLIPWAY_API_KEY: 'sk_any', SLIPWAY_NAMESPACE: 'ns_1' };
  const { exit, stderr, stdout } = await inProcess(args, env);
  const requests = server.received.map(({ body, method, url }) => [`${method} ${url}`, body]);
  return { exit, stderr, stdout, requests };
}

test('publish says that the version waits, and deploys nothing', async () => {
  await using server = await scriptedServer();
  const published = { plugin_id: 'notes_1_0_0', validation_status: 'passed', stage: 'staged', warnings: [] };
  server.answers.push({ body: { upload_id: 'plu_1', presigned_url: `${server.url}/put` } }, {}, { body: published });
  const env = { SLIPWAY_BASE_URL: server.url, SLIPWAY_API_KEY: 'sk_any', SLIPWAY_NAMESPACE: 'ns_any' };
  const { exit, stdout } = await inProcess(['publish', folderOf(plugin), '--stage', '--json'], env);
  expect([exit, JSON.parse(stdout)]).toMatchObject(['done', { stage: 'staged', deployment: null }]);
  expect(JSON.parse(server.received[0]?.body ?? '')).toMatchObject({ stage: true, deploy_when_approved: true });
  expect(server.received).toHaveLength(3);
});

test('approvals lists what waits', async () => {
  const { stdout } = await ran(['approvals'], { results: [staged], pagination: { limit: 100, next_cursor: null } });
  expect(stdout).toMatch(/^PLUGIN +VERSION +NAMESPACE +PUBLISHED BY .*\nnotes +1\.1\.0 +production +acme\/notes /);
});

test('approve --show prints what an approver needs, and decides nothing', async () => {
  const page = { results: [staged], pagination: { limit: 100, next_cursor: null } };
  const { requests, stdout } = await ran(['approve', 'notes@1.1.0', '--show'], page);
  expect(requests).toEqual([['GET /v1/approvals?limit=100', '']]);
  for (const text of ['acme/notes', 'refs/tags/v1.1.0', 'c'.repeat(40), 'api.example.com', sha256, 'deploys it'])
    expect(stdout).toContain(text);
  for (const text of ['pass, 3 files: 2 warnings, 1 note; waived: nothing', staged.scan_url, 'numpy==2.1'])
    expect(stdout).toContain(text);
});

test('approve --show prints what agents read, before and after, with hidden characters as codes', async () => {
  const diff_url = '/v1/namespaces/ns_1/plugins/by-name/notes/diff?v1=1.0.0&v2=1.1.0';
  const results = [{ ...staged, description: 'Keeps\u200b notes', active_version: '1.0.0', diff_url }];
  const hidden = 'Keeps\u{e0069}\u{e0101} notes\u202e';
  const diff = {
    ...{ success: true, name: 'notes', v1: '1.0.0', v2: '1.1.0', identical: true, files: [], diff: '' },
    summary: { files_changed: 0, additions: 0, deletions: 0 },
    findings: { introduced: [], fixed: [], unchanged: [] },
    descriptions: [
      { where: 'description', v1: 'Keeps notes', v2: hidden },
      { where: 'input_schema.properties.n.title', v1: null, v2: 'N' },
    ],
    ...{
      dependencies: [],
      permissions: [],
      placement: null,
      placement_reason: null,
      capabilities: null,
      packages: null,
    },
  };
  const page = { results, pagination: { limit: 100, next_cursor: null } };
  const { stdout } = await ran(['approve', 'notes@1.1.0', '--show'], page, diff);
  expect(stdout).toContain('description   Keeps\\u{200b} notes\n');
  expect(stdout).toContain(`what agents read
  description
  - Keeps notes
  + Keeps\\u{e0069}\\u{e0101} notes\\u{202e}
  input_schema.properties.n.title
  + N
`);
});

test('approve --show names the people who set up what published the version', async () => {
  const published_by = { type: 'hook', id: 'dhk_1', made_by: ['usr_1', 'usr_2'] };
  const page = { results: [{ ...staged, published_by }], pagination: { limit: 100, next_cursor: null } };
  const { stdout } = await ran(['approve', 'notes@1.1.0', '--show'], page);
  expect(stdout).toMatch(/\npublished +by hook dhk_1, .*\nbehind it +usr_1, usr_2\n/);
});

test('an approval sends the digest that it was given', async () => {
  const decided = {
    stage: 'approved',
    deployment: { deployment_id: 'dep_1', status: 'queued' },
    deployment_error: null,
  };
  const { requests, stdout } = await ran(['approve', 'notes@1.1.0', '--sha256', sha256, '--note', 'Fine'], decided);
  expect(requests).toEqual([
    ['POST /v1/namespaces/ns_1/plugins/notes_1_1_0/approve', JSON.stringify({ sha256, note: 'Fine' })],
  ]);
  expect(stdout).toBe('✓ approved notes 1.1.0\n  deploys  dep_1\n');
});

test('a rejection sends the present digest', async () => {
  const decided = { stage: 'rejected', deployment: null, deployment_error: null };
  const { requests, stdout } = await ran(['reject', 'notes@1.1.0'], { plugin: { code_hash: sha256 } }, decided);
  expect(requests.at(-1)).toEqual(['POST /v1/namespaces/ns_1/plugins/notes_1_1_0/reject', JSON.stringify({ sha256 })]);
  expect(stdout).toBe('✓ rejected notes 1.1.0\n');
});

test('a Go plugin is approved by its ref', async () => {
  const reached = [{ name: 'NETWORK', path: ['net.Dial'], module: null, reason: null, through: 'net' }];
  const go = {
    ...{ ...staged, kind: 'pipeline', plugin_id: 'upper_1_0_2', name: 'upper', version: 'v1.2.0' },
    ...{
      active_version: 'v1.1.0',
      diff_url: '/v1/namespaces/ns_1/plugins/by-name/upper/diff?v1=aaa&v2=bbb&kind=pipeline',
      capabilities: reached,
    },
  };
  const page = { results: [go], pagination: { limit: 100, next_cursor: null } };
  const decided = { stage: 'approved', deployment: null, deployment_error: null };
  const { requests, stdout } = await ran(['approve', 'upper@v1.2.0', '--kind', 'pipeline'], page, decided);
  expect(requests).toEqual([
    ['GET /v1/approvals?limit=100', ''],
    ['POST /v1/namespaces/ns_1/plugins/upper_1_0_2/approve', JSON.stringify({ sha256, kind: 'pipeline' })],
  ]);
  expect(stdout).toBe('✓ approved upper v1.2.0\n');
});

test('a staged version is tried', async () => {
  const answer = { status: 'success', raw_response: { n: 1 }, error: null, message: null, duration_ms: 3 };
  const call = ['invoke', 'notes@1.1.0', '--kind', 'extractor', '--no-validate', '--staged', '-d', '{}'];
  const { requests, stdout } = await ran(call, answer);
  expect([requests, JSON.parse(stdout)]).toEqual([
    [['POST /v1/namespaces/ns_1/plugins/notes_1_1_0/trial', '{"inputs":{}}']],
    { n: 1 },
  ]);
});

test('a trial names its version', async () => {
  const { exit, stderr } = await ran([
    'invoke',
    'notes',
    '--kind',
    'extractor',
    '--no-validate',
    '--staged',
    '-d',
    '{}',
  ]);
  expect([exit, stderr]).toEqual(['usage', expect.stringContaining('--staged needs a version')]);
});
