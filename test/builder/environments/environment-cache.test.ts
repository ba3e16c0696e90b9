// Checks that several processes can share a folder of environments.
import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { EnvironmentCache } from '../../../builder/server/environments/environment-cache.ts';
import { openRemovals } from '../removal/open-removals.ts';

const key = 'a'.repeat(64);
/** Above the largest process ID that Linux gives. */
const absentPid = 2 ** 22 + 1;
let folder: string;
const description = {
  key,
  lock: key,
  target: { python: '3.11', platform: 'x86_64-manylinux_2_36' },
  packages: [],
  size_bytes: 1,
  files: 1,
  removed: [],
  compiled: true,
};

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'slipway-environments-'));
});
afterAll(() => rm(folder, { recursive: true }));

test('opening the environment cache removes what no running process will finish', async () => {
  const names = [process.ppid, process.pid, absentPid, 'new-Xk2q9a'].map(String);
  for (const name of names) await mkdir(join(folder, 'staging', name, 'unfinished'), { recursive: true });
  await new EnvironmentCache(folder, 1, await openRemovals(folder)).open();
  expect((await readdir(join(folder, 'staging'))).sort()).toEqual([process.ppid, process.pid].map(String).sort());
  expect(await readdir(join(folder, 'staging', String(process.ppid)))).toEqual(['unfinished']);
  expect(await readdir(join(folder, 'staging', String(process.pid)))).toEqual([]);
});

/** Installs an environment of one byte. */
function install(cache: EnvironmentCache, name: string): Promise<void> {
  return cache.withStaging({}, async (staging) => {
    const made = join(staging, 'environment');
    await mkdir(made);
    await cache.describe(made, { ...description, key: name });
    await cache.adopt(name, made);
  });
}

test('the first of several environments that are made for the same key at the same time stays', async () => {
  const cache = new EnvironmentCache(folder, 1, await openRemovals(folder));
  await cache.open();
  await Promise.all(Array.from({ length: 8 }, () => install(cache, key)));
  expect(await cache.readDescription(cache.path(key))).toEqual(description);
});

test('an environment whose description is damaged is absent, stops no other one, and is replaced', async () => {
  const cache = new EnvironmentCache(folder, 1000, await openRemovals(folder));
  await cache.open();
  const [damaged, other] = ['d'.repeat(64), 'e'.repeat(64)];
  await install(cache, damaged);
  await writeFile(join(cache.path(damaged), 'environment.json'), '{"key":');
  await writeFile(`${cache.path(damaged)}.archive`, '{');
  expect([await cache.has(damaged), await cache.readArchive(damaged)]).toEqual([false, undefined]);
  await install(cache, other);
  expect(await cache.has(other)).toBe(true);
  await install(cache, damaged);
  expect(await cache.readDescription(cache.path(damaged))).toEqual({ ...description, key: damaged });
});

test('a full cache keeps what instances use, and removes it once they no longer do', async () => {
  const own = await mkdtemp(join(folder, 'full-'));
  const cache = new EnvironmentCache(own, 1, await openRemovals(own));
  await cache.open();
  const [used, second, third] = ['b'.repeat(64), 'c'.repeat(64), 'd'.repeat(64)];
  const uses = [cache.use(used), cache.use(used)];
  await install(cache, used);
  await install(cache, second);
  uses[0]?.release();
  await install(cache, third);
  expect((await readdir(join(own, 'installed'))).sort()).toEqual([used, third]);
  uses[1]?.release();
  await install(cache, second);
  expect(await readdir(join(own, 'installed'))).toEqual([second]);
});
