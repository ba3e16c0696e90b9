// Tests plugin data folders, and which instance holds each one.
import { existsSync, lstatSync, mkdirSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { DataFolders } from '../../../builder/server/instances/data-folders.ts';
import { executableSpec } from '../go-support.ts';
import { openRemovals } from '../removal/open-removals.ts';
import { newFolder, TestBuilder } from '../support.ts';

test('an instance that failed to start holds no data, so its folder can be deleted', async () => {
  const builder = await TestBuilder.start();
  const artifact = await builder.putArchive({ 'a.txt': 'not a program' });
  const events = await builder.put('dep_failed', executableSpec(artifact, { kind: 'storage', data: 'plg_failed' }));
  expect(events.at(-1)).toMatchObject({ type: 'failed' });
  const folder = join(builder.stateFolder, 'data', 'plg_failed');
  expect(existsSync(folder)).toBe(true);
  expect(await builder.send('DELETE', '/data/plg_failed')).toEqual({ status: 204, body: undefined });
  expect(existsSync(folder)).toBe(false);
  await builder.close();
});

test("a builder that can't mount images uses folders, and refuses data that is stored in an image", async () => {
  const state = newFolder();
  const folders = new DataFolders(join(state, 'data'), false, await openRemovals(state));
  await folders.open();
  mkdirSync(join(state, 'data-images'));
  writeFileSync(join(state, 'data-images', 'plg_image'), '');
  const limits = { bytes: 1 << 20, files: 100 };
  expect(await folders.use('plg_folder', limits)).toMatchObject({ by: 'sampled' });
  await expect(folders.use('plg_image', limits)).rejects.toThrow(
    'its data is in an image, which this builder cannot mount. Start the builder as root, with loop devices',
  );
});

test('data in a state that was copied without its owners belongs to a user of its own again', {
  tags: ['root'],
}, async () => {
  const state = newFolder();
  const folder = join(state, 'data', 'plg_copied');
  mkdirSync(join(folder, 'notes'), { recursive: true });
  writeFileSync(join(folder, 'notes/one.txt'), 'kept');
  symlinkSync('/etc/hostname', join(folder, 'link'));
  const outside = statSync('/etc/hostname').uid;
  await new DataFolders(join(state, 'data'), false, await openRemovals(state)).open();
  const { uid } = statSync(folder);
  expect(uid).toBeGreaterThanOrEqual(62_000);
  expect([lstatSync(join(folder, 'notes/one.txt')).uid, lstatSync(join(folder, 'link')).uid]).toEqual([uid, uid]);
  expect(statSync('/etc/hostname').uid).toBe(outside);
});
