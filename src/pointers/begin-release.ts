// Builds the statements that begin a release and end those that no longer hold, for the batch that causes it. A release never moves a
// pointer; pointers/promote.ts does when it succeeds.
import { and, eq, type SQL, sql } from 'drizzle-orm';
import { alias } from 'drizzle-orm/sqlite-core';
import type { ActorRef } from '../contract/actor.ts';
import type { ReleasePlan } from '../contract/releases.ts';
import type { NamespaceId, OrganizationId, PluginRowId, ReleaseId, VersionId } from '../core/ids.ts';
import { insertWhere, previousChanged, type Statement } from '../db/client.ts';
import { deployments, livePointers } from '../db/schema/deploy.ts';
import { isActiveRelease, releases } from '../db/schema/releases.ts';
import type { Deps } from '../deps.ts';
import { record } from '../events/record.ts';
import { closeToOlder, type Name } from './tickets.ts';

type WriteDeps = Pick<Deps, 'db' | 'clock' | 'ids'>;

const own = alias(livePointers, 'own');
const serving = alias(deployments, 'serving');

export interface ReleasedName extends Name {
  organizationId: OrganizationId;
}

export interface NewRelease extends ReleasedName {
  id: ReleaseId;
  versionId: VersionId;
  plan: ReleasePlan;
  /** The actor who asked for it. */
  createdBy: ActorRef | SQL<ActorRef>;
  /** SQL: what else must hold. */
  condition: SQL;
  /** SQL: the ticket of the request for it. */
  ticket: SQL<number>;
}

/** SQL: what the pointer of a version or a plugin names. */
function targetOf(namespaceId: NamespaceId, subjectId: VersionId | PluginRowId | SQL): SQL<VersionId> {
  return sql<VersionId>`(select ${own.targetId} from ${livePointers} ${own} where ${own.namespaceId} = ${namespaceId} and ${own.subjectId} = ${subjectId})`;
}

/** SQL: the version's live deployment answers realtime calls. */
function answersCalls(namespaceId: NamespaceId, versionId: VersionId | SQL): SQL {
  return sql`exists (select 1 from ${deployments} ${serving} where ${serving.id} = ${targetOf(namespaceId, versionId)} and ${serving.type} = 'realtime')`;
}

/** SQL: the name serves another version, and both answer realtime calls. */
export function canShareCalls({ namespaceId, pluginId }: ReleasedName, versionId: VersionId): SQL {
  const served = targetOf(namespaceId, pluginId);
  return sql`(coalesce(${served} <> ${versionId}, 0) and ${answersCalls(namespaceId, served)} and ${answersCalls(namespaceId, versionId)})`;
}

/** SQL: the version is the candidate of an active release. */
export function isCandidate(
  namespaceId: NamespaceId | SQL,
  pluginId: PluginRowId | SQL,
  versionId: SQL | VersionId,
): SQL {
  return sql`exists (select 1 from ${releases} where ${releases.namespaceId} = ${namespaceId} and ${releases.pluginId} = ${pluginId} and ${isActiveRelease()} and ${releases.toVersionId} = ${versionId})`;
}

/** Returns the share and the state of a plan's step, as the release's row has them. */
export function settingOf({ steps }: Pick<ReleasePlan, 'steps'>, step: number) {
  const { percent = 0, shadow = 0 } = steps[step] ?? {};
  const state = percent === 0 ? ('shadowing' as const) : ('rolling' as const);
  return { state, weight: Math.round(percent * 100), shadow: Math.round(shadow * 100) };
}

/** Begins the release if the condition holds and both versions can share the name's calls. Cancels the name's active release. */
export function beginStatements(deps: WriteDeps, release: NewRelease, actor: ActorRef): Statement[] {
  const { db, clock } = deps;
  const { condition, createdBy, id, namespaceId, organizationId, plan, pluginId, ticket, versionId } = release;
  const now = clock.now();
  const possible = sql`(${condition} and ${canShareCalls(release, versionId)})`;
  const row = {
    id,
    organizationId,
    namespaceId,
    pluginId,
    plan,
    createdBy,
    fromVersionId: targetOf(namespaceId, pluginId),
    toVersionId: versionId,
    ...settingOf(plan, 0),
    step: 0,
    generation: 1,
    reason: null,
    measured: null,
    endedAt: null,
    createdAt: now,
    stepStartedAt: now,
    updatedAt: now,
  };
  const data = sql`(select json_object('plugin_id', ${releases.pluginId}, 'from', ${releases.fromVersionId}, 'to', ${releases.toVersionId},
    'step', 0, 'percent', ${releases.weight} / 100.0, 'measured', null) from ${releases} where ${releases.id} = ${id})`;
  return [
    ...cancelWhere(deps, release, { condition: possible, reason: sql`'Another release of the plugin began'` }, actor),
    insertWhere(db, releases, row, possible),
    record(deps, { organizationId, namespaceId, actor, type: 'release.started', subjectId: id, data }, previousChanged),
    closeToOlder(deps, release, ticket, sql`exists (select 1 from ${releases} where ${releases.id} = ${id})`),
  ];
}

/** Cancels the name's active release if its name moved to another version, or its candidate is no longer live. */
export function cancelOutdated(deps: WriteDeps, name: ReleasedName, actor: ActorRef): Statement[] {
  const { namespaceId, pluginId } = name;
  const moved = sql`${releases.fromVersionId} is not ${targetOf(namespaceId, pluginId)}`;
  const gone = sql`${targetOf(namespaceId, sql`${releases.toVersionId}`)} is null`;
  const reason = sql`iif(${moved}, 'The name moved to another version', 'The released version is no longer live')`;
  return cancelWhere(deps, name, { condition: sql`(${moved} or ${gone})`, reason }, actor);
}

function cancelWhere(
  deps: WriteDeps,
  { organizationId, namespaceId, pluginId }: ReleasedName,
  { condition, reason }: { condition: SQL; reason: SQL },
  actor: ActorRef,
): Statement[] {
  const now = deps.clock.now();
  const named = and(eq(releases.namespaceId, namespaceId), eq(releases.pluginId, pluginId));
  const cancelled = sql`(select ${releases.id} from ${releases} where ${named} and ${releases.state} = 'cancelled' order by ${releases.id} desc limit 1)`;
  const data = sql`(select json_object('plugin_id', ${releases.pluginId}, 'step', ${releases.step}, 'percent', 0, 'measured', null, 'reason', ${releases.reason})
    from ${releases} where ${releases.id} = ${cancelled})`;
  return [
    deps.db
      .update(releases)
      .set({
        state: 'cancelled',
        weight: 0,
        shadow: 0,
        endedAt: now,
        updatedAt: now,
        generation: sql`${releases.generation} + 1`,
        reason: sql<string>`${reason}`,
      })
      .where(and(named, isActiveRelease(), condition)),
    record(
      deps,
      { organizationId, namespaceId, actor, type: 'release.cancelled', subjectId: cancelled, data },
      previousChanged,
    ),
  ];
}
