// @module-tag uv
// @module-tag long
// Tests that `slipway publish --dry-run` resolves and installs the packages as a deployment would.
import { beforeAll, expect, test } from 'vitest';
import { fetchUv, toolsFolder } from '../../../scripts/testing/uv.ts';
import { writeWheel } from '../../builder/environments/wheels.ts';
import { newFolder } from '../../builder/support.ts';
import { scriptedServer } from '../../client/scripted-server.ts';
import { folderOf, plugin, slipway } from '../slipway.ts';

const wheels = newFolder();
beforeAll(async () => {
  await fetchUv();
  writeWheel(wheels, { name: 'planned', version: '2.0', requires: ['planned_base'] });
  writeWheel(wheels, { name: 'planned_base' });
});

async function dryRun(requirements: string, ...options: string[]) {
  await using server = await scriptedServer(
    { status: 404, body: { error: { message: 'Not found' } } },
    { body: { missing: [] } },
  );
  const connection = { SLIPWAY_BASE_URL: server.url, SLIPWAY_API_KEY: 'sk_any', SLIPWAY_NAMESPACE: 'ns_1' };
  const env = { ...connection, BUILDER_WHEELS: wheels, BUILDER_TOOLS: toolsFolder };
  const folder = folderOf({ ...plugin, 'requirements.txt': requirements });
  const ran = await slipway(['publish', '--dry-run', ...options, folder], { env });
  expect(server.received.map(({ method }) => method)).toEqual(['GET', 'POST']);
  return ran;
}

test('packages are installed and listed, and nothing is uploaded', async () => {
  const { code, stdout } = await dryRun('planned==2.0\n');
  expect([code, stdout.replace(/in [\d.]+ m?s/, 'in TIME')]).toEqual([
    0,
    '✓ packages: planned 2.0, planned-base 1.0.0 installed in TIME\n✓ demo 1.0.0 would be accepted; nothing was uploaded\n',
  ]);
  const { packages } = JSON.parse((await dryRun('planned==2.0\n', '--json')).stdout);
  expect(packages).toEqual([
    { name: 'planned', version: '2.0' },
    { name: 'planned-base', version: '1.0.0' },
  ]);
});

test("a dry run fails with the resolver's explanation if a deployment could not install the packages", async () => {
  const { code, stderr, stdout } = await dryRun('planned==7\n');
  expect([code, stdout]).toEqual([1, '']);
  expect(stderr).toContain(
    "the packages of demo 1.0.0 can't be installed: No solution found when resolving dependencies",
  );
  expect(stderr).toContain('there is no version of planned==7');
});
