// Tests the latest deployment's state in the version list, which still shows a failure long afterwards.
import { expect, test } from 'vitest';
import { formatVersion } from '../../../src/contract/plugin/manifest.ts';
import { undeployVersion } from '../../../src/pointers/undeploy.ts';
import { listCatalog } from '../../../src/registry/versions/catalog.ts';
import { publishVersion, type Scene, scene } from '../../support/scenes/scene.ts';
import { live } from '../../support/scenes/two-versions.ts';

async function states({ deps, actor, namespaceId }: Scene) {
  const { items } = await listCatalog(deps, actor, namespaceId, { page: { limit: 10 }, offset: 0 });
  return items.map(({ version, deployed, deploymentState }) => [formatVersion(version), deployed, deploymentState]);
}

const failing = { 'tests/examples/wrong.json': '{"inputs": {}, "parameters": {}, "result": {"no": "such field"}}' };

test("a deployment's state is failed until the version is redeployed, and null once it is undeployed", async () => {
  const s = await scene();
  const failed = await publishVersion(s.deps, s.actor, s.namespaceId, { version: '1.1.0', files: failing });
  expect(await states(s)).toEqual([
    ['1.0.0', false, null],
    ['1.1.0', false, null],
  ]);
  await live(s, s.version);
  await live(s, failed);
  expect(await states(s)).toEqual([
    ['1.0.0', true, 'promoted'],
    ['1.1.0', false, 'failed'],
  ]);
  await undeployVersion(s.deps, s.namespaceId, failed, s.actor.ref);
  await undeployVersion(s.deps, s.namespaceId, s.version, s.actor.ref);
  expect(await states(s)).toEqual([
    ['1.0.0', false, null],
    ['1.1.0', false, 'failed'],
  ]);
});
