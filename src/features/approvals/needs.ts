// Finds versions that wait for approval.
import { and, desc, eq, isNull, sql } from 'drizzle-orm';
import { ownerNamespace } from '../../access/owners.ts';
import type { FoundNeed } from '../../contract/attention.ts';
import { needLimits } from '../../contract/limits/attention.ts';
import { isoDay } from '../../core/clock.ts';
import { word } from '../../core/shell.ts';
import { pluginVersions } from '../../db/schema/registry.ts';
import type { Deps } from '../../deps.ts';
import type { NeedSource, ViewerRead } from '../../points.ts';
import { versionLabel } from '../../registry/versions/versions.ts';

async function read({ db }: Pick<Deps, 'db'>, { organizationId, owners, together }: ViewerRead): Promise<FoundNeed[]> {
  const { createdAt, deletedAt, id, kind, major, minor, name, ownerId, patch, source, stage, stagedUntil } =
    pluginVersions;
  const rows = await together(
    db
      .select({ id, ownerId, kind, name, source, major, minor, patch, createdAt, stagedUntil })
      .from(pluginVersions)
      // Literal, to match the index.
      .where(
        and(
          eq(pluginVersions.organizationId, organizationId),
          sql`${stage} = 'staged'`,
          isNull(deletedAt),
          sql`${ownerId} in ${owners}`,
        ),
      )
      .orderBy(desc(id))
      .limit(needLimits.readOfKind),
  );
  return rows.map((row) => {
    const namespaceId = ownerNamespace(row.ownerId);
    const label = versionLabel(row);
    const end = row.stagedUntil === null ? '' : `; it is deleted on ${isoDay(row.stagedUntil)}`;
    const kind = row.kind === 'extractor' ? '' : ` --kind ${row.kind}`;
    const options = `${namespaceId === null ? '--org' : `--namespace ${namespaceId}`}${kind}`;
    const command = `slipway approve ${word(`${row.name}@${label}`)} --show ${options}`;
    return {
      key: row.id,
      severity: 'warn',
      title: `${row.name} ${label} waits for approval${end}`,
      namespaceId,
      subject: row.name,
      since: row.createdAt,
      action: { label: 'Review it', page: '/approvals', command },
      fingerprint: row.id,
    };
  });
}

export const approvalNeeds: NeedSource<Deps> = { kind: 'approval', scope: 'plugins:read', read };
