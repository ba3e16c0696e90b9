// Wakes the objects of active releases, which may have lost their alarms, and deletes old releases.
import { and, asc, inArray, isNotNull, lt } from 'drizzle-orm';
import { releaseLimits } from '../contract/limits/deployments.ts';
import { sweepLimits } from '../contract/limits/leases.ts';
import { isActiveRelease, releases } from '../db/schema/releases.ts';
import type { Deps } from '../deps.ts';
import type { DueStep } from '../due-step.ts';
import { pickSome, runIsolated } from '../events/send-all.ts';

export function selectActiveReleases({ db }: Pick<Deps, 'db'>) {
  return db
    .select({ id: releases.id, namespaceId: releases.namespaceId, pluginId: releases.pluginId })
    .from(releases)
    .where(isActiveRelease())
    .orderBy(asc(releases.updatedAt))
    .limit(sweepLimits.pickedFrom);
}

/** Selects releases that ended long ago. */
function selectOldReleases({ db, clock, retention }: Pick<Deps, 'db' | 'clock' | 'retention'>) {
  return db
    .select({ id: releases.id })
    .from(releases)
    .where(and(isNotNull(releases.endedAt), lt(releases.endedAt, clock.now() - retention.deploymentsMs)))
    .orderBy(asc(releases.endedAt))
    .limit(releaseLimits.deletedAtOnce);
}

export const releasesStep: DueStep = {
  step: sweepReleases,
  due: (deps) => [selectActiveReleases(deps), selectOldReleases(deps)],
};

export async function sweepReleases(deps: Deps): Promise<void> {
  const [active] = await deps.db.batch([
    selectActiveReleases(deps),
    deps.db.delete(releases).where(inArray(releases.id, selectOldReleases(deps))),
  ]);
  await runIsolated(deps, pickSome(active, sweepLimits.changedByMany), (_, release) => deps.releases.follow(release));
}
