// Wakes the objects of active releases, which may have lost their alarms, and deletes old releases.
import { and, asc, isNotNull, lt, sql } from 'drizzle-orm';
import { releaseLimits } from '../contract/limits/deployments.ts';
import { sweepLimits } from '../contract/limits/leases.ts';
import { isActiveRelease, releases } from '../db/schema/releases.ts';
import type { Deps } from '../deps.ts';
import { pickSome, runIsolated } from '../events/send-all.ts';

export function selectActiveReleases({ db }: Pick<Deps, 'db'>) {
  return db
    .select({ id: releases.id })
    .from(releases)
    .where(isActiveRelease())
    .orderBy(asc(releases.updatedAt))
    .limit(sweepLimits.pickedFrom);
}

/** Selects ended releases that are old enough to be deleted. */
export function selectOldReleases({ db, clock, retention }: Pick<Deps, 'db' | 'clock' | 'retention'>) {
  return db
    .select({ id: releases.id })
    .from(releases)
    .where(and(isNotNull(releases.endedAt), lt(releases.endedAt, clock.now() - retention.deploymentsMs)))
    .orderBy(asc(releases.endedAt))
    .limit(releaseLimits.deletedAtOnce);
}

export async function sweepReleases(deps: Deps): Promise<void> {
  const active = await selectActiveReleases(deps);
  await runIsolated(deps, pickSome(active, sweepLimits.changedByMany), (_, { id }) => deps.releases.follow(id));
  const old = await selectOldReleases(deps);
  if (old.length === 0) return;
  const ids = JSON.stringify(old.map(({ id }) => id));
  await deps.db.delete(releases).where(sql`${releases.id} in (select value from json_each(${ids}))`);
}
