// @module-tag index
// @module-tag long
// Tests concurrent deployments of one version: its packages are resolved once and installed once.
import { expect, test } from 'vitest';
import { createNamespace } from '../../../src/access/namespaces.ts';
import type { Builder } from '../../../src/contract/builder/builder.ts';
import type { EnvironmentEvent, LockEvent } from '../../../src/contract/builder/environments.ts';
import { environments, pluginLocks } from '../../../src/db/schema/environments.ts';
import { packagesFolder } from '../../../src/instances/environments/package-store.ts';
import { advanceDeployment } from '../../../src/pipeline.ts';
import { enablePlugin } from '../../../src/rollouts/enabling.ts';
import { answerOf } from '../../support/json-text.ts';
import { publishVersion, scene } from '../../support/scenes/scene.ts';
import { watchedBuilder } from '../../support/workers/watched-builder.ts';

const realtime = `import six


class SixInferenceService:
    async def run_inference(self, inputs, parameters):
        return {"six": six.__version__}
`;

/** Returns a function whose calls all wait until there are `count` of them. */
function barrier(count: number): () => Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  let arrived = 0;
  return () => {
    arrived += 1;
    if (arrived === count) resolve();
    return promise;
  };
}

/** Returns a builder that starts two requests at the same moment, and records the answers to each. */
function togetherAt(real: Builder) {
  const [bothLock, bothInstall] = [barrier(2), barrier(2)];
  const seen: { locks: LockEvent[][]; installations: EnvironmentEvent[][] } = { locks: [], installations: [] };
  async function* kept<Event>(into: Event[][], meet: () => Promise<void>, events: AsyncIterable<Event>) {
    const read: Event[] = [];
    into.push(read);
    await meet();
    for await (const event of events) {
      read.push(event);
      yield event;
    }
  }
  const { builder } = watchedBuilder(real, {
    lock: (request) => kept(seen.locks, bothLock, real.lock(request)),
    install: (spec) => kept(seen.installations, bothInstall, real.install(spec)),
  });
  return { builder, seen };
}

test('two deployments of one version share one resolution and one installation', async () => {
  const s = await scene();
  // No other test installs this version, so the builder doesn't have it.
  const files = { 'realtime.py': realtime, 'requirements.txt': 'six==1.15.0\n' };
  const version = await publishVersion(s.deps, s.actor, s.actor.organizationId, { name: 'racing_ext', files });
  const other = await createNamespace(s.deps, s.actor, {
    name: 'other',
    type: 'standard',
    description: null,
    featureExtractors: [],
    settings: {},
  });
  const deployments = await Promise.all(
    [s.namespaceId, other.id].map(async (namespaceId) => {
      const at = { namespaceId, pluginId: 'racing_ext_1_0_0' };
      const { deployment } = await enablePlugin(s.deps, s.actor, at, { parameters: null, deploy: true });
      if (!deployment) throw new Error('it was not deployed');
      return deployment;
    }),
  );
  const { builder, seen } = togetherAt(s.deps.builder);
  await Promise.all(deployments.map(({ id }) => advanceDeployment({ ...s.deps, builder }, id)));

  const [locks, installed, { objects }] = await Promise.all([
    s.deps.db.select().from(pluginLocks),
    s.deps.db.select().from(environments),
    s.deps.blobs.list({ prefix: packagesFolder }),
  ]);
  expect(locks).toMatchObject([{ versionId: version.id, packages: [{ name: 'six', version: '1.15.0' }] }]);
  expect([installed.length, objects.length]).toEqual([1, 1]);
  for (const { id } of deployments)
    expect(answerOf(await s.deps.builder.call(id, '{"inputs": {}, "parameters": {}}'))).toMatchObject({
      status: 'success',
      result: { six: '1.15.0' },
    });
  // The steps' times are also equal, because each step ran once and both deployments followed it.
  expect(seen.locks[0]).toEqual(seen.locks[1]);
  expect(seen.installations[0]).toEqual(seen.installations[1]);
  expect(seen.installations[0]?.at(-1)).toMatchObject({ type: 'installed', environment: { cached: false } });
});
