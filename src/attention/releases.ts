// Finds releases that wait for a person, and those that were reverted since nobody has deployed the plugin.
import { and, desc, eq, gte, or, sql } from 'drizzle-orm';
import { alias } from 'drizzle-orm/sqlite-core';
import { type FoundNeed, shellWord } from '../contract/attention.ts';
import { needLimits } from '../contract/limits/attention.ts';
import { deployments } from '../db/schema/deploy.ts';
import { pluginVersions } from '../db/schema/registry.ts';
import { releases } from '../db/schema/releases.ts';
import type { Deps } from '../deps.ts';
import type { NeedSource, ReadTogether, Viewer } from '../points.ts';
import { versionLabel } from '../registry/versions/versions.ts';

const later = alias(releases, 'later');

async function read(
  { clock, db }: Pick<Deps, 'db' | 'clock'>,
  viewer: Viewer,
  together: ReadTogether,
): Promise<FoundNeed[]> {
  const { endedAt, generation, id, namespaceId, pluginId, reason, state, updatedAt } = releases;
  const { kind, major, minor, name, patch, source } = pluginVersions;
  const isLast = sql`not exists (select 1 from ${releases} ${later} where ${later.namespaceId} = ${namespaceId}
    and ${later.pluginId} = ${pluginId} and ${later.id} > ${id})`;
  const isDeployed = sql`exists (select 1 from ${deployments} where ${deployments.namespaceId} = ${namespaceId}
    and ${deployments.pluginId} = ${pluginId} and ${deployments.createdAt} > ${endedAt})`;
  const isReverted = and(
    eq(state, 'reverted'),
    gte(endedAt, clock.now() - needLimits.endedMs),
    isLast,
    sql`not ${isDeployed}`,
  );
  const rows = await together(
    db
      .select({ id, namespaceId, state, reason, generation, at: updatedAt, kind, name, source, major, minor, patch })
      .from(releases)
      .innerJoin(pluginVersions, eq(sql`${pluginVersions.id}`, releases.toVersionId))
      .where(
        and(
          sql`${namespaceId} in ${viewer.namespaces}`,
          sql`${pluginVersions.deletedAt} is null`,
          or(eq(state, 'paused'), isReverted),
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
        command: `slipway releases show ${shellWord(row.name)} --namespace ${row.namespaceId}`,
      },
      fingerprint: `${row.state}.${row.generation}`,
    };
  });
}

export const releaseNeeds: NeedSource<Deps> = { kind: 'release', scope: 'plugins:read', read };
