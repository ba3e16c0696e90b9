// Tests environment and model caches: the entries that stay in a full cache, and an environments folder shared by several processes.
import { mkdir, mkdtemp, readdir, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { Blobs } from '../../../builder/server/blobs/blobs.ts';
import { EnvironmentCache } from '../../../builder/server/environments/store/environment-cache.ts';
import { ModelCache } from '../../../builder/server/models/model-cache.ts';
import { openRemovals } from '../removal/open-removals.ts';

const key = 'a'.repeat(64);
/** Higher than Linux's largest process ID. */
const absentPid = 2 ** 22 + 1;
let folder: string;
const description = {
  name: 'one',
  version: '1.0.0',
  target: { python: '3.11', platform: 'x86_64-manylinux_2_36' },
  size_bytes: 1000,
  files: 1,
  removed: [],
  compiled: true,
};

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'slipway-environments-'));
});
afterAll(() => rm(folder, { recursive: true }));

test('opening the environment cache removes the unfinished work of ended processes', async () => {
  const names = [process.ppid, process.pid, absentPid, 'new-Xk2q9a'].map(String);
  for (const name of names) await mkdir(join(folder, 'staging', name, 'unfinished'), { recursive: true });
  await new EnvironmentCache(folder, 1, await openRemovals(folder)).open();
  expect((await readdir(join(folder, 'staging'))).sort()).toEqual([process.ppid, process.pid].map(String).sort());
  expect(await readdir(join(folder, 'staging', String(process.ppid)))).toEqual(['unfinished']);
  expect(await readdir(join(folder, 'staging', String(process.pid)))).toEqual([]);
});

/** Installs an environment with packages of 1000 bytes each, or by default with one package of the environment's name. */
function install(cache: EnvironmentCache, key: string, packages = [key]): Promise<void> {
  return cache.staging.with({}, async (staging) => {
    for (const name of packages) {
      const made = join(staging, name);
      await mkdir(made);
      await cache.packages.describe(made, { ...description, key: name });
      await cache.packages.adopt(name, made);
    }
    const made = join(staging, 'environment');
    await mkdir(made);
    await cache.describe(made, { key, packages, files: 0, bytes: 0 });
    await cache.adopt({ key, packages }, made);
  });
}

const ref = (name: string) => ({ key: name, packages: [name] });

test("packages that an instance is about to use stay in a full cache, and unused packages don't", async () => {
  const cache = new EnvironmentCache(folder, 1, await openRemovals(folder));
  await cache.open();
  const add = (name: string) =>
    cache.staging.with({}, async (staging) => {
      const made = join(staging, name);
      await mkdir(made);
      await cache.packages.describe(made, { ...description, key: name });
      await cache.packages.adopt(name, made);
    });
  const names = ['b', 'c', 'd'].map((letter) => letter.repeat(64));
  for (const name of names) await add(name);
  cache.packages.expect(names.slice(1));
  await cache.prune();
  expect((await cache.packages.list()).map((one) => one.key).sort()).toEqual(names.slice(1));
  await add(names[0] ?? '');
  expect((await cache.packages.list()).map((one) => one.key).sort()).toEqual(names);
});

test('an environment created concurrently with others of the same key is kept if it was the first', async () => {
  const cache = new EnvironmentCache(folder, 1, await openRemovals(folder));
  await cache.open();
  await Promise.all(Array.from({ length: 8 }, () => install(cache, key)));
  expect([await cache.has(ref(key)), await cache.packages.get(key)]).toEqual([true, { ...description, key }]);
  expect(await cache.has({ key, packages: [key, key] })).toBe(false);
});

test('an environment or package with a damaged description is treated as missing, blocks no other, and is replaced', async () => {
  const cache = new EnvironmentCache(folder, 100_000, await openRemovals(folder));
  await cache.open();
  const [damaged, other] = ['d'.repeat(64), 'e'.repeat(64)];
  await install(cache, damaged);
  await writeFile(join(cache.path(damaged), 'environment.json'), '{"key":');
  await writeFile(join(cache.packages.path(damaged), 'package.json'), '{');
  await writeFile(`${cache.packages.path(damaged)}.parts`, '{');
  const found = async () => [
    await cache.has(ref(damaged)),
    await cache.packages.get(damaged),
    await cache.packages.readParts(damaged),
  ];
  expect(await found()).toEqual([false, undefined, undefined]);
  await install(cache, other);
  expect(await cache.has(ref(other))).toBe(true);
  await install(cache, damaged);
  expect(await found()).toEqual([true, { ...description, key: damaged }, undefined]);
});

