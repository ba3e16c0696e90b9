// @module-tag index
// Tests the package store when R2 fails, when packages are too large for their container, and when two builders built
// the same package. A partly stored package is never used.
import { env } from 'cloudflare:workers';
import { eq } from 'drizzle-orm';
import { beforeEach, describe, expect, test } from 'vitest';
import type { Builder } from '../../../src/contract/builder/builder.ts';
import { BuilderError } from '../../../src/contract/builder/errors.ts';
import type { Package } from '../../../src/contract/builder/packages.ts';
import { sha256Hex } from '../../../src/core/digest.ts';
import { database } from '../../../src/db/client.ts';
import { deploymentStepRows, deployments } from '../../../src/db/schema/deploy.ts';
import { environments, packages, pluginLocks } from '../../../src/db/schema/environments.ts';
import { packagePartKey, packagesFolder, sendPackages } from '../../../src/instances/environments/package-store.ts';
import { PackageWriter } from '../../../src/instances/environments/package-writer.ts';
import { startInstance } from '../../../src/instances/fleets/instances.ts';
import { advanceDeployment } from '../../../src/pipeline.ts';
import { RetryLater } from '../../../src/rollouts/steps/retry-policy.ts';
import { countedD1 } from '../../support/database/round-trips.ts';
import { testApp } from '../../support/deps.ts';
import { deploy, overview, type Scene, scene } from '../../support/scenes/scene.ts';
import { watchedBuilder } from '../../support/workers/watched-builder.ts';

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

/** Returns the store with one method failing for package parts, or for one of them. */
function failing({ deps }: Scene, failed: 'get' | 'put', part = ''): R2Bucket {
  return new Proxy(deps.blobs, {
    get(bucket, name: keyof R2Bucket) {
      const method = bucket[name].bind(bucket);
      if (name !== failed) return method;
      return (key: string, ...rest: []) =>
        key.startsWith(packagesFolder) && key.endsWith(part)
          ? Promise.reject(new Error(`${name}: internal error (10001)`))
          : Reflect.apply(method, bucket, [key, ...rest]);
    },
  });
}

const rows = async ({ deps }: Scene) => [
  (await deps.db.select().from(packages)).length,
  (await deps.db.select().from(environments)).length,
];

