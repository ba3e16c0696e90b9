// Undeploys older live versions of a plugin: on request, or after each promotion where the namespace limits them (D39). A promotion
// marks the plugin in its own batch, so the sweep continues for a worker that died before the limit was applied.
import { and, asc, desc, eq, isNotNull, lt, or, type SQL, sql } from 'drizzle-orm';
import { type Actor, notFound, requireScope } from '../access/actor.ts';
import { requireNamespace, selectNamespace } from '../access/namespaces.ts';
import { type ActorRef, systemActor } from '../contract/events.ts';
import { deploymentLimits, sweepGraceMs } from '../contract/limits.ts';
import type { NamespaceId, PluginRowId } from '../core/ids.ts';
import { readTogether, type Statement } from '../db/client.ts';
import { namespaces } from '../db/schema/access.ts';
import { deployments, isCurrent, isUnfinished, livePointers } from '../db/schema/deploy.ts';
import { pluginVersions } from '../db/schema/registry.ts';
import type { Deps } from '../deps.ts';
import { pluginIdByName, selectPluginByName } from '../registry/versions/active-version.ts';
import type { PluginVersion } from '../registry/versions/versions.ts';
import { pointerOf } from './promote.ts';
import { servingVersionId } from './rollback-targets.ts';
import { type UndeployDeps, undeployTogether } from './undeploy.ts';

type LiveVersion = Pick<PluginVersion, 'id' | 'pluginId' | 'organizationId' | 'major' | 'minor' | 'patch'>;

export interface UndeployedOlder {
  kept: LiveVersion[];
  undeployed: LiveVersion[];
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
  const live = liveVersions(deps.db, namespaceId, pluginIdByName(namespaceId, name), keep === 0);
  const found = await readTogether(deps.db, {
    namespaces: selectNamespace(deps.db, actor, namespaceId),
    named: selectPluginByName(deps.db, namespaceId, name),
    kept: live.newest(keep),
    oldest: live.oldest(),
    counted: live.count(),
  });
  requireNamespace(found.namespaces, namespaceId);
  if (found.named.length === 0) throw notFound('plugin', name);
  const { excess, remaining } = beyond(keep, found);
  await undeployAll(deps, namespaceId, excess, actor.ref);
  return { kept: found.kept, undeployed: excess, remaining };
}

interface PluginIn {
  namespaceId: NamespaceId;
  pluginId: PluginRowId;
}

/**
 * Applies the namespace's `keep_live_versions` after a promotion. The mark of the promotion stays until no version is left to undeploy.
 * A promotion meanwhile sets a mark of its own.
 */
export async function limitLiveVersions(deps: UndeployDeps, { namespaceId, pluginId }: PluginIn): Promise<void> {
  const { db } = deps;
  const live = liveVersions(db, namespaceId, pluginId);
  const isNamed = pointerOf(namespaceId, pluginId);
  for (;;) {
    const found = await readTogether(db, {
      settings: db.select({ keep: namespaces.keepLiveVersions }).from(namespaces).where(eq(namespaces.id, namespaceId)),
      marks: db.select({ ticket: livePointers.limitTicket }).from(livePointers).where(isNamed),
      oldest: live.oldest(),
      counted: live.count(),
    });
    const ticket = found.marks[0]?.ticket ?? null;
    if (ticket === null) return;
    const keep = found.settings[0]?.keep ?? Number.POSITIVE_INFINITY;
    const { excess, remaining } = beyond(keep, found);
    const done = db
      .update(livePointers)
      .set({ limitTicket: null })
      .where(and(isNamed, eq(livePointers.limitTicket, ticket)));
    await undeployAll(deps, namespaceId, excess, systemActor, remaining === 0 ? [done] : []);
    if (remaining === 0) return;
  }
}

/** Applies `keep_live_versions` where a worker died after the promotion. */
export async function sweepLiveVersions(deps: UndeployDeps): Promise<void> {
  const marked = await deps.db
    .select({ namespaceId: livePointers.namespaceId, pluginId: sql<PluginRowId>`${livePointers.subjectId}` })
    .from(livePointers)
    .where(and(isNotNull(livePointers.limitTicket), lt(livePointers.updatedAt, deps.clock.now() - sweepGraceMs)))
    .orderBy(asc(livePointers.updatedAt))
    .limit(deploymentLimits.limitedAtOnce);
  for (const plugin of marked) await limitLiveVersions(deps, plugin);
}

/** Queries over the live versions of a plugin. The newest is the one that serves the name, then the one deployed last. */
function liveVersions(
  db: Deps['db'],
  namespaceId: NamespaceId,
  pluginId: PluginRowId | SQL<PluginRowId>,
  withDeploying = false,
) {
  const ticket = sql`(select ${livePointers.ticket} from ${livePointers}
    where ${livePointers.namespaceId} = ${namespaceId} and ${livePointers.subjectId} = ${pluginVersions.id} and ${livePointers.targetId} is not null)`;
  const isDeploying = sql`exists (select 1 from ${deployments}
    where ${deployments.namespaceId} = ${namespaceId} and ${deployments.versionId} = ${pluginVersions.id} and ${isUnfinished()})`;
  const current = sql`select ${deployments.versionId} from ${deployments}
    where ${deployments.namespaceId} = ${namespaceId} and ${deployments.pluginId} = ${pluginId} and ${isCurrent()}`;
  const isLive = and(
    sql`${pluginVersions.id} in (${current})`,
    or(isNotNull(ticket), withDeploying ? isDeploying : undefined),
  );
  const servesName = sql`${pluginVersions.id} is ${servingVersionId(namespaceId, pluginId)}`;
  const { id, major, minor, organizationId, patch, pluginId: versionPluginId } = pluginVersions;
  const columns = { id, pluginId: versionPluginId, organizationId, major, minor, patch };
  const select = () => db.select(columns).from(pluginVersions).where(isLive);
  return {
    newest: (count: number) => select().orderBy(desc(servesName), desc(ticket)).limit(count),
    /** As many as one batch undeploys. */
    oldest: () => select().orderBy(asc(servesName), asc(ticket)).limit(deploymentLimits.undeployAtOnce),
    count: () => db.select({ total: sql<number>`count(*)` }).from(pluginVersions).where(isLive),
  };
}

function beyond(
  keep: number,
  { counted, oldest }: { counted: { total: number }[]; oldest: LiveVersion[] },
): { excess: LiveVersion[]; remaining: number } {
  const surplus = Math.max(0, (counted[0]?.total ?? 0) - keep);
  const excess = oldest.slice(0, surplus);
  return { excess, remaining: surplus - excess.length };
}

/** In this order the name's target is undeployed last, so that the name does not move from one version to the next. */
async function undeployAll(
  deps: UndeployDeps,
  namespaceId: NamespaceId,
  versions: LiveVersion[],
  actor: ActorRef,
  also: Statement[] = [],
): Promise<void> {
  const [first, ...rest] = versions;
  const [only, ...more] = also;
  if (first) await undeployTogether(deps, namespaceId, [first, ...rest], actor, also);
  else if (only) await deps.db.batch([only, ...more]);
}
