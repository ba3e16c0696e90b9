// Finds versions that the operator has quarantined.
import { and, desc, eq, isNull, sql } from 'drizzle-orm';
import { ownerNamespace } from '../access/owners.ts';
import type { FoundNeed } from '../contract/attention.ts';
import { needLimits } from '../contract/limits/attention.ts';
import { word } from '../core/shell.ts';
import { pluginVersions } from '../db/schema/registry.ts';
import type { Deps } from '../deps.ts';
import type { NeedSource, ViewerRead } from '../points.ts';
import { versionLabel } from '../registry/versions/versions.ts';
import { labelColumns, pluginPage } from './places.ts';

async function read({ db }: Pick<Deps, 'db'>, { organizationId, owners, together }: ViewerRead): Promise<FoundNeed[]> {
  const { deletedAt, id, ownerId, quarantined } = pluginVersions;
  const rows = await together(
    db
      .select({ id, ownerId, quarantined, ...labelColumns })
      .from(pluginVersions)
      .where(
        and(
          // Literal, to match the index.
          sql`${quarantined} is not null`,
          eq(pluginVersions.organizationId, organizationId),
          isNull(deletedAt),
          sql`${ownerId} in ${owners}`,
        ),
      )
      .orderBy(desc(id))
      .limit(needLimits.readOfKind),
  );
  return rows.flatMap(({ quarantined: quarantine, ...row }) => {
    if (quarantine === null) return [];
    const namespaceId = ownerNamespace(row.ownerId);
    const label = versionLabel(row);
    const options = `${namespaceId === null ? '--org' : `--namespace ${namespaceId}`}${row.kind === 'extractor' ? '' : ` --kind ${row.kind}`}`;
    return {
      key: row.id,
      severity: 'bad',
      title: `${row.name} ${label} is quarantined by the operator: ${quarantine.reason}`,
      namespaceId,
      subject: row.name,
      since: quarantine.at,
      action: {
        label: 'See how to object',
        page: namespaceId === null ? '/events?type=version.quarantined' : versionPage({ ...row, namespaceId }, label),
        command: `slipway show ${word(`${row.name}@${label}`)} ${options}`,
      },
      fingerprint: `${row.id}.${quarantine.at}`,
    };
  });
}

function versionPage(row: Parameters<typeof pluginPage>[0], label: string): string {
  return row.kind === 'extractor' ? `${pluginPage(row)}/versions/${label}` : pluginPage(row);
}

export const quarantineNeeds: NeedSource<Deps> = { kind: 'quarantined', scope: 'plugins:read', read };
