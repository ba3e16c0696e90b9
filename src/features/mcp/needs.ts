// Finds proposals for sets of tools that wait for approval.
import { and, desc, sql } from 'drizzle-orm';
import type { FoundNeed } from '../../contract/attention.ts';
import { needLimits } from '../../contract/limits/attention.ts';
import { word } from '../../core/shell.ts';
import type { Deps } from '../../deps.ts';
import type { NeedSource, ViewerRead } from '../../points.ts';
import { toolSets } from './tables.ts';

async function read({ db }: Pick<Deps, 'db'>, { owners, together }: ViewerRead): Promise<FoundNeed[]> {
  const { id, name, namespaceId, proposal, updatedAt } = toolSets;
  const rows = await together(
    db
      .select({ id, name, namespaceId, since: updatedAt, sha256: sql<string>`${proposal} ->> '$.sha256'` })
      .from(toolSets)
      .where(and(sql`${namespaceId} in ${owners}`, sql`${proposal} is not null`))
      .orderBy(desc(updatedAt))
      .limit(needLimits.readOfKind),
  );
  return rows.map((row) => ({
    key: row.id,
    severity: 'warn',
    title: `What is proposed for the tool set ${row.name} waits for approval`,
    namespaceId: row.namespaceId,
    subject: row.name,
    since: row.since,
    action: {
      label: 'Review it',
      page: `/n/${row.namespaceId}/tools`,
      command: `slipway tools show ${word(row.name)} --namespace ${row.namespaceId}`,
    },
    fingerprint: row.sha256,
  }));
}

export const proposalNeeds: NeedSource<Deps> = { kind: 'tool-set', scope: 'plugins:read', read };
