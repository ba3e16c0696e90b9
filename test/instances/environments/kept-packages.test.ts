// @module-tag index
// @module-tag long
// Tests packages that a builder keeps itself (decision 43): they have rows without objects, and are reinstalled if the
// builder has lost them.
import { beforeEach, expect, test } from 'vitest';
import { systemActor } from '../../../src/contract/actor.ts';
import type { Builder } from '../../../src/contract/builder/builder.ts';
import { BuilderError } from '../../../src/contract/builder/errors.ts';
import { retention } from '../../../src/contract/limits/retention.ts';
import { environments, packages, pluginLocks } from '../../../src/db/schema/environments.ts';
import { packageParts, sweepOrphanedEnvironments } from '../../../src/instances/environments/orphaned-environments.ts';
import { packagesFolder } from '../../../src/instances/environments/package-store.ts';
import { startInstance } from '../../../src/instances/fleets/instances.ts';
import { advanceDeployment } from '../../../src/pipeline.ts';
import { removeVersion } from '../../../src/pointers/remove-version.ts';
import { collect } from '../../../src/registry/storage/collector.ts';
import { testApp } from '../../support/deps.ts';
import { answerOf } from '../../support/json-text.ts';
import { deploy, publishVersion, type Scene, scene } from '../../support/scenes/scene.ts';
import { watchedBuilder } from '../../support/workers/watched-builder.ts';

const realtime = `import six


class SixInferenceService:
    async def run_inference(self, inputs, parameters):
        return {"six": six.__version__}
`;
const files = { 'realtime.py': realtime, 'requirements.txt': 'six==1.16.0\n' };

beforeEach(async () => {
  const { deps } = testApp();
  const { db } = deps;
  await db.batch([db.delete(pluginLocks), db.delete(environments), db.delete(packages)]);
  const { objects } = await deps.blobs.list({ prefix: packagesFolder });
  await deps.blobs.delete(objects.map(({ key }) => key));
});

/** Behaves like a builder with BUILDER_PACKAGES=kept. Records in `stored` which packages the builder is told are in the store. */
function keeping(real: Builder) {
  const stored: string[] = [];
  const watched = watchedBuilder(real, {
    async *install(spec) {
      stored.push(...spec.stored.map(({ key }) => key));
      for await (const event of real.install(spec))
        yield event.type === 'package' ? { ...event, package: { ...event.package, parts: [] } } : event;
    },
  });
  return { ...watched, stored };
}

async function deployed(s: Scene, builder: Builder) {
  const { id } = await deploy(s);
  await advanceDeployment({ ...s.deps, builder }, id);
  return id;
}

/** Returns the numbers of rows, and of objects. */
async function counts({ deps }: Scene): Promise<number[]> {
  const [rows, installed, { objects }] = await Promise.all([
    deps.db.select().from(packages),
    deps.db.select().from(environments),
    deps.blobs.list({ prefix: packagesFolder }),
  ]);
  return [rows.length, installed.length, objects.length];
}

test('a package kept by the builder has a row and no object, and no builder is told that the store has it', async () => {
  const s = await scene({ files });
  const { builder, called, stored } = keeping(s.deps.builder);
  const id = await deployed(s, builder);
  expect(answerOf(await s.deps.builder.call(id, '{"inputs": {}, "parameters": {}}'))).toMatchObject({
    result: { six: '1.16.0' },
  });
  expect([await counts(s), called.includes('getBlob')]).toEqual([[1, 1, 0], false]);
  const more = { ...files, 'requirements.txt': 'six==1.16.0\nidna==3.10\n' };
  const version = await publishVersion(s.deps, s.actor, s.namespaceId, { files: more, version: '1.0.1' });
  await deployed({ ...s, version }, builder);
  expect([await counts(s), stored]).toEqual([[2, 2, 0], []]);
});

test('a package lost by its builder is reinstalled by the start that needs it', async () => {
  const s = await scene({ files });
  const { builder: keeper } = keeping(s.deps.builder);
  const id = await deployed(s, keeper);
  await s.deps.builder.stop(id);
  let isLost = true;
  const { builder, called } = watchedBuilder(keeper, {
    async *start(started, spec) {
      const needed = (spec.runtime === 'python' ? spec.environment?.packages : undefined) ?? [];
      if (isLost) throw new BuilderError('blob-missing', 'Packages are missing', [...needed]);
      yield* keeper.start(started, spec);
    },
    async *install(spec) {
      isLost = false;
      yield* keeper.install(spec);
    },
  });
  await startInstance({ ...s.deps, builder }, id, s.version);
  expect([called.includes('lock'), called.includes('install'), called.includes('putPackage')]).toEqual([
    false,
    true,
    false,
  ]);
  expect(await counts(s)).toEqual([1, 1, 0]);
});

test('rows for packages that a builder keeps are deleted a day after the last environment that contains them', async () => {
  const s = await scene({ files });
  const { builder } = keeping(s.deps.builder);
  await deployed(s, builder);
  const sweep = async () => {
    s.clock.advance(Date.now() - s.clock.now() + retention.deletedContentMs + 60_000);
    await sweepOrphanedEnvironments(s.deps);
    await collect(s.deps, packageParts);
    return counts(s);
  };
  expect(await sweep()).toEqual([1, 1, 0]);
  await removeVersion(s.deps, s.version, systemActor);
  expect(await sweep()).toEqual([0, 0, 0]);
});
