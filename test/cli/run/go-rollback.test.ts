// Tests which version `slipway rollback` picks for a Go plugin, and that it requests the version that it shows.
import { expect, test } from 'vitest';
import { scriptedServer } from '../../client/scripted-server.ts';
import { inProcess } from '../in-process.ts';

const v1 = { git_ref: 'v1', git_commit_hash: '1111111111111111' };
const v2 = { git_ref: 'v2', git_commit_hash: '2222222222222222' };
const v3 = { git_ref: 'v3', git_commit_hash: '3333333333333333' };
const installed = {
  name: 'upper',
  results: [
    { ...v3, active: true, serves_name: false },
    { ...v2, active: false, serves_name: true },
    { ...v1, active: false, serves_name: false },
  ],
  rollback_targets: [v3, v1],
};

async function rollBack(...args: string[]) {
  await using server = await scriptedServer({ body: installed }, { body: v1 });
  const environment = { SLIPWAY_BASE_URL: server.url, SLIPWAY_API_KEY: 'sk_any' };
  const ran = await inProcess(['rollback', 'upper', '--kind', 'pipeline', ...args], environment);
  return { ...ran, requests: server.received.map(({ body, method, url }) => `${method} ${url} ${body}`.trim()) };
}

const plan = 'GET /api/plugins/upper/versions';

test.each([
  [[], 'v3', v3],
  [['--to', '-1'], 'v3', v3],
  [['--to', '-2'], 'v1', v1],
  [['--to', 'v1'], 'v1', v1],
  [['--to', '1111'], 'v1', v1],
])('slipway rollback of a Go plugin goes to the version selected by %j', async (args, ref, to) => {
  const shown = `upper v2 (222222222222) → ${ref} (${to.git_commit_hash.slice(0, 12)}): starts the stored executable without fetching from Git\n`;
  const dry = await rollBack(...args, '--dry-run', '--json');
  expect([dry.exit, dry.stderr, dry.requests]).toEqual(['done', shown, [plan]]);
  expect(JSON.parse(dry.stdout)).toEqual({ name: 'upper', from: v2, to, dry_run: true });
  const ran = await rollBack(...args, '--yes', '--no-wait');
  const commit = JSON.stringify({ commit: to.git_commit_hash });
  expect([ran.exit, ran.requests]).toEqual(['done', [plan, `POST /api/plugins/upper/rollback ${commit}`]]);
});

test("a branch name shared by several versions selects the newest version that isn't live", async () => {
  const main = [
    { ...v2, git_ref: 'main', active: true, serves_name: true },
    { ...v1, git_ref: 'main', active: false, serves_name: false },
  ];
  await using server = await scriptedServer({ body: { name: 'upper', results: main, rollback_targets: [] } });
  const environment = { SLIPWAY_BASE_URL: server.url, SLIPWAY_API_KEY: 'sk_any' };
  const args = ['rollback', 'upper', '--kind', 'pipeline', '--to', 'main', '--dry-run'];
  expect((await inProcess(args, environment)).stdout).toBe('✓ upper would be rolled back to main (111111111111)\n');
});

test.each([
  ['-3', 'upper has no version -3'],
  ['v9', 'upper has no installed version v9'],
])('slipway rollback of a Go plugin refuses --to %s', async (to, message) => {
  expect(await rollBack('--to', to, '--yes')).toMatchObject({
    exit: 'failed',
    stderr: `✗ ${message}
  fix      Choose one with --to REF or --to COMMIT: v3 (333333333333), v1 (111111111111).
`,
    requests: [plan],
  });
});
