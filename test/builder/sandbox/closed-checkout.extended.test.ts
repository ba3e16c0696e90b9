// @module-tag root
// Tests a builder that runs as root in a folder that is closed to the users that its instances run as, such as /root.
import { chmodSync, cpSync, lstatSync, mkdirSync, readdirSync, readlinkSync, statSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, onTestFinished, test } from 'vitest';
import { removeWhole } from '../../../builder/server/removal/tree-remover.ts';
import { handler, newFolder, TestBuilder } from '../support.ts';

const project = fileURLToPath(new URL('../../..', import.meta.url).href);
/** Every user may run the system's Python. A version manager's may be in root's home folder. */
const confined = { BUILDER_SANDBOX: 'landlock', PYTHON: '/usr/bin/python3' };
const importsSdk = handler(
  'def predict(self, request):\n    return {"sdk": sdk.__name__}',
  'from shared.plugins import sdk',
);
const answer = { sdk: 'shared.plugins.sdk' };

/** Returns the folder that the builder's link names, which the test then removes. */
function movedFrom(state: string): string {
  const moved = readlinkSync(state);
  onTestFinished(async () => {
    await removeWhole(moved);
  });
  return moved;
}

/** Returns a checkout whose folder only its owner may enter. */
function closedCheckout(): string {
  const closed = newFolder();
  const checkout = join(closed, 'slipway');
  for (const name of ['builder', 'src', 'package.json'])
    cpSync(join(project, name), join(checkout, name), { recursive: true });
  symlinkSync(join(project, 'node_modules'), join(checkout, 'node_modules'));
  chmodSync(closed, 0o700);
  return checkout;
}

test('a plugin runs although the checkout and the state are closed to its user', async () => {
  const checkout = closedCheckout();
  const stateFolder = join(checkout, '.slipway/builder');
  const script = join(checkout, 'builder/server/main.ts');
  const builder = await TestBuilder.start({ env: confined, stateFolder, script });
  const moved = movedFrom(stateFolder);
  expect(await builder.result(await builder.run(importsSdk))).toEqual(answer);
  await builder.close();
  expect(readdirSync(moved)).toContain('blobs');
});

test('a builder finds its files again where an earlier one moved them', async () => {
  const stateFolder = join(newFolder(), 'state/builder');
  const first = await TestBuilder.start({ env: confined, stateFolder });
  const moved = movedFrom(stateFolder);
  await first.run(importsSdk);
  await first.close();
  const blobs = readdirSync(join(moved, 'blobs'));
  const second = await TestBuilder.start({ env: confined, stateFolder });
  await second.close();
  expect(readlinkSync(stateFolder)).toBe(moved);
  expect(readdirSync(join(moved, 'blobs'))).toEqual(blobs);
});

test('files that an earlier builder kept in a closed folder move with it', async () => {
  const stateFolder = join(newFolder(), 'builder');
  mkdirSync(join(stateFolder, 'data/kept'), { recursive: true });
  const builder = await TestBuilder.start({ env: confined, stateFolder });
  const moved = movedFrom(stateFolder);
  await builder.close();
  expect(statSync(join(moved, 'data/kept')).isDirectory()).toBe(true);
});

test('a builder opens its own folder to the users of its instances, whatever the mask', async () => {
  const parent = newFolder();
  chmodSync(parent, 0o755);
  const stateFolder = join(parent, 'builder');
  mkdirSync(stateFolder, { mode: 0o700 });
  const before = process.umask(0o077);
  const builder = await TestBuilder.start({ env: confined, stateFolder }).finally(() => process.umask(before));
  expect(lstatSync(stateFolder).isSymbolicLink()).toBe(false);
  expect(await builder.result(await builder.run(importsSdk))).toEqual(answer);
  await builder.close();
});

test('every user may pass through the folders above the compile cache', { tags: ['go'] }, async () => {
  const parent = newFolder();
  chmodSync(parent, 0o755);
  const stateFolder = join(parent, 'builder');
  const builder = await TestBuilder.start({ hasGitAndGo: true, env: confined, stateFolder });
  await builder.close();
  const modes = ['go', 'go/cache'].map((folder) => statSync(join(stateFolder, folder)).mode & 0o001);
  expect(modes).toEqual([1, 1]);
});
