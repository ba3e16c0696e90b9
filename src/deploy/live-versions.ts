// Undeploys older live versions of a plugin: on request, or after each promotion where the namespace limits them (D39).
import { and, desc, eq, isNotNull, or, type SQL, sql } from 'drizzle-orm';
import { type Actor, notFound, requireScope } from '../access/actor.ts';
import { requireNamespace, selectNamespace } from '../access/namespaces.ts';
import { type ActorRef, systemActor } from '../contract/events.ts';
import { deploymentLimits } from '../contract/limits.ts';
import type { NamespaceId, PluginRowId } from '../core/ids.ts';
import { readTogether } from '../db/client.ts';
import { namespaces } from '../db/schema/access.ts';
import { deployments, livePointers } from '../db/schema/deploy.ts';
import { pluginVersions } from '../db/schema/registry.ts';
import type { Deps } from '../deps.ts';
import { pluginIdByName, selectPluginByName } from '../registry/versions/active-version.ts';
import type { PluginVersion } from '../registry/versions/versions.ts';
import { servingVersionId } from './rollback-targets.ts';
import { isUnfinished } from './states.ts';
import { type UndeployDeps, undeployTogether } from './undeploy.ts';

export interface UndeployedOlder {
  kept: PluginVersion[];
  undeployed: PluginVersion[];
  /** How many are left to undeploy. The request is repeated for them. */
  remaining: number;
}

/**
 * Undeploys all live versions but the one that serves the name and the newest deployed, `keep` in all. Without any to keep, cancels
 * deployments in progress as well. Two D1 round trips.
 */
export async function undeployOlder(
  deps: Deps,
  actor: Actor,
  namespaceId: NamespaceId,
  { name, keep }: { name: string; keep: number },
): Promise<UndeployedOlder> {
  requireScope(actor, 'plugins:deploy');
  const found = await readTogether(deps.db, {
    namespaces: selectNamespace(deps.db, actor, namespaceId),
    named: selectPluginByName(deps.db, namespaceId, name),
    live: selectLiveVersions(deps.db, namespaceId, pluginIdByName(namespaceId, name), keep === 0),
  });
  requireNamespace(found.namespaces, namespaceId);
  if (found.named.length === 0) throw notFound('plugin', name);
  return keepNewest(deps, namespaceId, { live: found.live, keep, actor: actor.ref });
}

/** Applies the namespace's `keep_live_versions` after a promotion. */
export async function limitLiveVersions(
  deps: UndeployDeps,
  { namespaceId, pluginId }: { namespaceId: NamespaceId; pluginId: PluginRowId },
): Promise<void> {
  const { settings, live } = await readTogether(deps.db, {
    settings: deps.db
      .select({ keep: namespaces.keepLiveVersions })
      .from(namespaces)
      .where(eq(namespaces.id, namespaceId)),
    live: selectLiveVersions(deps.db, namespaceId, pluginId),
  });
  const keep = settings[0]?.keep ?? null;
  if (keep !== null) await keepNewest(deps, namespaceId, { live, keep, actor: systemActor });
}

/** Selects the live versions: the one that serves the name, then the others, newest deployment first. */
function selectLiveVersions(
  db: Deps['db'],
  namespaceId: NamespaceId,
  pluginId: PluginRowId | SQL<PluginRowId>,
  withDeploying = false,
) {
  const ticket = sql`(select ${livePointers.ticket} from ${livePointers}
    where ${livePointers.namespaceId} = ${namespaceId} and ${livePointers.subjectId} = ${pluginVersions.id} and ${livePointers.targetId} is not null)`;
  const isDeploying = sql`exists (select 1 from ${deployments}
    where ${deployments.namespaceId} = ${namespaceId} and ${deployments.versionId} = ${pluginVersions.id} and ${isUnfinished()})`;
  return db
    .select()
    .from(pluginVersions)
    .where(and(eq(pluginVersions.pluginId, pluginId), or(isNotNull(ticket), withDeploying ? isDeploying : undefined)))
    .orderBy(desc(sql`${pluginVersions.id} is ${servingVersionId(namespaceId, pluginId)}`), desc(ticket));
}

/** The name's target is undeployed last, so that the name does not move from one version to the next. */
async function keepNewest(
  deps: UndeployDeps,
  namespaceId: NamespaceId,
  { live, keep, actor }: { live: PluginVersion[]; keep: number; actor: ActorRef },
): Promise<UndeployedOlder> {
  const older = live.slice(keep).reverse();
  const undeployed = older.slice(0, deploymentLimits.undeployAtOnce);
  const [first, ...rest] = undeployed;
  if (first) await undeployTogether(deps, namespaceId, [first, ...rest], actor);
  return { kept: live.slice(0, keep), undeployed, remaining: older.length - undeployed.length };
}
