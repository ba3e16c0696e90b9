// @module-tag uv
// @module-tag long
// Tests that one organization's packages that take forever to pack leave room to another organization's.
import { execFileSync } from 'node:child_process';
import { closeSync, openSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { failureOf, installationOf, PackageBuilder, unfinishedIn } from './wheels.ts';

let packages: PackageBuilder;
beforeAll(async () => {
  packages = await PackageBuilder.start();
});
afterAll(() => packages.builder.close());

const hostedFor = (organization: string) => {
  packages.hosted = { organization };
};

test("an organization's packages that are never packed leave room to another organization's", async () => {
  const { stateFolder } = packages.builder;
  packages.add({ name: 'slow_a' }, { name: 'slow_b' }, { name: 'quick' });
  hostedFor('org_bad');
  const slow = await packages.install('slow-a', 'slow-b');
  const endless = slow.packages.map(({ key }) => join(stateFolder, 'environments', 'packages', key, 'endless'));
  for (const { sha256 } of slow.packages.flatMap(({ parts }) => parts)) rmSync(join(stateFolder, 'blobs', sha256));
  // Opening one to read never ends until someone opens it to write.
  for (const path of endless) execFileSync('mkfifo', [path]);
  const packing = packages.installEvents(slow.lock);
  await expect.poll(() => unfinishedIn(stateFolder)).toHaveLength(2 + 1);
  hostedFor('org_good');
  const lock = await packages.lock('quick');
  const { packages: packed } = installationOf(await packages.installEvents(lock));
  expect(packed).toMatchObject([{ name: 'quick', parts: [{ size_bytes: expect.any(Number) }] }]);
  const opened = endless.map((path) => openSync(path, 'r+'));
  expect(failureOf((await packing).at(-1))).toContain('install-failed');
  for (const one of opened) closeSync(one);
});
