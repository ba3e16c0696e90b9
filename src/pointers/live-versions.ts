// Undeploys older live versions of a plugin, on request or after each promotion in namespaces that limit them (D39). A promotion marks
// the plugin in its own batch, so that the sweep can apply the limit if the worker dies first.
import { and, asc, eq, isNotNull, lt, type SQL, sql } from 'drizzle-orm';
import { type Actor, notFound, requireScope } from '../access/actor.ts';
import { requireNamespace, selectNamespace } from '../access/visible-namespaces.ts';
import { systemActor } from '../contract/actor.ts';
import { deploymentLimits } from '../contract/limits/deployments.ts';
import { sweepGraceMs, sweepLimits } from '../contract/limits/leases.ts';
import type { NamespaceId, OrganizationId, PluginRowId, VersionId } from '../core/ids.ts';
import { readTogether } from '../db/client.ts';
import { namespaces } from '../db/schema/access.ts';
import { deployments, isCurrent, isUnfinished, livePointers } from '../db/schema/deploy.ts';
import { pluginVersions } from '../db/schema/registry.ts';
import type { Deps } from '../deps.ts';
import type { DueStep } from '../due-step.ts';
import { pickSome, runIsolated } from '../events/send-all.ts';
import { pluginIdByName, selectPluginByName } from '../registry/versions/active-version.ts';
import type { PluginVersion } from '../registry/versions/versions.ts';
import { isCandidate } from './begin-release.ts';
import { isPointerTo } from './pointers.ts';
import { servingVersionId } from './rollback-targets.ts';
import { type UndeployDeps, type Undeploying, undeployTogether } from './undeploy.ts';

type LiveVersion = Pick<PluginVersion, 'id' | 'pluginId' | 'organizationId' | 'major' | 'minor' | 'patch'>;

export interface UndeployedOlder {
  kept: LiveVersion[];
  undeployed: LiveVersion[];
  /** Versions left to undeploy. Repeat the request for them. */
  remaining: number;
}

/**
 * Undeploys live versions except `keep` of them: the version that has the name, then the most recently deployed ones. If `keep` is 0,
 * also cancels deployments in progress. Makes two D1 round trips.
 */
export async function undeployOlder(
  deps: Deps,
  actor: Actor,
  namespaceId: NamespaceId,
  { name, keep }: { name: string; keep: number },
): Promise<UndeployedOlder> {
  requireScope(actor, 'plugins:deploy');
  const pluginId = pluginIdByName(namespaceId, name);
  const found = await readTogether(deps.db, {
    namespaces: selectNamespace(deps.db, actor, namespaceId),
    named: selectPluginByName(deps.db, namespaceId, name),
    live: selectLive(deps.db, { namespaceId, pluginId, keep, withDeploying: keep === 0 }),
  });
  requireNamespace(found.namespaces, namespaceId);
  if (found.named.length === 0) throw notFound('plugin', name);
  const { excess, remaining } = beyond(keep, found.live);
  await undeployAll(deps, namespaceId, excess, { actor: actor.ref, stopsWork: true, givesUp: keep === 0 });
  return { kept: found.live.filter(({ place }) => place <= keep), undeployed: excess, remaining };
}

interface PluginIn {
  namespaceId: NamespaceId;
  pluginId: PluginRowId;
}

/** Selects the ticket of a promotion whose limit still has to be applied; null for none. */
export function selectMark(db: Deps['db'], { namespaceId, pluginId }: PluginIn) {
  return db.select({ ticket: livePointers.limitTicket }).from(livePointers).where(isPointerTo(namespaceId, pluginId));
}

/**
 * Applies the namespace's `keep_live_versions` after a promotion. The promotion's mark stays until no version is left to undeploy. A
 * promotion in the meantime sets its own mark.
 */
export async function limitLiveVersions(deps: UndeployDeps, { namespaceId, pluginId }: PluginIn): Promise<void> {
  const { db } = deps;
  const isNamed = isPointerTo(namespaceId, pluginId);
  for (;;) {
    const found = await readTogether(db, {
      settings: db.select({ keep: namespaces.keepLiveVersions }).from(namespaces).where(eq(namespaces.id, namespaceId)),
      marks: selectMark(db, { namespaceId, pluginId }),
      live: selectLive(db, { namespaceId, pluginId, keep: 0 }),
    });
    const ticket = found.marks[0]?.ticket ?? null;
    if (ticket === null) return;
    const keep = found.settings[0]?.keep ?? Number.POSITIVE_INFINITY;
    const { excess, remaining } = beyond(keep, found.live);
    const done = db
      .update(livePointers)
      .set({ limitTicket: null })
      .where(and(isNamed, eq(livePointers.limitTicket, ticket)));
    await undeployAll(deps, namespaceId, excess, {
      actor: systemActor,
      also: remaining === 0 ? [done] : [],
    });
    if (remaining === 0) return;
  }
}

