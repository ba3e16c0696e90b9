// Tests that each scope's compile cache is a copy of the trusted one, whichever concurrent build creates it.
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { CompileCaches } from '../../../builder/server/builds/compile-caches.ts';
import { removeWhole } from '../../../builder/server/removal/tree-remover.ts';
import { openRemovals } from '../removal/open-removals.ts';

async function opened() {
  const state = mkdtempSync(join(tmpdir(), 'slipway-caches-'));
  const removals = await openRemovals(state);
  onTestFinished(async () => {
    await removals.close();
    await removeWhole(state);
  });
  const trusted = join(state, 'trusted');
  mkdirSync(join(trusted, '00'), { recursive: true });
  writeFileSync(join(trusted, '00/net-a'), 'compiled');
  const folder = join(state, 'caches');
  const caches = new CompileCaches(folder, false, removals);
  await caches.open();
  return { caches, folder, trusted };
}

test('a compile cache created by a concurrent build of its scope is kept, with its contents', async () => {
  const { caches, folder, trusted } = await opened();
  await caches.create('scope', trusted);
  writeFileSync(join(caches.path('scope'), '00/own-a'), 'of the first build');
  await caches.create('scope', trusted);
  expect(readdirSync(folder)).toEqual(['scope']);
  expect(readFileSync(join(caches.path('scope'), '00/own-a'), 'utf8')).toBe('of the first build');
});

test("a compile cache that can't be copied is an error, and leaves nothing behind", async () => {
  const { caches, folder, trusted } = await opened();
  await expect(caches.create('scope', join(trusted, 'missing'))).rejects.toMatchObject({ code: 'ENOENT' });
  expect([readdirSync(folder), await caches.has('scope')]).toEqual([[], false]);
});
