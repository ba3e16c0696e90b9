// @module-tag index
// The store of packages while R2 fails, where they don't fit their container, and when two builders have made the same package: nothing half-stored is ever used.
import { eq } from 'drizzle-orm';
import { beforeEach, expect, test } from 'vitest';
import type { Builder } from '../../src/contract/builder/builder.ts';
import { BuilderError } from '../../src/contract/builder/instances.ts';
import type { Package } from '../../src/contract/builder/packages.ts';
import { sha256Hex } from '../../src/core/digest.ts';
import { deploymentStepRows, deployments } from '../../src/db/schema/deploy.ts';
import { environments, packages, pluginLocks } from '../../src/db/schema/environments.ts';
import { startInstance } from '../../src/deploy/builder/instances.ts';
import {
  packagePartKey,
  packagesFolder,
  sendPackages,
  storePackage,
} from '../../src/deploy/environments/package-store.ts';
import { RetryLater } from '../../src/deploy/retry-policy.ts';
import { advanceDeployment } from '../../src/pipeline.ts';
import { testApp } from '../support/deps.ts';
import { deploy, overview, type Scene, scene } from '../support/scenes/scene.ts';
import { watchedBuilder } from '../support/workers/watched-builder.ts';

const realtime = `import six


class SixInferenceService:
    async def run_inference(self, inputs, parameters):
        return {"six": six.__version__}
`;
const files = { 'realtime.py': realtime, 'requirements.txt': 'six==1.14.0\n' };

beforeEach(async () => {
  const { db } = testApp().deps;
  await db.batch([db.delete(pluginLocks), db.delete(environments), db.delete(packages)]);
});

/** The store, one method of which fails for parts of packages. */
function failing({ deps }: Scene, failed: 'get' | 'put'): R2Bucket {
  return new Proxy(deps.blobs, {
    get(bucket, name: keyof R2Bucket) {
      const method = bucket[name].bind(bucket);
      if (name !== failed) return method;
      return (key: string, ...rest: []) =>
        key.startsWith(packagesFolder)
          ? Promise.reject(new Error(`${name}: internal error (10001)`))
          : Reflect.apply(method, bucket, [key, ...rest]);
    },
  });
}

const rows = async ({ deps }: Scene) => [
  (await deps.db.select().from(packages)).length,
  (await deps.db.select().from(environments)).length,
];

test('a part that R2 does not store costs an attempt, and the next one stores it without a new installation', async () => {
  const s = await scene({ files });
  const blobs = failing(s, 'put');
  const { id } = await deploy(s);
  await expect(advanceDeployment({ ...s.deps, blobs }, id)).rejects.toThrow(RetryLater);
  expect(await rows(s)).toEqual([0, 0]);
  s.clock.advance(60_000);
  const events: string[] = [];
  const { builder } = watchedBuilder(s.deps.builder, {
    async *install(spec) {
      for await (const event of s.deps.builder.install(spec)) {
        if (event.type === 'installed') events.push(`cached ${event.environment.cached}`);
        yield event;
      }
    },
  });
  await advanceDeployment({ ...s.deps, builder }, id);
  expect([(await overview(s)).newest?.status, events, await rows(s)]).toEqual(['promoted', ['cached true'], [1, 1]]);
});

test('a part that R2 does not return fails the start, loses no row, and the next start gets it', async () => {
  const s = await scene({ files });
  const { id } = await deploy(s);
  await advanceDeployment(s.deps, id);
  await s.deps.builder.stop(id);
  const sent: string[] = [];
  const real = s.deps.builder;
  const { builder, called } = watchedBuilder(real, {
    async *start(started, spec) {
      const needed = (spec.runtime === 'python' ? spec.environment?.packages : undefined) ?? [];
      const missing = needed.filter((key) => !sent.includes(key));
      if (missing.length > 0) throw new BuilderError('blob-missing', 'Packages are missing', missing);
      yield* real.start(started, spec);
    },
    async putPackage(started, key, content) {
      sent.push(key);
      await real.putPackage(started, key, content);
    },
  });
  const blobs = failing(s, 'get');
  await expect(startInstance({ ...s.deps, builder, blobs }, id, s.version)).rejects.toThrow('internal error');
  expect([sent, await rows(s)]).toEqual([[], [1, 1]]);
  await startInstance({ ...s.deps, builder }, id, s.version);
  expect([sent.length, called.includes('install')]).toEqual([1, false]);
});