test('a full cache keeps entries while instances use them, and removes them afterwards', async () => {
  const own = await mkdtemp(join(folder, 'full-'));
  const cache = new EnvironmentCache(own, 1, await openRemovals(own));
  await cache.open();
  const [used, second, third] = ['b'.repeat(64), 'c'.repeat(64), 'd'.repeat(64)];
  const uses = [cache.use(ref(used)), cache.use(ref(used))];
  await install(cache, used);
  await install(cache, second);
  uses[0]?.release();
  await install(cache, third);
  expect((await readdir(join(own, 'installed'))).sort()).toEqual([used, third]);
  uses[1]?.release();
  await install(cache, second);
  expect(await readdir(join(own, 'installed'))).toEqual([second]);
});

test('a full cache keeps packages while a kept environment contains them', async () => {
  const own = await mkdtemp(join(folder, 'shared-'));
  const cache = new EnvironmentCache(own, 3000, await openRemovals(own));
  await cache.open();
  const [torch, a, b, c] = ['9', 'a', 'b', 'c'].map((digit) => digit.repeat(64));
  if (!(torch && a && b && c)) throw new Error('there are four keys');
  const stored = async () => {
    const environments = (await readdir(join(own, 'installed'))).sort();
    return [environments, (await readdir(join(own, 'packages'))).sort()];
  };
  const usedMinutesAgo = (key: string, minutes: number) => {
    const at = new Date(Date.now() - minutes * 60_000);
    return utimes(cache.path(key), at, at);
  };
  await install(cache, a, [a, torch]);
  await install(cache, b, [b, torch]);
  expect(await stored()).toEqual([
    [a, b],
    [torch, a, b],
  ]);
  await usedMinutesAgo(a, 9);
  await usedMinutesAgo(b, 5);
  await install(cache, c, [c, torch]);
  expect(await stored()).toEqual([
    [b, c],
    [torch, b, c],
  ]);
  const letGo = cache.packages.hold([b]);
  await usedMinutesAgo(b, 9);
  await install(cache, a, [a]);
  expect(await stored()).toEqual([
    [a, c],
    [torch, a, b, c],
  ]);
  letGo();
  await cache.prune();
  expect(await stored()).toEqual([
    [a, c],
    [torch, a, c],
  ]);
});

interface FullCache {
  /** Adds an entry that takes half the cache. */
  add(key: string): Promise<void>;
  use(key: string): Promise<{ release(): void }>;
  path(key: string): string;
  folder: string;
}

/** Caches with room for two entries. */
const caches: Record<string, (own: string) => Promise<FullCache>> = {
  environments: async (own) => {
    const cache = new EnvironmentCache(own, 2000, await openRemovals(own));
    await cache.open();
    const use = async (key: string) => {
      const used = cache.use(ref(key));
      await cache.touch(key);
      return used;
    };
    return { add: (key) => install(cache, key), use, path: (key) => cache.path(key), folder: join(own, 'installed') };
  },
  models: async (own) => {
    const removals = await openRemovals(own);
    const blobs = new Blobs(join(own, 'blobs'), removals);
    const cache = new ModelCache(join(own, 'models'), { blobs, removals }, 2);
    await Promise.all([blobs.open(), cache.open()]);
    const use = (sha256: string) => cache.use([{ name: 'weights', sha256 }]);
    const add = async (sha256: string) => {
      await writeFile(blobs.path(sha256), 'x');
      (await use(sha256)).release();
    };
    return { add, use, path: (key) => cache.path(key), folder: join(own, 'models') };
  },
};

test.each(Object.entries(caches))(
  'a full cache of %s removes the least recently used entries, but none that an instance still uses',
  async (_, open) => {
    const cache = await open(await mkdtemp(join(folder, 'oldest-')));
    const [a, b, c, d, e, f] = ['a', 'b', 'c', 'd', 'e', 'f'].map((digit) => digit.repeat(64));
    if (!(a && b && c && d && e && f)) throw new Error('there are six keys');
    const stored = async () => (await readdir(cache.folder)).sort();
    const lastUsed = (key: string, minutesAgo: number) => {
      const at = new Date(Date.now() - minutesAgo * 60_000);
      return utimes(cache.path(key), at, at);
    };
    await cache.add(a);
    await cache.add(b);
    expect(await stored()).toEqual([a, b]);
    await lastUsed(a, 9);
    await lastUsed(b, 5);
    (await cache.use(a)).release();
    await cache.add(c);
    expect(await stored()).toEqual([a, c]);
    const [first, second] = [await cache.use(a), await cache.use(a)];
    await lastUsed(a, 9);
    await lastUsed(c, 5);
    first.release();
    await cache.add(d);
    expect(await stored()).toEqual([a, d]);
    second.release();
    await lastUsed(a, 9);
    await lastUsed(d, 5);
    await cache.add(e);
    expect(await stored()).toEqual([d, e]);
    for (const used of [d, e]) await cache.use(used);
    await cache.add(f);
    expect(await stored()).toEqual([d, e, f]);
  },
);
