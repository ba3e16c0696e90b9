// Tests that destructive and traffic-moving commands ask for confirmation at a terminal, require `--yes` without a terminal, and change
// nothing before they are confirmed (R7).
import { expect, inject, test } from 'vitest';
import { scriptedServer } from '../client/scripted-server.ts';
import { atTerminal } from './at-terminal.ts';
import { inProcess } from './in-process.ts';

const versions = {
  active_version: '1.1.0',
  serving_version: '1.1.0',
  previous_version: '1.0.0',
  rollback_targets: ['1.0.0'],
  rollback_skipped: [],
  rollbacks: [],
  results: [
    { version: '1.1.0', active: true, serves_name: true, deployed: true },
    { version: '1.0.0', active: false, serves_name: false, deployed: true },
  ],
};
const diff = {
  ...{ v1: '1.1.0', v2: '1.0.0', identical: true, files: [], dependencies: [] },
  ...{ findings: { introduced: [], fixed: [], unchanged: [] } },
};

const goPlugin = { git_ref: 'v1', version: '1111111111111111' };
const current = { git_ref: 'v2', version: '2222222222222222', active: true, serves_name: true };
const installed = {
  ...{ name: 'upper', active_version: current.version, serving_version: current.version, rollbacks: [] },
  ...{ results: [current, goPlugin], rollback_targets: [goPlugin.version], rollback_skipped: [] },
};
const noFiles = { v1: 'v2', v2: 'v1', identical: true, files: [], placement: null, placement_reason: null };

const destructive: [args: string[], change: string, answers: object[]][] = [
  [['rollback', 'notes'], 'Roll notes back from 1.1.0 to 1.0.0', [versions, { results: [] }, diff]],
  [
    ['rollback', 'upper', '--kind', 'pipeline'],
    'Roll upper back from v2 (222222222222) to v1 (111111111111)',
    [{ namespace_id: 'ns_1' }, installed, { results: [] }, noFiles],
  ],
  [['undeploy', 'notes@1.0.0'], 'Undeploy notes 1.0.0', []],
  [['undeploy', 'notes', '--keep', '2'], 'Undeploy all but 2 versions of notes', []],
  [['delete', 'notes@1.0.0'], 'Delete notes 1.0.0', []],
  [['disable', 'notes@1.0.0'], 'Disable and undeploy notes@1.0.0', []],
  [['uninstall', 'upper'], 'Uninstall upper with all its versions', []],
  [['keys', 'revoke', 'key_1'], 'Revoke key_1 permanently', []],
];

test.each(destructive)('%j without a terminal requires --yes', async (args, change, answers) => {
  await using server = await scriptedServer(...answers.map((body) => ({ body })));
  const environment = { SLIPWAY_BASE_URL: server.url, SLIPWAY_API_KEY: 'sk_any', SLIPWAY_NAMESPACE: 'ns_1' };
  const { exit, stderr } = await inProcess(args, environment);
  expect([exit, stderr.slice(stderr.indexOf('✗'))]).toEqual([
    'usage',
    `✗ confirmation required: ${change}\n  fix      Repeat the command with --yes: there is no terminal to ask on, or --no-input is set.\n`,
  ]);
  expect(server.received.filter(({ method }) => method !== 'GET')).toEqual([]);
  const done = { message: 'done', prefix: 'sk_1', name: 'ci', undeployed: [], kept: [], remaining: 0, ...goPlugin };
  server.answers.push(...answers.map((body) => ({ body })), { body: done });
  expect((await inProcess([...args, '--yes'], environment)).exit).toBe('done');
  expect(server.received.filter(({ method }) => method !== 'GET').length).toBe(1);
});

test.each(inject('long') ? destructive : destructive.slice(0, 3))(
  '%j at a terminal asks first',
  async (args, change, answers) => {
    await using server = await scriptedServer(...answers.map((body) => ({ body })));
    const env = { SLIPWAY_BASE_URL: server.url, SLIPWAY_API_KEY: 'sk_any', SLIPWAY_NAMESPACE: 'ns_1' };
    const { asked, code, output } = await atTerminal('n', args, env);
    expect([asked, code]).toEqual([true, 1]);
    expect(output).toContain(`${change}? [y/N] `);
    expect(output).toContain('✗ cancelled; nothing was changed\n');
    expect(server.received.filter(({ method }) => method !== 'GET')).toEqual([]);
  },
);

test.each([
  ['y', 0],
  ['YES', 0],
  ['', 1],
  ['no', 1],
  ['yellow', 1],
  ['oh y', 1],
])('the answer %j ends with exit code %d', async (answer, code) => {
  await using server = await scriptedServer({ body: { message: 'done' } });
  const env = { SLIPWAY_BASE_URL: server.url, SLIPWAY_API_KEY: 'sk_any', SLIPWAY_NAMESPACE: 'ns_1' };
  const ran = await atTerminal(answer, ['undeploy', 'notes@1.0.0'], env);
  expect([ran.asked, ran.code, server.received.length]).toEqual([true, code, code === 0 ? 1 : 0]);
});

test("namespaces delete requires the namespace's name", async () => {
  await using server = await scriptedServer({ body: { message: 'Deleted' } });
  const environment = { SLIPWAY_BASE_URL: server.url, SLIPWAY_API_KEY: 'sk_any' };
  expect(await inProcess(['namespaces', 'delete', 'test'], environment)).toMatchObject({
    exit: 'usage',
    stderr: `✗ deleting test also deletes all its plugins
  fix      Confirm with the name: slipway namespaces delete test --yes test
`,
  });
  expect((await inProcess(['namespaces', 'delete', 'test', '--yes', 'test'], environment)).exit).toBe('done');
  expect(server.received.length).toBe(1);
});
