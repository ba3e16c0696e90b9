// Tests the locks and environments of versions when workers race or die, when packages are lost, and when they are deleted.
// @module-tag index

import { env } from 'cloudflare:workers';
import { beforeEach, describe, expect, test } from 'vitest';
import { systemActor } from '../../../src/contract/actor.ts';
import type { EnvironmentSpec, Lock } from '../../../src/contract/builder/environments.ts';
import { BuilderError } from '../../../src/contract/builder/errors.ts';
import { sendAttempts } from '../../../src/contract/limits/builder.ts';
import { declaredRequirements } from '../../../src/contract/plugin/manifest.ts';
import { sha256Hex } from '../../../src/core/digest.ts';
import { database } from '../../../src/db/client.ts';
import { environmentPackages, pluginLocks } from '../../../src/db/schema/environments.ts';
import { prepareEnvironment } from '../../../src/instances/environments/environment.ts';
import { resolveLock } from '../../../src/instances/environments/lock.ts';
import { packageParts } from '../../../src/instances/environments/orphaned-environments.ts';
import { packagePartKey } from '../../../src/instances/environments/package-store.ts';
import { startInstance } from '../../../src/instances/fleets/instances.ts';
import { advanceDeployment } from '../../../src/pipeline.ts';
import { removeVersion } from '../../../src/pointers/remove-version.ts';
import { collect } from '../../../src/registry/storage/collector.ts';
import { RetryLater } from '../../../src/rollouts/steps/retry-policy.ts';
import { testBatch } from '../../../src/serve/batch-test.ts';
import { countedD1 } from '../../support/database/round-trips.ts';
import { emptyCallCaches } from '../../support/deps.ts';
import { textOf } from '../../support/json-text.ts';
import { deploy, overview, publishVersion, scene } from '../../support/scenes/scene.ts';
import { watchedBuilder } from '../../support/workers/watched-builder.ts';
import { sweepADayLater } from './day-later.ts';
import {
  buildLog,
  deployed,
  empty,
  files,
  forgetPackages,
  installed,
  locks,
  parts,
  storedPackages,
} from './environment-scene.ts';

beforeEach(forgetPackages);

test('a package that runs a program is named, with an alternative', { tags: 'long' }, async () => {
  const s = await scene({ files: { ...files, 'requirements.txt': 'six==1.16.0\nffmpeg-python==0.2.0\n' } });
  const id = await deployed(s);
  expect((await buildLog(s, id)).filter((line) => line.includes('Declare'))).toEqual([
    "ffmpeg-python runs the program ffmpeg, and plugins can't see the machine's programs. Declare imageio-ffmpeg too, and call run(cmd=imageio_ffmpeg.get_ffmpeg_exe()); or declare av, which includes FFmpeg as a library.",
  ]);
});

test('a batch-only version gets its lock and environment with its first run', { tags: 'long' }, async () => {
  const pipeline = `import six


def build_steps(request):
    return {"steps": [lambda batch: batch.assign(six=[six.__version__])]}
`;
  const s = await scene({ files: { ...files, 'pipeline.py': pipeline } });
  await deploy(s, 'batch_only');
  expect(await locks(s)).toEqual([]);
  const at = { namespaceId: s.namespaceId, pluginId: 'hello_ext_1_0_0' };
  const request = { ...at, rows: [textOf({ n: 1 })], parameters: textOf({}) };
  const { builder, called } = watchedBuilder(s.deps.builder);
  const run = () => testBatch({ ...s.deps, builder, ...emptyCallCaches() }, s.actor, request);
  expect(await run()).toMatchObject({ outcome: { rows: [{ text: '{"n":1,"six":"1.16.0"}' }], error: null } });
  expect([(await locks(s)).length, (await installed(s)).length]).toEqual([1, 1]);
  called.length = 0;
  expect(await run()).toMatchObject({ outcome: { error: null } });
  expect([called.includes('lock'), called.includes('install')]).toEqual([false, false]);
});