test('a part that R2 fails to store costs an attempt, and the next attempt stores it without a new installation', async () => {
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

test('a part that R2 fails to return fails the start, but no row is lost, and the next start gets the part', {
  tags: 'long',
}, async () => {
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

/** Creates a package whose archive has these parts, and a builder that has them. */
async function madePackage(name: string, texts: string[]): Promise<{ made: Package; bytes: Map<string, string> }> {
  const parts = await Promise.all(
    texts.map(async (text) => ({ sha256: await sha256Hex(text), size_bytes: text.length })),
  );
  const key = await sha256Hex(`a package ${name}`);
  const bytes = new Map(parts.map(({ sha256 }, at) => [sha256, texts[at] ?? '']));
  return { made: { key, name, version: '1.0', size_bytes: 9, files: 1, removed: [], parts }, bytes };
}

async function storeAll(deps: Scene['deps'], made: Package): Promise<void> {
  const writer = new PackageWriter(deps, 'builds-0');
  await writer.add(made);
  await writer.finish();
}

const stream = (text: string) => new Blob([text]).stream();

/** Returns the parts that are stored, and the number of packages that have a row. */
async function storedOf({ blobs, db }: Scene['deps'], { key, parts }: Package): Promise<unknown[]> {
  const texts = parts.map(async ({ sha256 }) => (await blobs.get(packagePartKey(key, sha256)))?.text());
  return [...(await Promise.all(texts)), (await db.select().from(packages)).length];
}

describe("a package with one part that can't be stored", () => {
  const texts = ['first part', 'second part', 'third part'];
  const asked: string[] = [];
  beforeEach(() => {
    asked.length = 0;
  });

  /** Stores the package from a builder that sends each part in this way. */
  function store(deps: Scene['deps'], made: Package, answer: (sha256: string) => ReadableStream): Promise<void> {
    const { builder } = watchedBuilder(deps.builder, {
      getBlob: async (_host, sha256) => {
        asked.push(sha256);
        return answer(sha256);
      },
    });
    return storeAll({ ...deps, builder }, made);
  }

  test('a package whose last part R2 fails to store has no row, and the next attempt stores only that part', async () => {
    const s = await scene();
    const { made, bytes } = await madePackage('refused', texts);
    const last = made.parts.at(-1)?.sha256 ?? '';
    const answer = (sha256: string) => stream(bytes.get(sha256) ?? '');
    const blobs = failing(s, 'put', last);
    await expect(store({ ...s.deps, blobs }, made, answer)).rejects.toThrow('internal error');
    expect(await storedOf(s.deps, made)).toEqual(['first part', 'second part', undefined, 0]);
    asked.length = 0;
    await store(s.deps, made, answer);
    expect([asked, await storedOf(s.deps, made)]).toEqual([[last], [...texts, 1]]);
  });

  test('a package whose builder dies while sending the last part has no row, and nothing is stored for that part', {
    tags: 'long',
  }, async () => {
    const s = await scene();
    const { made, bytes } = await madePackage('cut', texts);
    const last = made.parts.at(-1)?.sha256 ?? '';
    const half = () =>
      new ReadableStream({
        type: 'bytes',
        pull(controller) {
          if (asked.length > texts.length) return controller.error(new Error('the connection was lost'));
          asked.push('half');
          controller.enqueue(new TextEncoder().encode('third'));
        },
      });
    const whole = (sha256: string) => stream(bytes.get(sha256) ?? '');
    const dying = store(s.deps, made, (sha256) => (sha256 === last ? half() : whole(sha256)));
    await expect(dying).rejects.toThrow('the connection was lost');
    expect(await storedOf(s.deps, made)).toEqual(['first part', 'second part', undefined, 0]);
    await store(s.deps, made, whole);
    expect(await storedOf(s.deps, made)).toEqual([...texts, 1]);
  });
});

test("the rows of many packages are written in batches, and a failing package does not affect the others' rows", async () => {
  const s = await scene();
  const made = async (count: number) =>
    Promise.all(Array.from({ length: count }, async (_, at) => (await madePackage(`of ${count}, ${at}`, [])).made));
  const counted = countedD1(env.DB);
  const deps = { ...s.deps, db: database(counted.db) };
  const trips = await counted.during(async () => {
    const writer = new PackageWriter(deps, 'builds-0');
    for (const one of await made(45)) await writer.add(one);
    await writer.finish();
  });
  expect([trips, (await s.deps.db.select().from(packages)).length]).toEqual([3, 45]);
  const { builder } = watchedBuilder(s.deps.builder, { getBlob: async () => undefined });
  const writer = new PackageWriter({ ...s.deps, builder }, 'builds-0');
  for (const one of await made(3)) await writer.add(one);
  await writer.add((await madePackage('lost', ['its part'])).made);
  await expect(writer.finish()).rejects.toThrow('no longer has a package it installed');
  expect((await s.deps.db.select().from(packages)).length).toBe(48);
});

test('the archive that was stored first is sent in full, without parts of the other, if two builders built the same package', {
  tags: 'long',
}, async () => {
  const { deps } = await scene();
  const first = await madePackage('of two builders', ['a one', 'a two']);
  const second = await madePackage('of two builders', ['b one']);
  const { key } = first.made;
  const bytes = new Map([...first.bytes, ...second.bytes]);
  const received: string[] = [];
  const { builder } = watchedBuilder(deps.builder, {
    getBlob: async (_host, sha256) => stream(bytes.get(sha256) ?? ''),
    putBlob: async (_id, sha256, body) => {
      received.push(`${sha256} ${await new Response(body).text()}`);
    },
    putPackage: async (_id, sent, { parts }) => {
      received.push(`${sent} ${parts.length}`);
    },
  } satisfies Partial<Builder>);
  const both = [first.made, second.made];
  await Promise.all(both.map((one) => storeAll({ ...deps, builder }, one)));
  const [row] = await deps.db.select().from(packages);
  expect(await sendPackages({ ...deps, builder }, 'dep_any', [key])).toEqual([]);
  const parts = row?.parts.map(({ sha256 }) => sha256) ?? [];
  expect(both.map((one) => one.parts.map(({ sha256 }) => sha256))).toContainEqual(parts);
  expect(received.toSorted()).toEqual(
    [...parts.map((sha256) => `${sha256} ${bytes.get(sha256)}`), `${key} ${parts.length}`].toSorted(),
  );
  for (const sha256 of parts) expect(await deps.blobs.head(packagePartKey(key, sha256))).not.toBeNull();
});

/** Returns a builder whose `basic` containers hold 1000 bytes of packages, and whose larger containers hold `room`. */
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

test('a first deployment whose packages do not fit into its container continues in a container that holds them', {
  tags: 'long',
}, async () => {
  const s = await scene({ files });
  const { id } = await deploy(s);
  const { builder, called, sizeOf, stopped } = smallContainers(s, 1e9);
  await advanceDeployment({ ...s.deps, builder }, id);
  const { newest, serving } = await overview(s);
  expect([newest?.status, serving?.id, await sizeOf(), await rows(s)]).toEqual(['promoted', id, 'standard-1', [1, 1]]);
  // The small container only answered the query about its Python. It ends before anything starts in the larger container, where the
  // instance that compares schemas stops too.
  expect([stopped, called.indexOf('stop') < called.indexOf('start')]).toEqual([['basic', 'standard-1'], true]);
  const steps = await s.deps.db.select().from(deploymentStepRows);
  const lines = steps.flatMap(({ log }) => log?.map(({ line }) => line) ?? []);
  expect(lines.filter((line) => line.startsWith('The packages take'))).toEqual([
    expect.stringMatching(
      /^The packages take [\d.]+ KB, and a basic container has 1\.0 KB for them: the deployment continues in a standard-1 container.$/,
    ),
  ]);
});

test('a deployment whose packages fit into no container fails, and the error states how much the largest container holds', {
  tags: 'long',
}, async () => {
  const s = await scene({ files });
  const { id } = await deploy(s);
  const placement = { size: 'standard-4', location: null, jurisdiction: null } as const;
  await s.deps.db.update(deployments).set({ placement });
  const { builder, called, sizeOf } = smallContainers(s, 2000);
  await advanceDeployment({ ...s.deps, builder }, id);
  const { newest } = await overview(s);
  expect([newest?.status, called.includes('start'), await sizeOf()]).toEqual(['failed', false, 'standard-4']);
  expect(newest?.error).toMatch(
    /^The packages take [\d.]+ KB, and the largest container has 2\.0 KB for them\. Declare fewer packages, or smaller builds of them\.$/,
  );
});

test('packages that fit into no container are compared with the largest container, whichever the deployment has', {
  tags: 'long',
}, async () => {
  const s = await scene({ files });
  await advanceDeployment(s.deps, (await deploy(s)).id);
  await s.deps.db.update(environments).set({ sizeBytes: 20e9 });
  const { id } = await deploy(s);
  const placement = { size: 'basic', location: null, jurisdiction: null } as const;
  await s.deps.db.update(deployments).set({ placement }).where(eq(deployments.id, id));
  await advanceDeployment({ ...s.deps, builder: smallContainers(s, 2000).builder }, id);
  const { newest } = await overview(s);
  expect(newest?.error).toBe(
    'The packages take 20.0 GB, and the largest container has 15.0 GB for them. Declare fewer packages, or smaller builds of them.',
  );
});
