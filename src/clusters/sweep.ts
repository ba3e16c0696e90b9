// Checks every cluster now and then, so that its state is known before a deployment needs it, and it runs what its rows say.
import { and, asc, eq, lt, sql } from 'drizzle-orm';
import { clusterLimits } from '../contract/limits/containers.ts';
import type { ClusterId } from '../core/ids.ts';
import { clusters } from '../db/schema/clusters.ts';
import type { Deps } from '../deps.ts';
import { eachApart } from '../events/each-apart.ts';
import { repairApplications } from './applications.ts';
import { checkAndStore } from './clusters.ts';

/** Selects the clusters that are due, longest unchecked first. */
export function selectUnchecked({ db, clock }: Pick<Deps, 'db' | 'clock'>) {
  return db
    .select({ id: clusters.id })
    .from(clusters)
    .where(lt(sql`${clusters.checkedAt}`, clock.now() - clusterLimits.checkEveryMs))
    .orderBy(asc(clusters.checkedAt))
    .limit(clusterLimits.checkedAtOnce);
}

/**
 * Writes the time before it asks, so that the next sweep leaves the cluster alone. A cluster that lost its applications gets them again.
 * *Dies:* the cluster is due again after the interval.
 */
export async function sweepClusters(deps: Deps): Promise<void> {
  await eachApart(deps, await selectUnchecked(deps), checkDue);
}

async function checkDue(deps: Deps, { id }: { id: ClusterId }): Promise<void> {
  const { db, clock } = deps;
  const isDue = lt(sql`${clusters.checkedAt}`, clock.now() - clusterLimits.checkEveryMs);
  const [row] = await db
    .update(clusters)
    .set({ checkedAt: clock.now() })
    .where(and(eq(clusters.id, id), isDue))
    .returning();
  if (!row) return;
  const checked = await checkAndStore(deps, row);
  if (checked?.state === 'ready' || checked?.state === 'foreign-applications') await repairApplications(deps, id);
}