test('two workers that resolve concurrently both use the lock that was stored first', { tags: 'long' }, async () => {
  const s = await scene({ files });
  const other = { ...s, namespaceId: s.namespaceId, deps: s.deps };
  const [held, released] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
  // The slow worker's builder resolved before a release that the fast worker's builder can see.
  const slow = watchedBuilder(s.deps.builder, {
    async *lock() {
      held.resolve();
      await released.promise;
      const text = 'six==1.15.0\n';
      const lock: Lock = { digest: await sha256Hex(text), text, packages: [], resolver: 'uv of before' };
      yield { type: 'locked', lock, duration_ms: 1 };
    },
  });
  const { id } = await deploy(s);
  const losing = advanceDeployment({ ...s.deps, builder: slow.builder }, id);
  await held.promise;
  const use = { id, version: s.version, log: () => {} };
  const winner = await resolveLock(other.deps, use, declaredRequirements(s.version.manifest));
  released.resolve();
  await losing;
  const [environment] = await installed(s);
  expect(await locks(s)).toEqual([winner]);
  expect([environment?.lock, (await overview(s)).serving?.id]).toEqual([winner.digest, id]);
});

test('an unresponsive index costs an attempt', { tags: 'long' }, async () => {
  const s = await scene({ files });
  const { builder } = watchedBuilder(s.deps.builder, {
    async *lock() {
      const error = { code: 'index-unreachable' as const, message: 'The index did not answer.' };
      yield { type: 'failed', error, deterministic: false };
    },
  });
  await expect(deployed(s, builder)).rejects.toThrow(RetryLater);
  const { newest } = await overview(s);
  expect([newest?.status, newest?.error]).toEqual(['building', 'The index did not answer.']);
});

test('a worker that dies after installing leaves the lock and the environment stored', { tags: 'long' }, async () => {
  const s = await scene({ files });
  const dying = watchedBuilder(s.deps.builder, {
    getBlob: () => Promise.reject(new BuilderError('unreachable', 'The builder does not answer')),
  });
  await expect(deployed(s, dying.builder)).rejects.toThrow(RetryLater);
  expect([(await locks(s)).length, await installed(s)]).toEqual([1, []]);
  s.clock.advance(60_000);
  const { builder, called } = watchedBuilder(s.deps.builder);
  const { newest } = await overview(s);
  await advanceDeployment({ ...s.deps, builder }, newest?.id ?? (await deploy(s)).id);
  expect((await overview(s)).newest?.status).toBe('promoted');
  expect([called.includes('lock'), called.includes('install')]).toEqual([false, true]);
});

test('a part that does not match its digest is only stored by the next attempt', { tags: 'long' }, async () => {
  const s = await scene({ files });
  const changed = watchedBuilder(s.deps.builder, {
    async getBlob(host, sha256) {
      const body = await s.deps.builder.getBlob(host, sha256);
      const bytes = new Uint8Array(await new Response(body).arrayBuffer());
      bytes[0] = (bytes[0] ?? 0) ^ 1;
      return new Blob([bytes]).stream();
    },
  });
  await expect(deployed(s, changed.builder)).rejects.toThrow();
  const stored = async () => (await parts(s)).stored.length;
  expect([await stored(), await storedPackages(s), await installed(s)]).toEqual([0, [], []]);
  s.clock.advance(60_000);
  const { newest } = await overview(s);
  await advanceDeployment(s.deps, newest?.id ?? (await deploy(s)).id);
  expect([await stored(), (await overview(s)).newest?.status]).toEqual([1, 'promoted']);
});

describe('an empty builder', () => {
  test('an empty builder that never keeps the packages is asked four times', { tags: 'long' }, async () => {
    const s = await scene();
    const { id } = await deploy(s);
    let starts = 0;
    const { builder } = watchedBuilder(s.deps.builder, {
      async *start(...given) {
        starts += 1;
        if (starts < 10) throw new BuilderError('blob-missing', 'The code is missing', [s.version.sha256]);
        yield* s.deps.builder.start(...given);
      },
    });
    const started = startInstance({ ...s.deps, builder }, id, s.version);
    await expect(started).rejects.toMatchObject({ code: 'blob-missing' });
    expect(starts).toBe(sendAttempts + 1);
  });

  test('a package that both the builder and the store lost is reinstalled from the lock', {
    tags: 'long',
  }, async () => {
    const s = await scene({ files });
    const id = await deployed(s);
    await s.deps.builder.stop(id);
    const [before] = await installed(s);
    await s.deps.blobs.delete((await parts(s)).named);
    const { builder, called } = empty(s.deps.builder);
    await startInstance({ ...s.deps, builder }, id, s.version);
    const [after] = await installed(s);
    expect([called.includes('lock'), called.includes('install'), after?.lock]).toEqual([false, true, before?.lock]);
    const { named, stored } = await parts(s);
    expect([named.length, stored]).toEqual([1, named]);
  });

  test('an empty builder gets the packages from the store', async () => {
    const s = await scene({ files });
    const id = await deployed(s);
    await s.deps.builder.stop(id);
    const { builder, called, sent } = empty(s.deps.builder);
    await startInstance({ ...s.deps, builder }, id, s.version);
    const [environment] = await installed(s);
    expect([sent, called.includes('install')]).toEqual([environment?.packages.map(({ key }) => key), false]);
  });
});

