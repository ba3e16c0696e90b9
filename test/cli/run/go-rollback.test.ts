// Tests which version `slipway rollback` picks for a Go plugin, and that it requests the version that it shows.
import { expect, test } from 'vitest';
import { scriptedServer } from '../../client/scripted-server.ts';
import { inProcess } from '../in-process.ts';

const v1 = { git_ref: 'v1', version: '1111111111111111' };
const v2 = { git_ref: 'v2', version: '2222222222222222' };
const v3 = { git_ref: 'v3', version: '3333333333333333' };
const installed = {
  name: 'upper',
  active_version: v3.version,
  serving_version: v2.version,
  results: [
    { ...v3, active: true, serves_name: false },
    { ...v2, active: false, serves_name: true },
    { ...v1, active: false, serves_name: false },
  ],
  rollback_skipped: [],
  rollbacks: [],
  rollback_targets: [v3.version, v1.version],
};
const there = { body: { namespace_id: 'ns_home' } };
const noFiles = { body: { v1: 'v2', v2: 'v3', identical: true, files: [], placement: null, placement_reason: null } };
const at = '/v1/namespaces/ns_home/plugins/by-name/upper';

async function rollBack(history: object, args: string[]) {
  const before = args.includes('--to') ? [] : [{ body: { results: [] } }];
  const after = { active_version: v1.version, deployment_id: null, traffic: 'serving', message: '' };
  await using server = await scriptedServer(there, { body: history }, ...before, noFiles, { body: after });
  const environment = { SLIPWAY_BASE_URL: server.url, SLIPWAY_API_KEY: 'sk_any' };
  const ran = await inProcess(['rollback', 'upper', '--kind', 'pipeline', ...args], environment);
  return { ...ran, requests: server.received.map(({ body, method, url }) => `${method} ${url} ${body}`.trim()) };
}

test.each([
  [[], v3],
  [['--to', '-1'], v3],
  [['--to', '-2'], v1],
  [['--to', 'v1'], v1],
  [['--to', '1111'], v1],
])('slipway rollback of a Go plugin goes to the version selected by %j', async (args, to) => {
  const ran = await rollBack(installed, [...args, '--dry-run', '--json']);
  expect(ran.stderr).toContain(`upper v2 (222222222222) → ${to.git_ref} (${to.version.slice(0, 12)}): moves calls`);
  expect(JSON.parse(ran.stdout)).toEqual({ name: 'upper', from: v2.version, to: to.version, dry_run: true });
});

test('slipway rollback of a Go plugin requests the version that it shows', async () => {
  const { exit, requests } = await rollBack(installed, ['--to', 'v1', '--yes']);
  const body = JSON.stringify({ kind: 'pipeline', version: v1.version });
  expect([exit, requests.at(-1)]).toEqual(['done', `POST ${at}/rollback ${body}`]);
});

test("a branch name shared by several versions selects the newest version that isn't live", async () => {
  const results = [
    { ...v2, git_ref: 'main', active: true, serves_name: true },
    { ...v1, git_ref: 'main', active: false, serves_name: false },
  ];
  const { stdout } = await rollBack({ ...installed, results }, ['--to', 'main', '--dry-run']);
  expect(stdout).toBe('✓ upper would be rolled back to main (111111111111)\n');
});

test.each(['-3', 'v9'])('slipway rollback of a Go plugin refuses --to %s', async (to) => {
  expect(await rollBack(installed, ['--to', to, '--yes'])).toMatchObject({
    exit: 'failed',
    stderr: `✗ upper has no version ${to}
  fix      Live before v2 (222222222222), newest first: v3 (333333333333), v1 (111111111111).
`,
  });
});
