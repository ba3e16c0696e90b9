// Tests the users that plugins run as when the builder is root. No two plugins share a user, and each kind of folder has its own range
// of IDs.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { Homes } from '../../../builder/server/sandbox/homes.ts';
import { pluginProcessLimits } from '../../../builder/server/sandbox/process-limits.ts';
import { freeUserId, type UserIdRange } from '../../../builder/server/sandbox/user-ids.ts';
import { builderLimits } from '../../../src/contract/limits/builder.ts';
import { openRemovals } from '../removal/open-removals.ts';

const ranges: UserIdRange[] = ['data folders', 'compile caches', 'instances'];

test('a free ID is used, and differs from machine to machine', () => {
  const left = 64_321;
  const taken = Array.from({ length: 1000 }, (_, at) => 64_000 + at).filter((uid) => uid !== left);
  expect(freeUserId('instances', new Set(taken))).toBe(left);
  expect(new Set(Array.from({ length: 100 }, () => freeUserId('instances', new Set()))).size).toBeGreaterThan(1);
});

test('the ranges do not overlap, and an ID from a full range is refused', () => {
  const all = new Set<number>();
  for (const range of ranges) {
    const taken = new Set<number>();
    for (let count = 0; count < 1000; count++) taken.add(freeUserId(range, taken));
    expect(taken.size).toBe(1000);
    expect(() => freeUserId(range, taken)).toThrow(`All 1000 user IDs for ${range} are taken`);
    for (const uid of taken) all.add(uid);
  }
  expect(all.size).toBe(3000);
});

test('a removed home frees its user ID', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'slipway-homes-'));
  try {
    const homes = new Homes(join(folder, 'instances'), undefined, await openRemovals(folder));
    await homes.clear();
    const sandbox = { kind: 'none', ownUser: false, cgroup: 'none' } as const;
    const make = () => homes.make({ kind: 'instance', id: 'dep_1' }, sandbox, pluginProcessLimits(builderLimits));
    const kept = await make();
    const users = new Set<number>();
    for (let made = 0; made < 1100; made++) {
      const home = await make();
      users.add(home.uid);
      await home.remove();
    }
    expect(users.has(kept.uid)).toBe(false);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
});
