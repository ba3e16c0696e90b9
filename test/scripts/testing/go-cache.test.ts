// Tests the copy of the tests' Go cache that survives the deletion of a clone.
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { keepFolder, restoreFolder } from '../../../scripts/testing/caches/go-cache.ts';
import { folderOf } from '../../cli/slipway.ts';

function places(): { kept: string; clone: string; other: string } {
  const root = folderOf({ 'clone/aa/entry-a': 'compiled', 'clone/bb/entry-d': 'action' });
  return { kept: join(root, 'user', 'go-tests'), clone: join(root, 'clone'), other: join(root, 'other', 'cache') };
}

test('a compiled cache is available to the next clone, even if others store a cache concurrently', async () => {
  const { kept, clone, other } = places();
  await Promise.all([1, 2, 3].map(() => keepFolder(clone, kept, 'one')));
  expect(readdirSync(kept)).toEqual(['one']);
  await restoreFolder(kept, 'one', other);
  expect(readdirSync(other, { recursive: true }).sort()).toEqual(['aa', 'aa/entry-a', 'bb', 'bb/entry-d']);
});

test("a clone's cache is never replaced, and another compiler's is not used", async () => {
  const { kept, clone, other } = places();
  await keepFolder(clone, kept, 'one');
  await restoreFolder(kept, 'two', other);
  expect(existsSync(other)).toBe(false);
  mkdirSync(other, { recursive: true });
  await restoreFolder(kept, 'one', other);
  expect(readdirSync(other)).toEqual([]);
});

test('a cache from another compiler replaces the stored one', async () => {
  const { kept, clone } = places();
  await keepFolder(clone, kept, 'one');
  writeFileSync(join(clone, 'aa/entry-a'), 'compiled again');
  await keepFolder(clone, kept, 'one');
  expect(readFileSync(join(kept, 'one/aa/entry-a'), 'utf8')).toBe('compiled');
  await keepFolder(clone, kept, 'two');
  expect(readdirSync(kept)).toEqual(['two']);
  expect(readFileSync(join(kept, 'two/aa/entry-a'), 'utf8')).toBe('compiled again');
});

test('an unwritable user cache, or a clone without a cache, stores nothing and causes no error', async () => {
  const { kept, clone, other } = places();
  await keepFolder(other, kept, 'one');
  expect(existsSync(kept)).toBe(false);
  writeFileSync(join(kept, '..', '..', 'user'), '');
  await keepFolder(clone, kept, 'one');
  await restoreFolder(kept, 'one', other);
  expect(existsSync(other)).toBe(false);
});
