// Finds releases that wait for a person, and those that were reverted since nobody has deployed the plugin.
import { and, desc, eq, gte, isNull, or, sql } from 'drizzle-orm';
import type { FoundNeed } from '../contract/attention.ts';
import { needLimits } from '../contract/limits/attention.ts';
import { deployments, livePointers } from '../db/schema/deploy.ts';
import { pluginVersions } from '../db/schema/registry.ts';
import { releases } from '../db/schema/releases.ts';
import type { Deps } from '../deps.ts';
import type { NeedSource, ViewerRead } from '../points.ts';
import { versionLabel } from '../registry/versions/versions.ts';
import { isNameIn, labelColumns } from './places.ts';

/** SQL: the newest release of the pointer's plugin. Only that one can be paused. */
const newestRelease = sql`(select newest.id from ${releases} newest where newest.namespace_id = ${livePointers.namespaceId}
  and newest.plugin_id = ${livePointers.subjectId} order by newest.id desc limit 1)`;

async function read({ clock, db }: Pick<Deps, 'db' | 'clock'>, viewer: ViewerRead): Promise<FoundNeed[]> {
  const { endedAt, generation, id, namespaceId, pluginId, reason, state, updatedAt } = releases;
  const isDeployed = sql`exists (select 1 from ${deployments} where ${deployments.namespaceId} = ${namespaceId}
    and ${deployments.pluginId} = ${pluginId} and ${deployments.createdAt} > ${endedAt})`;
  const since = clock.now() - needLimits.endedMs;
  const isReverted = and(eq(state, 'reverted'), gte(endedAt, since), sql`not ${isDeployed}`);
  const rows = await viewer.together(
    db
      .select({ id, namespaceId, state, reason, generation, at: updatedAt, ...labelColumns })
      .from(livePointers)
      .crossJoin(releases)
      .crossJoin(pluginVersions)
      .where(
        and(
          isNameIn(viewer.namespaces),
          eq(id, newestRelease),
          or(eq(state, 'paused'), isReverted),
          eq(pluginVersions.id, releases.toVersionId),
          isNull(pluginVersions.deletedAt),
        ),
      )
      .orderBy(desc(id))
      .limit(needLimits.readOfKind),
  );
  return rows.map((row) => {
    const isPaused = row.state === 'paused';
    const because = row.reason === null ? '' : `: ${row.reason}`;
    return {
      key: row.id,
      severity: isPaused ? 'warn' : 'bad',
      title: `The release of ${row.name} ${versionLabel(row)} ${isPaused ? 'waits' : 'was reverted'}${because}`,
      namespaceId: row.namespaceId,
      subject: row.name,
      since: row.at,
      action: {
        label: isPaused ? 'Continue or end it' : 'See why',
        page: `/n/${row.namespaceId}/releases/${row.id}`,
        command: `slipway releases show ${row.id} --namespace ${row.namespaceId}`,
      },
      fingerprint: `${row.state}.${row.generation}`,
    };
  });
}

export const releaseNeeds: NeedSource<Deps> = { kind: 'release', scope: 'plugins:read', read };