export const liveVersionsStep: DueStep = { step: sweepLiveVersions, due: (deps) => [selectMarked(deps)] };

/** Applies `keep_live_versions` where a worker died after a promotion. */
export async function sweepLiveVersions(deps: UndeployDeps): Promise<void> {
  await runIsolated(deps, pickSome(await selectMarked(deps), deploymentLimits.limitedAtOnce), sweepPlugin);
}

function selectMarked({ db, clock }: Pick<Deps, 'db' | 'clock'>) {
  return db
    .select({ namespaceId: livePointers.namespaceId, id: sql<PluginRowId>`${livePointers.subjectId}` })
    .from(livePointers)
    .where(and(isNotNull(livePointers.limitTicket), lt(livePointers.updatedAt, clock.now() - sweepGraceMs)))
    .orderBy(asc(livePointers.updatedAt))
    .limit(sweepLimits.pickedFrom);
}

function sweepPlugin(
  deps: UndeployDeps,
  { namespaceId, id }: { namespaceId: NamespaceId; id: PluginRowId },
): Promise<void> {
  return limitLiveVersions(deps, { namespaceId, pluginId: id });
}

interface LiveRequest {
  namespaceId: NamespaceId;
  pluginId: PluginRowId | SQL<PluginRowId>;
  keep: number;
  withDeploying?: boolean;
}

/**
 * Selects a plugin's live versions for a batch: first the one with the name, then the others, most recently deployed first. Of the
 * versions to undeploy, selects only as many as one batch handles. Reads each live version once.
 */
function selectLive(db: Deps['db'], { namespaceId, pluginId, keep, withDeploying = false }: LiveRequest) {
  const ticket = sql`(select ${livePointers.ticket} from ${livePointers}
    where ${livePointers.namespaceId} = ${namespaceId} and ${livePointers.subjectId} = ${pluginVersions.id} and ${livePointers.targetId} is not null)`;
  const isDeploying = sql`exists (select 1 from ${deployments}
    where ${deployments.namespaceId} = ${namespaceId} and ${deployments.versionId} = ${pluginVersions.id} and ${isUnfinished()})`;
  const current = sql`select ${deployments.versionId} from ${deployments}
    where ${deployments.namespaceId} = ${namespaceId} and ${deployments.pluginId} = ${pluginId} and ${isCurrent()}`;
  const { id, major, minor, organizationId, patch, pluginId: versionPluginId } = pluginVersions;
  const candidates = sql`select ${id} as id, ${versionPluginId} as plugin_id, ${organizationId} as organization_id,
      ${major} as major, ${minor} as minor, ${patch} as patch, ${ticket} as ticket,
      ${withDeploying ? isDeploying : sql`false`} as deploying, ${id} is ${servingVersionId(namespaceId, pluginId)} as serves_name
    from ${pluginVersions} where ${id} in (${current}) and not ${isCandidate(namespaceId, sql`${pluginId}`, sql`${id}`)}`;
  const ranked = sql`select *, row_number() over (order by serves_name desc, ticket desc) as place, count(*) over () as total
    from (${candidates}) where ticket is not null or deploying`;
  const column = <Value>(name: string) => sql<Value>`${sql.identifier(name)}`.as(name);
  return db
    .select({
      id: column<VersionId>('id'),
      pluginId: column<PluginRowId>('plugin_id'),
      organizationId: column<OrganizationId>('organization_id'),
      major: column<number>('major'),
      minor: column<number>('minor'),
      patch: column<number>('patch'),
      place: column<number>('place'),
      total: column<number>('total'),
    })
    .from(sql`(${ranked})`)
    .where(sql`place <= ${keep} or place > total - ${deploymentLimits.undeployAtOnce}`)
    .orderBy(sql`place`);
}

type RankedVersion = LiveVersion & { place: number; total: number };

/** Returns the versions to undeploy now, oldest first, and the number left after that. */
function beyond(keep: number, live: RankedVersion[]): { excess: LiveVersion[]; remaining: number } {
  const surplus = Math.max(0, (live[0]?.total ?? 0) - keep);
  const excess = live
    .filter(({ place }) => place > keep)
    .reverse()
    .slice(0, deploymentLimits.undeployAtOnce);
  return { excess, remaining: surplus - excess.length };
}

/** Undeploys the name's target last, so that the name doesn't move from version to version. */
async function undeployAll(
  deps: UndeployDeps,
  namespaceId: NamespaceId,
  versions: LiveVersion[],
  how: Undeploying,
): Promise<void> {
  const [first, ...rest] = versions;
  const [only, ...more] = how.also ?? [];
  if (first) await undeployTogether(deps, namespaceId, [first, ...rest], how);
  else if (only) await deps.db.batch([only, ...more]);
}
