// Removes the remaining data of closed organizations, a bounded number of rows per sweep. Starts when their namespaces are empty,
// because then nothing runs, and no upload or run in progress can write anymore.
import { and, eq, isNotNull, sql } from 'drizzle-orm';
import { systemActor } from '../contract/actor.ts';
import { sweepLimits } from '../contract/limits/leases.ts';
import { organizationDeletion } from '../contract/limits/retention.ts';
import type { OrganizationId } from '../core/ids.ts';
import { counters, namespaces, organizations } from '../db/schema/access.ts';
import { deployments, isCurrent } from '../db/schema/deploy.ts';
import { pluginVersions } from '../db/schema/registry.ts';
import { readWalk, recordWalk } from '../db/walks.ts';
import type { Deps } from '../deps.ts';
import type { DueStep } from '../due-step.ts';
import { runIsolated } from '../events/send-all.ts';
import { removeVersion } from '../pointers/remove-version.ts';
import type { UndeployDeps } from '../pointers/undeploy.ts';
import { eachVersion } from '../registry/versions/each-version.ts';
import type { PluginVersion } from '../registry/versions/versions.ts';
import { closeOrganization } from './close.ts';
import { selectDueOrganizations } from './deletion.ts';
import { heldBy } from './holders.ts';
import { type RemovalDeps, removalMessages, removalSteps } from './removal-steps.ts';

type SweepDeps = UndeployDeps & RemovalDeps & Pick<Deps, 'features'>;
interface DueOrganization {
  id: OrganizationId;
  closedAt: number | null;
}

export const organizationsStep: DueStep = { step: sweepOrganizations, due: (deps) => [selectDueOrganizations(deps)] };

/** Closes organizations whose deletion is due, and removes the data of closed ones. */
export async function sweepOrganizations(deps: SweepDeps): Promise<void> {
  const due = await selectDueOrganizations(deps);
  const closed = due.filter(({ closedAt }) => closedAt !== null);
  await runIsolated(
    deps,
    due.filter(({ closedAt }) => closedAt === null),
    close,
  );
  await runIsolated(deps, await nextOf(deps, closed), removeRest);
}

/** Row of `store_sweeps` that records the last closed organization handled. */
const closedWalk = 'closed organizations';

/**
 * Returns the next organizations round-robin, in order of deletion, starting after the last one handled, so that each gets its turn
 * even if others fail. *Dies:* the same ones get another turn.
 */
async function nextOf({ db }: SweepDeps, closed: DueOrganization[]): Promise<DueOrganization[]> {
  const { organizationsAtOnce } = organizationDeletion;
  if (closed.length <= organizationsAtOnce) return closed;
  const last = await readWalk(db, closedWalk);
  const from = closed.findIndex(({ id }) => id === last) + 1;
  const chosen = [...closed.slice(from), ...closed.slice(0, from)].slice(0, organizationsAtOnce);
  await recordWalk(db, closedWalk, chosen.at(-1)?.id ?? null);
  return chosen;
}

function close(deps: SweepDeps, { id }: DueOrganization): Promise<void> {
  return closeOrganization(deps, id);
}

async function removeRest(deps: SweepDeps, { id }: DueOrganization): Promise<void> {
  await removeOwnVersions(deps, id);
  if (await isInUse(deps, id)) return;
  if (await removeSome(deps, id)) await removeLast(deps, id);
}

/**
 * Deletes the organization's own versions, which no namespace has enabled anymore. The namespaces' versions are deleted with the
 * namespaces.
 */
async function removeOwnVersions(deps: SweepDeps, id: OrganizationId): Promise<void> {
  const { db } = deps;
  const own = await db
    .select({ id: pluginVersions.id })
    .from(pluginVersions)
    .where(
      and(
        eq(pluginVersions.organizationId, id),
        sql`${pluginVersions.deletedAt} is null`,
        eq(pluginVersions.ownerId, id),
      ),
    )
    .limit(sweepLimits.changedByMany);
  await eachVersion(deps, own, removeOwn);
}

function removeOwn(deps: SweepDeps, version: PluginVersion): Promise<void> {
  return removeVersion(deps, version, systemActor);
}

/** Returns whether anything still runs or may still be written. */
async function isInUse({ db, features }: SweepDeps, id: OrganizationId): Promise<boolean> {
  const spaces = heldBy('namespace', id);
  const left = [
    sql`select 1 from ${namespaces} where ${namespaces.organizationId} = ${id} and ${namespaces.emptiedAt} is null`,
    sql`select 1 from ${deployments} where ${deployments.namespaceId} in ${spaces} and ${isCurrent()}`,
    sql`select 1 from ${pluginVersions} where ${pluginVersions.organizationId} = ${id} and ${pluginVersions.deletedAt} is null`,
  ];
  const swept = features.flatMap((feature) => feature.swept ?? []);
  const unswept = swept.map(
    ({ column, holder, table }) => sql`select 1 from ${table} where ${column} in ${heldBy(holder, id)}`,
  );
  const any = sql.join(
    [...left, ...unswept].map((query) => sql`exists (${query})`),
    sql` or `,
  );
  const [found] = await db.all<{ used: number }>(sql`select ${any} as used`);
  return found?.used !== 0;
}

/** Removes some of the data. Returns whether nothing is left to remove. */
async function removeSome(deps: SweepDeps, id: OrganizationId): Promise<boolean> {
  let batches: number = organizationDeletion.batchesAtOnce;
  for (const { remove } of removalSteps(deps)) {
    for (;;) {
      const removed = await remove(deps, id);
      if (removed === 'wait') return false;
      if (removed === 'none') break;
      if (--batches === 0) return false;
    }
  }
  return batches === organizationDeletion.batchesAtOnce;
}

/** Removes the organization's row. Fails if new rows that refer to it were written; the next sweep removes those. */
async function removeLast(deps: SweepDeps, id: OrganizationId): Promise<void> {
  const { db, log } = deps;
  await db.batch([
    ...removalMessages(deps, [id]),
    db.delete(counters).where(eq(counters.scope, id)),
    db.delete(organizations).where(and(eq(organizations.id, id), isNotNull(organizations.closedAt))),
  ]);
  log.info('organization.removed', { organization: id });
}
