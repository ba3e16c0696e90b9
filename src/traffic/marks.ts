// Reads the changes to a plugin's traffic in a period: deployments, moves of the plugin's name to a version, and rollbacks. An index
// limits each to its newest rows.
import { and, desc, eq, gte, or, type SQL, sql } from 'drizzle-orm';
import { alias } from 'drizzle-orm/sqlite-core';
import type { ActorRef } from '../contract/actor.ts';
import { traffic } from '../contract/limits/traffic.ts';
import type { DeploymentState } from '../contract/states.ts';
import type { DeploymentId, NamespaceId, PluginRowId } from '../core/ids.ts';
import { qualified } from '../db/client.ts';
import { deployments } from '../db/schema/deploy.ts';
import { events } from '../db/schema/events.ts';
import { pluginVersions } from '../db/schema/registry.ts';
import type { Deps } from '../deps.ts';

/** Kinds of marks. `promoted` means that calls by the plugin's name go to the version from then on. */
export const markTypes = ['deployed', 'failed', 'promoted', 'undeployed', 'rolled_back'] as const;

export interface Mark {
  at: number;
  type: (typeof markTypes)[number];
  /** The version's label in counts; null if the version was deleted. */
  version: string | null;
  /** The version before the rollback. */
  previous: string | null;
  deploymentId: DeploymentId | null;
  /** Why the deployment failed, or the message given for the rollback. */
  message: string | null;
  by: ActorRef;
}

export interface RecordedMarks {
  deployed: {
    id: DeploymentId;
    status: DeploymentState;
    promotedAt: number | null;
    updatedAt: number;
    error: string | null;
    by: ActorRef;
    version: string | null;
  }[];
  moved: {
    type: string;
    at: number;
    by: ActorRef;
    to: string | null;
    from: string | null;
    awayFrom: string | null;
    message: string | null;
  }[];
}

const version = alias(pluginVersions, 'version');
const recent = alias(deployments, 'recent');
const newest = alias(events, 'newest');

/** Selects the deployments and moves for a batch. */
export function selectMarks(db: Deps['db'], namespaceId: SQL<NamespaceId>, pluginId: SQL<PluginRowId>, since: number) {
  return {
    deployed: selectDeployed(db, namespaceId, pluginId, since),
    moved: selectMoved(db, namespaceId, pluginId, since),
  };
}

function selectDeployed(db: Deps['db'], namespaceId: SQL<NamespaceId>, pluginId: SQL<PluginRowId>, since: number) {
  const ids = sql`(select ${recent.id} from ${deployments} ${recent}
    where ${recent.namespaceId} = ${namespaceId} and ${recent.pluginId} = ${pluginId} order by ${recent.id} desc limit ${traffic.marksRead})`;
  const failedThen = and(eq(deployments.status, 'failed'), gte(deployments.updatedAt, since));
  return db
    .select({
      id: deployments.id,
      status: deployments.status,
      promotedAt: deployments.promotedAt,
      updatedAt: deployments.updatedAt,
      error: deployments.error,
      by: deployments.createdBy,
      version: qualified(labelOf(sql`${deployments.versionId}`)).as('version_label'),
    })
    .from(deployments)
    .where(and(sql`${deployments.id} in ${ids}`, or(gte(deployments.promotedAt, since), failedThen)));
}

function selectMoved(db: Deps['db'], namespaceId: SQL<NamespaceId>, pluginId: SQL<PluginRowId>, since: number) {
  const seqs = sql`(select ${newest.seq} from ${events} ${newest} where ${newest.subjectId} = ${pluginId}
    and ${newest.namespaceId} = ${namespaceId} order by ${newest.seq} desc limit ${traffic.marksRead})`;
  const named = (key: string) => sql`${events.data} ->> ${sql.raw(`'$.${key}'`)}`;
  return db
    .select({
      type: events.type,
      at: events.createdAt,
      by: events.actor,
      to: qualified(labelOf(named('to'))).as('to_label'),
      from: qualified(labelOf(named('from'))).as('from_label'),
      awayFrom: qualified(labelOf(named('away_from'))).as('away_label'),
      message: sql<string | null>`${named('message')}`.as('message'),
    })
    .from(events)
    .where(
      and(
        sql`${events.seq} in ${seqs}`,
        sql`${events.type} in ('pointer.moved', 'plugin.rolled_back')`,
        gte(events.createdAt, since),
      ),
    )
    .orderBy(desc(events.seq));
}

/** SQL: the label that counts have for the version with this ID: its number, or a Go plugin's commit. */
function labelOf(id: SQL): SQL<string | null> {
  const commit = sql`iif(${version.kind} = 'extractor', null, ${version.source} ->> '$.commit')`;
  const number = sql`${version.major} || '.' || ${version.minor} || '.' || ${version.patch}`;
  return sql<
    string | null
  >`(select coalesce(${commit}, ${number}) from ${pluginVersions} ${version} where ${version.id} = ${id})`;
}

/** Returns the period's marks, newest first. */
export function toMarks({ deployed, moved }: RecordedMarks, since: number): Mark[] {
  const none = { previous: null, deploymentId: null, message: null };
  const ofDeployments = deployed.flatMap((one): Mark[] => {
    const mark = { ...none, version: one.version, deploymentId: one.id, by: one.by };
    if (one.promotedAt !== null && one.promotedAt >= since) return [{ ...mark, at: one.promotedAt, type: 'deployed' }];
    return one.status === 'failed' ? [{ ...mark, at: one.updatedAt, type: 'failed', message: one.error }] : [];
  });
  const ofName = moved.map(({ at, awayFrom, by, from, message, to, type }): Mark => {
    if (type === 'plugin.rolled_back')
      return { ...none, at, type: 'rolled_back', version: to, previous: from, message, by };
    return to === null
      ? { ...none, at, type: 'undeployed', version: awayFrom, by }
      : { ...none, at, type: 'promoted', version: to, by };
  });
  return [...ofDeployments, ...ofName].sort((a, b) => b.at - a.at).slice(0, traffic.marksRead);
}
