// Defines the user IDs that plugins and builds run as, when the builder is root. No accounts are created in these ranges, and the
// ranges don't overlap: a data folder, a compile cache and an instance never belong to the same user.

import { randomInt } from 'node:crypto';

const idsPerRange = 1000;

const firstIds = { 'data folders': 62_000, 'compile caches': 63_000, instances: 64_000 } as const;

export type UserIdRange = keyof typeof firstIds;

/**
 * Returns an ID of the range that isn't taken. Throws if all of them are. It is a random one, because the kernel counts the processes
 * of a user in all containers of a machine together.
 */
export function freeUserId(range: UserIdRange, taken: ReadonlySet<number>): number {
  const start = randomInt(idsPerRange);
  for (let step = 0; step < idsPerRange; step++) {
    const uid = firstIds[range] + ((start + step) % idsPerRange);
    if (!taken.has(uid)) return uid;
  }
  throw new Error(`All ${idsPerRange} user IDs for ${range} are taken`);
}
