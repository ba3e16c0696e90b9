// Finds live versions with advisories of high, critical or unknown severity: one need for each version, since one update fixes it.
import { and, desc, eq, isNull, ne, sql } from 'drizzle-orm';
import { ownerNamespace } from '../access/owners.ts';
import type { FoundNeed } from '../contract/attention.ts';
import { needLimits } from '../contract/limits/attention.ts';
import { word } from '../core/shell.ts';
import { advisories, versionAdvisories } from '../db/schema/advisories.ts';
import { livePointers } from '../db/schema/deploy.ts';
import { pluginVersions } from '../db/schema/registry.ts';
import type { Deps } from '../deps.ts';
import type { NeedSource, ViewerRead } from '../points.ts';
import { rankOf, severityRank } from '../registry/versions/known-advisories.ts';
import { versionLabel } from '../registry/versions/versions.ts';
import { labelColumns } from './places.ts';

async function read({ db }: Pick<Deps, 'db'>, { namespaces, together }: ViewerRead): Promise<FoundNeed[]> {
  const { advisoryId, createdAt, reach, versionId } = versionAdvisories;
  const { namespaceId, subjectId, targetId } = livePointers;
  const rank = severityRank(advisories.severity);
  const worst = sql<number>`max(${rank})`;
  const newest = sql<number>`max(${createdAt})`;
  const rows = await together(
    db
      .select({
        versionId,
        ownerId: pluginVersions.ownerId,
        ...labelColumns,
        count: sql<number>`count(distinct ${advisoryId})`.as('advisory_count'),
        worst: worst.as('worst_rank'),
        since: newest.as('newest_at'),
        example: sql<string>`max(${advisoryId})`.as('example_id'),
      })
      .from(livePointers)
      .crossJoin(versionAdvisories)
      .crossJoin(advisories)
      .crossJoin(pluginVersions)
      .where(
        and(
          sql`${namespaceId} in ${namespaces} and ${subjectId} >= 'ver_' and ${subjectId} < 'ver\`' and ${targetId} is not null`,
          eq(sql`${versionId}`, subjectId),
          ne(reach, 'none'),
          eq(advisories.id, advisoryId),
          isNull(advisories.withdrawnAt),
          sql`${rank} >= ${rankOf('high')}`,
          eq(pluginVersions.id, versionId),
          isNull(pluginVersions.deletedAt),
        ),
      )
      .groupBy(versionId)
      .orderBy(desc(worst), desc(newest))
      .limit(needLimits.readOfKind),
  );
  return rows.map((row) => {
    const isBad = row.worst > rankOf('high');
    const what = row.count === 1 ? `the advisory ${row.example}` : `${row.count} advisories`;
    return {
      key: row.versionId,
      severity: isBad ? 'bad' : 'warn',
      title: `${row.name} ${versionLabel(row)} is live and has ${what} of ${isBad ? 'critical or unknown' : 'high'} severity`,
      namespaceId: ownerNamespace(row.ownerId),
      subject: row.name,
      since: row.since,
      action: {
        label: 'See what fixes it',
        page: `/advisories?live=true&plugin=${encodeURIComponent(row.name)}`,
        command: `slipway advisories --live --plugin ${word(row.name)}`,
      },
      fingerprint: `${row.count}.${row.worst}.${row.since}`,
    };
  });
}

export const advisoryNeeds: NeedSource<Deps> = { kind: 'advisory', scope: 'plugins:read', read };
