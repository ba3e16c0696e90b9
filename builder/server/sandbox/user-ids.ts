// Defines the user IDs that plugins and builds run as when the builder is root. No accounts are created in these ranges. The ranges
// don't overlap, so a data folder, a compile cache and an instance never belong to the same user.
import { randomInt } from 'node:crypto';

const idsPerRange = 1000;

const firstIds = { 'data folders': 62_000, 'compile caches': 63_000, instances: 64_000 } as const;

export type UserIdRange = keyof typeof firstIds;

export function isUserIdOf(range: UserIdRange, uid: number): boolean {
  return uid >= firstIds[range] && uid < firstIds[range] + idsPerRange;
}

/**
 * Returns a free random ID from the range. Throws if all are taken. The ID is random because the kernel counts a user's processes
 * across all containers on a machine.
 */
export function freeUserId(range: UserIdRange, taken: ReadonlySet<number>): number {
  const start = randomInt(idsPerRange);
  for (let step = 0; step < idsPerRange; step++) {
    const uid = firstIds[range] + ((start + step) % idsPerRange);
    if (!taken.has(uid)) return uid;
  }
  throw new Error(`All ${idsPerRange} user IDs for ${range} are taken`);
}