test('the archive that was stored first is sent, whole, when two builders made one package', async () => {
  const { deps } = await scene();
  const key = await sha256Hex('a package of two builders');
  const contents = { a: ['a one', 'a two'], b: ['b one'] };
  const made = async (texts: string[]): Promise<Package> => {
    const parts = await Promise.all(
      texts.map(async (text) => ({ sha256: await sha256Hex(text), size_bytes: text.length })),
    );
    return { key, name: 'twice', version: '1.0', size_bytes: 9, files: 1, removed: [], parts };
  };
  const bytes = new Map(
    await Promise.all(
      Object.values(contents)
        .flat()
        .map(async (text) => [await sha256Hex(text), text] as const),
    ),
  );
  const received: string[] = [];
  const { builder } = watchedBuilder(deps.builder, {
    getBlob: async (_host, sha256) => new Blob([bytes.get(sha256) ?? '']).stream(),
    putBlob: async (_id, sha256, body) => {
      received.push(`${sha256} ${await new Response(body).text()}`);
    },
    putPackage: async (_id, sent, { parts }) => {
      received.push(`${sent} ${parts.length}`);
    },
  } satisfies Partial<Builder>);
  const both = [await made(contents.a), await made(contents.b)];
  await Promise.all(both.map((one) => storePackage({ ...deps, builder }, 'builds-0', one)));
  const [row] = await deps.db.select().from(packages);
  expect(await sendPackages({ ...deps, builder }, 'dep_any', [key])).toEqual([]);
  const parts = row?.parts.map(({ sha256 }) => sha256) ?? [];
  expect(both.map((one) => one.parts.map(({ sha256 }) => sha256))).toContainEqual(parts);
  expect(received.toSorted()).toEqual(
    [...parts.map((sha256) => `${sha256} ${bytes.get(sha256)}`), `${key} ${parts.length}`].toSorted(),
  );
  for (const sha256 of parts) expect(await deps.blobs.head(packagePartKey(key, sha256))).not.toBeNull();
});

/** A builder whose containers of the size `basic` hold 1000 bytes of packages, and larger ones `room`. */
function smallContainers(s: Scene, room: number) {
  const sizeOf = async () => (await s.deps.db.select().from(deployments)).at(-1)?.placement?.size;
  const stopped: unknown[] = [];
  const watched = watchedBuilder(s.deps.builder, {
    environmentRoom: async () => ((await sizeOf()) === 'basic' ? 1000 : room),
    stop: async (id) => {
      stopped.push(await sizeOf());
      await s.deps.builder.stop(id);
    },
  });
  return { ...watched, sizeOf, stopped };
}

// Promised in docs/containers.md: A first deployment whose packages turn out to be larger gets a larger one before it starts
test('a first deployment whose packages do not fit its container goes on in one that holds them', async () => {
  const s = await scene({ files });
  const { id } = await deploy(s);
  const { builder, called, sizeOf, stopped } = smallContainers(s, 1e9);
  await advanceDeployment({ ...s.deps, builder }, id);
  const { newest, serving } = await overview(s);
  expect([newest?.status, serving?.id, await sizeOf(), await rows(s)]).toEqual(['promoted', id, 'standard-1', [1, 1]]);
  // The small one was only asked for its Python. It ends before anything starts in the other one.
  expect([stopped, called.indexOf('stop') < called.indexOf('start')]).toEqual([['basic'], true]);
  const steps = await s.deps.db.select().from(deploymentStepRows);
  const lines = steps.flatMap(({ log }) => log?.map(({ line }) => line) ?? []);
  expect(lines.filter((line) => line.startsWith('The packages have'))).toEqual([
    expect.stringMatching(
      /^The packages have [\d.]+ KB, and a container of the size basic holds 1\.0 KB of them: the deployment goes on in one of the size standard-1\.$/,
    ),
  ]);
});

test('a deployment whose packages fit no container fails and says how much the largest one holds', async () => {
  const s = await scene({ files });
  const { id } = await deploy(s);
  const placement = { size: 'standard-4', location: null, jurisdiction: null } as const;
  await s.deps.db.update(deployments).set({ placement });
  const { builder, called, sizeOf } = smallContainers(s, 2000);
  await advanceDeployment({ ...s.deps, builder }, id);
  const { newest } = await overview(s);
  expect([newest?.status, called.includes('start'), await sizeOf()]).toEqual(['failed', false, 'standard-4']);
  expect(newest?.error).toMatch(
    /^The packages have [\d.]+ KB, and the largest container holds 2\.0 KB of them\. Declare fewer packages, or smaller builds of them\.$/,
  );
});

test('packages that no container holds are compared with the largest one, whichever the deployment has', async () => {
  const s = await scene({ files });
  await advanceDeployment(s.deps, (await deploy(s)).id);
  await s.deps.db.update(environments).set({ sizeBytes: 20e9 });
  const { id } = await deploy(s);
  const placement = { size: 'basic', location: null, jurisdiction: null } as const;
  await s.deps.db.update(deployments).set({ placement }).where(eq(deployments.id, id));
  await advanceDeployment({ ...s.deps, builder: smallContainers(s, 2000).builder }, id);
  const { newest } = await overview(s);
  expect(newest?.error).toBe(
    'The packages have 20.0 GB, and the largest container holds 15.0 GB of them. Declare fewer packages, or smaller builds of them.',
  );
});