test('a version deployed before dependencies were installed starts without them', { tags: 'long' }, async () => {
  const s = await scene({ files: { 'requirements.txt': 'six==1.16.0\n' } });
  const id = await deployed(s);
  await s.deps.builder.stop(id);
  await s.deps.db.delete(pluginLocks);
  const { builder, called } = watchedBuilder(s.deps.builder);
  await startInstance({ ...s.deps, builder }, id, s.version);
  expect([called.includes('lock'), called.includes('install')]).toEqual([false, false]);
});

test('the lock is deleted with its version, and the environment a day later, unless another version shares the lock', async () => {
  const s = await scene({ files });
  const second = await publishVersion(s.deps, s.actor, s.namespaceId, { files, version: '1.0.1' });
  await deployed(s);
  await deployed({ ...s, version: second });
  const sweep = async () => {
    await sweepADayLater(s);
    const { named, stored } = await parts(s);
    return [(await locks(s)).length, (await installed(s)).length, named.length, stored.length];
  };
  await removeVersion(s.deps, s.version, systemActor);
  expect(await sweep()).toEqual([1, 1, 1, 1]);
  await removeVersion(s.deps, second, systemActor);
  expect(await sweep()).toEqual([0, 0, 0, 0]);
});

test('a package shared by environments is stored once, and kept until the last one ends', {
  tags: 'long',
}, async () => {
  const s = await scene({ files });
  const more = { ...files, 'requirements.txt': 'six==1.16.0\nidna==3.10\n' };
  const second = await publishVersion(s.deps, s.actor, s.namespaceId, { files: more, version: '1.0.1' });
  await deployed(s);
  const [six] = await storedPackages(s);
  const specs: EnvironmentSpec[] = [];
  const { builder } = watchedBuilder(s.deps.builder, {
    install: (spec) => {
      specs.push(spec);
      return s.deps.builder.install(spec);
    },
  });
  await deployed({ ...s, version: second }, builder);
  expect(specs.map(({ stored }) => stored.map(({ key }) => key))).toEqual([[six?.key]]);
  const names = async () => (await storedPackages(s)).map(({ name }) => name).sort();
  expect([await names(), (await installed(s)).length]).toEqual([['idna', 'six'], 2]);
  expect(await s.deps.db.select().from(environmentPackages)).toHaveLength(3);
  await removeVersion(s.deps, second, systemActor);
  await sweepADayLater(s);
  const { named, stored } = await parts(s);
  expect([await names(), (await installed(s)).length, stored]).toEqual([['six'], 1, named]);
});

test('parts without a row are deleted after a day', async () => {
  const s = await scene({ files });
  await deployed(s);
  const [six] = await storedPackages(s);
  const orphans = [packagePartKey(six?.key ?? '', 'a'.repeat(64)), packagePartKey('b'.repeat(64), 'c'.repeat(64))];
  for (const key of orphans) await s.deps.blobs.put(key, 'left by a worker that died');
  await collect(s.deps, packageParts);
  expect((await parts(s)).stored).toHaveLength(3);
  await sweepADayLater(s);
  const { named, stored } = await parts(s);
  expect([named.length, stored]).toEqual([1, named]);
});

test("a redeploy's build step makes one D1 round trip and asks the builder once", async () => {
  const s = await scene({ files });
  const id = await deployed(s);
  const counted = countedD1(env.DB);
  const { builder, called } = watchedBuilder(s.deps.builder);
  const deps = { ...s.deps, db: database(counted.db), builder };
  const trips = await counted.during(() => prepareEnvironment(deps, { id, version: s.version, log: () => {} }));
  expect([trips, called]).toEqual([1, ['isOnRay', 'environmentTarget', 'environmentRoom']]);
});
