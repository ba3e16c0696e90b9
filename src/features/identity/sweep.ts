// Deletes what has expired: keys of browsers and CI jobs, marks of used tokens, sign-ins and invitations.
import { and, inArray, lte, type SQL, sql } from 'drizzle-orm';
import { peopleLimits } from '../../contract/features/identity/limits.ts';
import { apiKeys } from '../../db/schema/access.ts';
import type { Deps } from '../../deps.ts';
import { invitations, signIns } from './tables.ts';
import { deleteExpiredCiKeys } from './trusted-publishers/ci-keys.ts';

/** Selects, for the sweep, whether there are rows of people that ended. */
export function dueOfPeople({ db, clock }: Pick<Deps, 'db' | 'clock'>) {
  const now = clock.now();
  return [
    db.select({ id: apiKeys.id }).from(apiKeys).where(isEndedKey(now)).limit(peopleLimits.deletedPerSweep),
    db
      .select({ id: signIns.hash })
      .from(signIns)
      .where(lte(signIns.expiresAt, now))
      .limit(peopleLimits.deletedPerSweep),
    db
      .select({ id: invitations.id })
      .from(invitations)
      .where(lte(invitations.expiresAt, now))
      .limit(peopleLimits.deletedPerSweep),
  ] as const;
}

/** SQL: the key was of a browser, and has expired. */
function isEndedKey(now: number): SQL | undefined {
  return and(sql`${apiKeys.kind} = 'session'`, lte(apiKeys.expiresAt, now));
}

/** Deletes expired keys of browsers and CI jobs, sign-ins that never came back, and expired invitations. */
export async function sweepPeople(deps: Pick<Deps, 'db' | 'clock'>): Promise<void> {
  const [endedKeys, lateSignIns, oldInvitations] = dueOfPeople(deps);
  const { db } = deps;
  await db.batch([
    db.delete(apiKeys).where(inArray(apiKeys.id, endedKeys)),
    db.delete(signIns).where(inArray(signIns.hash, lateSignIns)),
    db.delete(invitations).where(inArray(invitations.id, oldInvitations)),
    ...deleteExpiredCiKeys(deps),
  ]);
}
