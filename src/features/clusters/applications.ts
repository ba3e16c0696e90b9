// Makes clusters run the applications in the database. Ray Serve's application list is replaced as a whole, so a lease lets one worker
// at a time write it. A lease doesn't stop a late worker, so every write is compared with the rows afterwards. Applications that aren't
// Slipway's stay in the list.
import { and, asc, eq, isNotNull, isNull, lt, sql } from 'drizzle-orm';
import { z } from 'zod';
import { clusterLimits } from '../../contract/features/clusters/limits.ts';
import type { JsonObject } from '../../contract/json.ts';
import type { ClusterId } from '../../core/ids.ts';
import { readTogether } from '../../db/client.ts';
import { type Lease, newLease, released } from '../../db/lease.ts';
import { applicationOfRun } from '../../db/run-applications.ts';
import { runs } from '../../db/schema/runs.ts';
import type { Deps } from '../../deps.ts';
import { runIsolated } from '../../events/send-all.ts';
import { checkAndStore, openToken } from './clusters.ts';
import { type AskDeps, ClusterFault, type Dashboard } from './ray-dashboard.ts';
import { hasPackage, isShown, putApplications, readApplications, type ShownApplications } from './ray-serve.ts';
import { clusterApplications, clusters } from './tables.ts';

export type WriteDeps = Pick<Deps, 'db' | 'clock' | 'dataKey'> & AskDeps;
export type ClusterRow = typeof clusters.$inferSelect;
type ApplicationRow = typeof clusterApplications.$inferSelect;

const environmentModel = z.object({ working_dir: z.string() });

/** Returns the name of a deployment's application. */
export function applicationName(deploymentId: string): string {
  return `slipway-${deploymentId}`;
}

/** Throws a ClusterFault if the token can't be opened. */
export async function openDashboard(deps: Pick<Deps, 'dataKey'>, cluster: ClusterRow): Promise<Dashboard> {
  const token = await openToken(deps, cluster);
  if (token === undefined)
    throw new ClusterFault('token-unreadable', "The cluster's token can no longer be decrypted.");
  return { url: cluster.dashboardUrl, token };
}

/**
 * Writes the list until the cluster matches the rows. Rejects with a ClusterFault. *Dies anywhere:* the rows stay, and the next writer
 * or cluster check continues.
 */
export async function writeApplications(deps: WriteDeps, id: ClusterId): Promise<void> {
  for (let written = 0; written < clusterLimits.writesMax; written++) {
    const lease = await takeLease(deps, id);
    if (!lease) return;
    try {
      if (await writeOnce(deps, id, lease)) return;
    } finally {
      await deps.db.update(clusters).set(released).where(lease.isHeld);
    }
  }
  throw new ClusterFault(
    'foreign-applications',
    'Something other than Slipway keeps changing the application list. Use a cluster for Slipway alone.',
  );
}

/** Returns undefined if the cluster is gone. */
async function takeLease({ db, clock }: WriteDeps, id: ClusterId): Promise<Lease | undefined> {
  const until = clock.now() + clusterLimits.writeWaitMs;
  for (;;) {
    const lease = newLease(clusters, id, clusterLimits.lease, clock.now());
    const taken = await db.update(clusters).set(lease.taken).where(lease.isFree).returning({ id: clusters.id });
    if (taken.length > 0) return lease;
    const [left] = await db.select({ id: clusters.id }).from(clusters).where(eq(clusters.id, id));
    if (!left) return undefined;
    if (clock.now() >= until) throw new ClusterFault('unreachable', 'Another worker is writing the application list.');
    await new Promise((resolve) => setTimeout(resolve, clusterLimits.writeLookMs));
  }
}

/** Returns whether the cluster matches the rows. */
async function writeOnce(deps: WriteDeps, id: ClusterId, lease: Lease): Promise<boolean> {
  const { cluster, rows } = await readRows(deps, id);
  if (!cluster) return true;
  const dashboard = await openDashboard(deps, cluster);
  const before = await readApplications(deps, dashboard);
  if (!isAsWanted(before, rows)) {
    if (!(await renewed(deps, lease))) return false;
    const applications = [...foreignIn(before, rows), ...wanted(rows).map(({ config }) => config)];
    await putApplications(deps, dashboard, { applications, httpOptions: listeningAt(cluster.serveUrl) });
  }
  // The rows may have changed during the write, or a worker without the lease may have written the list.
  const { rows: now } = await readRows(deps, id);
  if (!isAsWanted(await readApplications(deps, dashboard), now)) return false;
  await forgetRemoved(deps, now);
  return true;
}

/**
 * Repairs a cluster's list after a check. Removes applications whose package was lost when the cluster's head restarted; the next call
 * starts them again with their package.
 */
