// Tests the Go module cache: which modules are removed when it grows beyond its limit, and which are kept.
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readdirSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { type DownloadedModule, ModuleCache } from '../../../builder/server/builds/module-cache.ts';
import { removeWhole } from '../../../builder/server/removal/tree-remover.ts';
import { openRemovals } from '../removal/open-removals.ts';

const kib = 1024;

async function cacheOf(bytesMax: number) {
  const state = mkdtempSync(join(tmpdir(), 'slipway-modules-'));
  const removals = await openRemovals(state);
  onTestFinished(async () => {
    await removals.close();
    await removeWhole(state);
  });
  const folder = join(state, 'modules');
  const open = (bytes: number) => new ModuleCache(folder, bytes, removals);
  return { folder, open, cache: open(bytesMax) };
}

/** Creates a module as Go does: 1 KiB in read-only files and folders, its zip, and its metadata. */
function moduleIn(folder: string, name: string): DownloadedModule {
  const module = join(folder, `example.com/${name}@v1.0.0`);
  const download = join(folder, `cache/download/example.com/${name}/@v`);
  if (existsSync(module)) return { folder: module, zip: join(download, 'v1.0.0.zip') };
  mkdirSync(join(module, 'inner'), { recursive: true });
  writeFileSync(join(module, 'inner/code.go'), 'x'.repeat(kib), { mode: 0o444 });
  chmodSync(join(module, 'inner'), 0o555);
  chmodSync(module, 0o555);
  mkdirSync(download, { recursive: true });
  const files = ['zip', 'ziphash', 'info', 'mod'].map((end) => join(download, `v1.0.0.${end}`));
  for (const path of files) if (!existsSync(path)) writeFileSync(path, '', { mode: 0o444 });
  return { folder: module, zip: join(download, 'v1.0.0.zip') };
}

const downloading =
  (folder: string, ...names: string[]) =>
  async () => ({
    succeeded: true,
    modules: names.map((name) => moduleIn(folder, name)),
  });

const left = (folder: string) =>
  readdirSync(join(folder, 'example.com'))
    .map((name) => name.split('@')[0])
    .sort();
const again = async () => {
  throw new Error('it is downloaded again');
};

let uses = 0;

/** Makes the key's last use older than any later use, unless the key's list is already gone. */
function passTime(cache: ModuleCache, key: string) {
  uses++;
  const list = join(cache.folder, 'slipway', key);
  if (existsSync(list)) utimesSync(list, uses, uses);
}

async function used(cache: ModuleCache, key: string, download: Parameters<ModuleCache['use']>[1] = again) {
  await (await cache.use(key, download))();
  passTime(cache, key);
}

test('the least recently used modules are removed, with their zips, although they are read-only', async () => {
  const { cache, folder } = await cacheOf(2 * kib);
  await used(cache, 'one', downloading(folder, 'a'));
  await used(cache, 'two', downloading(folder, 'b'));
  await used(cache, 'one');
  await used(cache, 'three', downloading(folder, 'c'));
  expect(left(folder)).toEqual(['a', 'c']);
  expect(readdirSync(join(folder, 'cache/download/example.com/b/@v')).sort()).toEqual(['v1.0.0.info', 'v1.0.0.mod']);
  await expect(used(cache, 'two')).rejects.toThrow('downloaded again');
  await used(cache, 'two', downloading(folder, 'b'));
  expect(left(folder)).toEqual(['b', 'c']);
});

test('a module read by a running build is not removed until the build ends', async () => {
  const { cache, folder } = await cacheOf(kib);
  const first = await cache.use('one', downloading(folder, 'a', 'shared'));
  const second = await cache.use('one', again);
  passTime(cache, 'one');
  await used(cache, 'two', downloading(folder, 'b', 'shared'));
  await first();
  await first();
  expect(left(folder)).toEqual(['a', 'shared']);
  await second();
  expect(left(folder)).toEqual([]);
});

test('a module that is also on a newer list stays', async () => {
  const { cache, folder } = await cacheOf(2 * kib);
  await used(cache, 'one', downloading(folder, 'a', 'shared'));
  await used(cache, 'two', downloading(folder, 'b', 'shared'));
  expect(left(folder)).toEqual(['b', 'shared']);
});

test('nothing is removed while a download relies on cached modules', async () => {
  const { cache, folder } = await cacheOf(kib);
  await used(cache, 'one', downloading(folder, 'a'));
  const downloaded = Promise.withResolvers<void>();
  const waiting = cache.use('three', async () => {
    await downloaded.promise;
    return { succeeded: true, modules: [moduleIn(folder, 'a')] };
  });
  await used(cache, 'two', downloading(folder, 'b'));
  expect(left(folder)).toEqual(['a', 'b']);
  downloaded.resolve();
  await (await waiting)();
  expect(left(folder)).toEqual(['a']);
});

test('the remains of a failed download count toward the cache size, and are downloaded again', async () => {
  const { cache, folder } = await cacheOf(kib);
  const failed = async () => ({ succeeded: false, modules: [moduleIn(folder, 'a')] });
  await used(cache, 'one', failed);
  await expect(used(cache, 'one')).rejects.toThrow('downloaded again');
  await used(cache, 'two', downloading(folder, 'b'));
  expect(left(folder)).toEqual(['b']);
});

test('a path outside the cache is never removed', async () => {
  const { cache, folder } = await cacheOf(0);
  const outside = mkdtempSync(join(tmpdir(), 'slipway-outside-'));
  onTestFinished(async () => {
    await removeWhole(outside);
  });
  const module = moduleIn(outside, 'a');
  await used(cache, 'one', async () => ({
    succeeded: true,
    modules: [module, { ...module, folder: `${folder}/../${outside.split('/').at(-1)}` }],
  }));
  expect(left(outside)).toEqual(['a']);
});

test("a restart removes the excess, and also a cache whose list can't be read", async () => {
  const { cache, folder, open } = await cacheOf(2 * kib);
  await used(cache, 'one', downloading(folder, 'a'));
  await used(cache, 'two', downloading(folder, 'b'));
  await open(kib).open();
  expect(left(folder)).toEqual(['b']);
  writeFileSync(join(folder, 'slipway/cut-off'), '');
  await open(kib).open();
  expect(existsSync(folder)).toBe(false);
});
