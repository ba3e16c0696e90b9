// Tests that `--dry-run` sends no writes, even with `--yes`.
import { expect, test } from 'vitest';
import { scriptedServer } from '../../client/scripted-server.ts';
import { inProcess } from '../in-process.ts';

const versions = {
  ...{ active_version: '1.1.0', serving_version: '1.1.0', previous_version: '1.0.0', rollback_targets: ['1.0.0'] },
  rollback_skipped: [],
  rollbacks: [],
  results: [
    { version: '1.1.0', active: true, serves_name: true, deployed: true },
    { version: '1.0.0', active: false, serves_name: false, deployed: true },
  ],
};
const diff = {
  ...{ v1: '1.1.0', v2: '1.0.0', identical: true, files: [], dependencies: [] },
  findings: { introduced: [], fixed: [], unchanged: [] },
};
const listed = { name: 'notes', source: 'namespace' };
const plugins = [
  { ...listed, version: '1.1.0', plugin_id: 'notes_1_1_0' },
  { ...listed, version: '1.0.0', plugin_id: 'notes_1_0_0' },
  { ...listed, name: 'notes_2', version: '1.0.0', plugin_id: 'notes_2_1_0_0' },
];

test.each<[string[], object[], string]>([
  [['rollback', 'notes', '--yes'], [versions, { results: [] }, diff], '✓ notes would be rolled back to 1.0.0\n'],
  [
    ['deploy', 'notes@1.1.0'],
    [versions, { plugin: { namespace_id: 'ns_1', manifest: null } }],
    '✓ notes 1.1.0 would be deployed\n',
  ],
  [['delete', 'notes@1.0.0', '--yes'], [], '✓ notes 1.0.0 would be deleted\n'],
  [
    ['delete', 'notes', '--all', '--yes'],
    [{ plugins }],
    '✓ notes 1.1.0 would be deleted\n✓ notes 1.0.0 would be deleted\n',
  ],
])('%j --dry-run changes nothing', async (args, answers, stdout) => {
  await using server = await scriptedServer(...answers.map((body) => ({ body })));
  const environment = { SLIPWAY_BASE_URL: server.url, SLIPWAY_API_KEY: 'sk_any', SLIPWAY_NAMESPACE: 'ns_1' };
  const ran = await inProcess([...args, '--dry-run'], environment);
  expect([ran.exit, ran.stdout]).toEqual(['done', stdout]);
  expect(server.received.map(({ method }) => method)).toEqual(answers.map(() => 'GET'));
});

test('a rollback to a version that does not exist shows no plan, and suggests a version', async () => {
  const notFound = {
    success: false,
    status: 404,
    error: { message: 'Plugin not found: notes_7_0_0', type: 'NotFoundError' },
  };
  const lists = [{ plugins }, { plugins: [] }, { plugins: [] }];
  await using server = await scriptedServer(
    { body: versions },
    { status: 404, body: notFound },
    ...lists.map((body) => ({ body })),
  );
  const environment = { SLIPWAY_BASE_URL: server.url, SLIPWAY_API_KEY: 'sk_any', SLIPWAY_NAMESPACE: 'ns_1' };
  const { exit, stderr } = await inProcess(['rollback', 'notes', '--to', '7.0.0', '--kind', 'extractor'], environment);
  expect([exit, stderr.split('\n')[0]]).toEqual(['failed', '✗ Plugin not found: notes_7_0_0']);
  expect(stderr).toContain('Did you mean notes@1.0.0?');
});