export async function repairApplications(deps: WriteDeps, id: ClusterId): Promise<void> {
  await removeThoseOfEndedRuns(deps, id);
  const { cluster, rows } = await readRows(deps, id);
  if (!cluster || rows.length === 0) return;
  const dashboard = await openDashboard(deps, cluster);
  const shown = await readApplications(deps, dashboard);
  for (const row of wanted(rows)) {
    if (isAsWanted(shown, [row]) || (await hasPackage(deps, dashboard, packageIn(row)))) continue;
    await deps.db
      .update(clusterApplications)
      .set({ removedAt: deps.clock.now() })
      .where(and(eq(clusterApplications.deploymentId, row.deploymentId), isNull(clusterApplications.removedAt)));
  }
  await writeApplications(deps, id);
}

/** Removes applications of ended runs whose worker didn't remove them. */
async function removeThoseOfEndedRuns({ db, clock }: WriteDeps, id: ClusterId): Promise<void> {
  const { clusterId, deploymentId, removedAt } = clusterApplications;
  const unfinished = sql`(select ${applicationOfRun} from ${runs} where ${runs.endedAt} is null)`;
  const isOver = sql`${deploymentId} like '%-%' and ${deploymentId} not in ${unfinished}`;
  await db
    .update(clusterApplications)
    .set({ removedAt: clock.now() })
    .where(and(eq(clusterId, id), isNull(removedAt), isOver));
}

async function readRows({ db }: WriteDeps, id: ClusterId) {
  const found = await readTogether(db, {
    clusters: db.select().from(clusters).where(eq(clusters.id, id)),
    rows: db.select().from(clusterApplications).where(eq(clusterApplications.clusterId, id)),
  });
  return { cluster: found.clusters[0], rows: found.rows };
}

async function renewed({ db, clock }: WriteDeps, { isHeld }: Lease): Promise<boolean> {
  const held = await db
    .update(clusters)
    .set({ leaseUntil: clock.now() + clusterLimits.lease.leaseMs })
    .where(isHeld)
    .returning({ id: clusters.id });
  return held.length > 0;
}

/** Returns whether the cluster shows every wanted application with its configuration, and no unwanted one. */
export function isAsWanted(shown: ShownApplications, rows: ApplicationRow[]): boolean {
  return rows.every(({ config, deploymentId, removedAt }) => {
    const application = shown[applicationName(deploymentId)];
    if (removedAt !== null) return !isShown(application);
    return isShown(application) && revisionOf(application.deployed_app_config) === revisionOf(config);
  });
}

function wanted(rows: ApplicationRow[]): ApplicationRow[] {
  return rows.filter(({ removedAt }) => removedAt === null);
}

/**
 * Returns the configurations of applications without a row. Applications deployed from code are not in any list, and replacing the list
 * doesn't remove them.
 */
function foreignIn(shown: ShownApplications, rows: ApplicationRow[]): JsonObject[] {
  const own = new Set(rows.map(({ deploymentId }) => applicationName(deploymentId)));
  return Object.entries(shown).flatMap(([name, application]) => {
    const config = isShown(application) ? application.deployed_app_config : null;
    return own.has(name) || !config ? [] : [config];
  });
}

function packageIn({ config }: ApplicationRow): string {
  return environmentModel.parse(config.runtime_env).working_dir;
}

/** Returns the digest of a configuration as sent, since Ray fills in defaults. */
function revisionOf(config: JsonObject | null | undefined): unknown {
  const args = config?.args;
  return typeof args === 'object' && args !== null && !Array.isArray(args) ? args.revision : undefined;
}

/** Makes Serve listen where the URL points, if it doesn't run yet and the URL is on this machine. Elsewhere, the operator decides. */
function listeningAt(serveUrl: string): JsonObject | undefined {
  const { hostname, port, protocol } = new URL(serveUrl);
  return protocol === 'http:' ? { host: hostname, port: Number(port || '80') } : undefined;
}

/** Deletes rows of applications that the cluster no longer shows. Keeps a row whose application was requested again in the meantime. */
async function forgetRemoved({ db }: WriteDeps, rows: ApplicationRow[]): Promise<void> {
  const removed = rows.filter(({ removedAt }) => removedAt !== null).map(({ deploymentId }) => deploymentId);
  if (removed.length === 0) return;
  const seen = sql`${clusterApplications.deploymentId} in (select value from json_each(${JSON.stringify(removed)}))`;
  await db.delete(clusterApplications).where(and(seen, isNotNull(clusterApplications.removedAt)));
}

/** Selects clusters due for a check, longest unchecked first. */
export function selectUnchecked({ db, clock }: Pick<Deps, 'db' | 'clock'>) {
  return db
    .select({ id: clusters.id })
    .from(clusters)
    .where(lt(sql`${clusters.checkedAt}`, clock.now() - clusterLimits.checkEveryMs))
    .orderBy(asc(clusters.checkedAt))
    .limit(clusterLimits.checkedAtOnce);
}

/**
 * Records the check time before the request, so the next sweep skips the cluster. Restores lost applications. *Dies:* the cluster is
 * due again after the interval.
 */
export async function sweepClusters(deps: Deps): Promise<void> {
  await runIsolated(deps, await selectUnchecked(deps), checkDue);
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
