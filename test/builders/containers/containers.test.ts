// Tests the container client in a runtime without containers, where every request fails immediately with that reason.
import { env } from 'cloudflare:workers';
import { expect, test } from 'vitest';
import { builderByContainers } from '../../../src/builders/client.ts';
import type { Placement } from '../../../src/contract/plugin/placement.ts';
import { advanceDeployment } from '../../../src/pipeline.ts';
import { versionSlug } from '../../../src/registry/versions/versions.ts';
import { invoke } from '../../../src/serve/invoke.ts';
import { emptyCallCaches } from '../../support/deps.ts';
import { callOf } from '../../support/json-text.ts';
import { deploy, scene } from '../../support/scenes/scene.ts';

const instances = {
  lite: env.INSTANCES_LITE,
  basic: env.INSTANCES_BASIC,
  'standard-1': env.INSTANCES,
  'standard-2': env.INSTANCES_STANDARD_2,
  'standard-3': env.INSTANCES_STANDARD_3,
  'standard-4': env.INSTANCES_STANDARD_4,
};
const placement: Placement = { size: 'basic', location: 'weur', jurisdiction: null };
const builder = builderByContainers({ instances, builds: env.BUILDS, buildHosts: 2 }, async () => placement);
const unreachable = {
  name: 'BuilderError',
  code: 'unreachable',
  message:
    'The builder cannot be reached (503): this Worker has no containers: set BUILDER_MODE=url, or configure containers in wrangler.toml',
};

test('a call reports that there are no containers', async () => {
  await expect(builder.call('dep_1', '{}')).rejects.toMatchObject(unreachable);
});

test('a fetch and a build report that there are no containers', async () => {
  const request = { repository: 'https://git.example/a.git', ref: 'main' };
  await expect(builder.fetchSource(request)).rejects.toMatchObject(unreachable);
  const spec = { runtime: 'go' as const, archive: 'ab'.repeat(32), commit: null, scope: 'plg_1' };
  await expect(builder.build(spec)[Symbol.asyncIterator]().next()).rejects.toMatchObject(unreachable);
});

test('a start reports that there are no containers', async () => {
  const { version } = await scene();
  const spec = {
    runtime: 'python' as const,
    archive: version.sha256,
    plugin: { name: version.name, version: '1.0.0' },
    dependencies: [],
  };
  const events = builder.start('dep_1', spec)[Symbol.asyncIterator]();
  await expect(events.next()).rejects.toMatchObject(unreachable);
});

test.each([
  [{ network: ['api.example.com', 'db.example.com:9042'] }, 'db.example.com:9042'],
  [{ forward: { '5432': 'db.example.com:5432' } }, 'db.example.com:5432'],
])('a start with %j reports that containers only carry HTTP', async (permissions, target) => {
  const spec = {
    runtime: 'python' as const,
    archive: 'ab'.repeat(32),
    plugin: { name: 'demo', version: '1.0.0' },
    dependencies: [],
    permissions,
  };
  expect(() => builder.start('dep_1', spec)).toThrow(
    `demo asks for ${target}. Containers carry only HTTP and HTTPS, on ports 80 and 443: run a builder of your own (BUILDER_MODE=url).`,
  );
});

test('a call to a plugin returns 503', async () => {
  const s = await scene();
  const { id } = await deploy(s);
  await advanceDeployment(s.deps, id);
  const called = invoke(
    { ...s.deps, builder, ...emptyCallCaches() },
    s.actor,
    { by: 'version', namespaceId: s.namespaceId, pluginId: versionSlug(s.version) },
    callOf(),
  );
  await expect(called).rejects.toMatchObject({ code: 'builder-unavailable', status: 503, cause: unreachable });
});
