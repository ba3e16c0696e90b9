// Undeploys replaced versions of Go plugins: one version is live at a time, and the others stop after their drain.
import { and, asc, eq, gt, gte, ne, type SQL, sql } from 'drizzle-orm';
import { alias } from 'drizzle-orm/sqlite-core';
import { ownerNamespace } from '../../access/owners.ts';
import { systemActor } from '../../contract/actor.ts';
import { sweepLimits } from '../../contract/limits/leases.ts';
import { firstIdAt } from '../../core/ids.ts';
import { readTogether } from '../../db/client.ts';
import { deployments, livePointers } from '../../db/schema/deploy.ts';
import { plugins, pluginVersions } from '../../db/schema/registry.ts';
import { readWalk, recordWalk } from '../../db/walks.ts';
import type { Deps } from '../../deps.ts';
import type { DueStep } from '../../due-step.ts';
import { isCandidate } from '../../pointers/begin-release.ts';
import { undeployVersion } from '../../pointers/undeploy.ts';
import { eachVersion } from '../../registry/versions/each-version.ts';
import type { PluginVersion } from '../../registry/versions/versions.ts';
import { deployInstalled } from './install-requests.ts';

const own = alias(livePointers, 'own');
const named = alias(livePointers, 'named');

const goKinds = sql`${pluginVersions.kind} in ('pipeline', 'storage')`;
const isActive = sql`exists (select 1 from ${plugins} where ${plugins.id} = ${pluginVersions.pluginId} and ${plugins.activeVersionId} = ${pluginVersions.id})`;
/** SQL: the version's own pointer names a deployment, but the plugin's name points to another version, and no release is under way. */
const isReplaced = sql`exists (select 1 from ${livePointers} ${own} join ${livePointers} ${named} on ${named.namespaceId} = ${own.namespaceId} and ${named.subjectId} = ${pluginVersions.pluginId}
  where ${own.namespaceId} = ${pluginVersions.ownerId} and ${own.subjectId} = ${pluginVersions.id} and ${own.targetId} is not null and ${named.targetId} is not null and ${named.targetId} <> ${pluginVersions.id}
    and not ${isCandidate(sql`${own.namespaceId}`, sql`${pluginVersions.pluginId}`, sql`${pluginVersions.id}`)})`;

/** Selects the versions of a Go plugin that version `id` has replaced. Plugins of other kinds may have several live versions. */
export function selectReplaced(
  { db }: Pick<Deps, 'db'>,
  { id, kind, pluginId }: Pick<PluginVersion, 'id' | 'kind' | 'pluginId'>,
) {
  const isGo = sql`${kind} in ('pipeline', 'storage')`;
  return db
    .select()
    .from(pluginVersions)
    .where(and(isGo, eq(pluginVersions.pluginId, pluginId), ne(pluginVersions.id, id), isReplaced));
}

export async function retireAll(deps: Deps, versions: PluginVersion[]): Promise<void> {
  for (const version of versions) await retire(deps, version);
}

const installedWalk = 'installed versions';

export const installedStep: DueStep = {
  step: sweepInstalled,
  due: (deps) => [selectRecentlyInstalled(deps)],
  walk: installedWalk,
};

/**
 * Completes interrupted installs: deploys published versions that were never deployed, and retires replaced ones. Each sweep checks the
 * last hour's versions. Once an hour, a walk over all others starts, one page per sweep.
 */
export async function sweepInstalled(deps: Deps): Promise<void> {
  const { db, clock } = deps;
  const after = await readWalk(db, installedWalk);
  const recent = isRecent(clock);
  const page = await db
    .select({ id: pluginVersions.id })
    .from(pluginVersions)
    .where(and(goKinds, gt(sql`${pluginVersions.id}`, after ?? '')))
    .orderBy(asc(pluginVersions.id))
    .limit(walkedAtOnce);
  const isLooked = sql`${pluginVersions.id} in (select value from json_each(${JSON.stringify(page.map(({ id }) => id))}))`;
  const neverDeployed = sql`not exists (select 1 from ${deployments} where ${deployments.versionId} = ${pluginVersions.id})`;
  const isUndeployed = and(goKinds, isActive, sql`${pluginVersions.deletedAt} is null`, neverDeployed);
  for (const isListed of [recent, isLooked]) {
    const { undeployed, replaced } = await readTogether(db, {
      undeployed: selectSome(deps, and(isListed, isUndeployed)),
      replaced: selectSome(deps, and(isListed, goKinds, isReplaced)),
    });
    await eachVersion(deps, undeployed, deployInstalled);
    await eachVersion(deps, replaced, retire);
  }
  const lastKey = page.length < walkedAtOnce ? null : (page.at(-1)?.id ?? null);
  if (lastKey !== after) await recordWalk(db, installedWalk, lastKey);
}

/** Selects rows at random, so that undeployable versions don't block others. */
function selectSome({ db }: Pick<Deps, 'db'>, condition: SQL | undefined) {
  const { changedByMany } = sweepLimits;
  return db
    .select({ id: pluginVersions.id })
    .from(pluginVersions)
    .where(condition)
    .orderBy(sql`random()`)
    .limit(changedByMany);
}

function isRecent({ now }: Deps['clock']) {
  return gte(sql`${pluginVersions.id}`, firstIdAt('version', now() - recentMs));
}

function selectRecentlyInstalled({ db, clock }: Pick<Deps, 'db' | 'clock'>) {
  return db
    .select({ id: pluginVersions.id })
    .from(pluginVersions)
    .where(and(isRecent(clock), goKinds))
    .limit(1);
}

const walkedAtOnce = sweepLimits.changedByMany;
const recentMs = 3_600_000;

async function retire(deps: Deps, version: PluginVersion): Promise<void> {
  const namespaceId = ownerNamespace(version.ownerId);
  if (namespaceId !== null) await undeployVersion(deps, namespaceId, version, systemActor);
}
