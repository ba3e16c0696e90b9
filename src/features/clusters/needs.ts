// Finds clusters that can't run plugins now, among those that the organization's plugins may run on. The fault's details are the operator's.
import { and, asc, gt, ne } from 'drizzle-orm';
import type { FoundNeed } from '../../contract/attention.ts';
import { needLimits } from '../../contract/limits/attention.ts';
import { isoDay } from '../../core/clock.ts';
import type { Deps } from '../../deps.ts';
import type { NeedSource, ViewerRead } from '../../points.ts';
import { isTrustedFor } from './clusters.ts';
import { clusters } from './tables.ts';

async function read({ db }: Pick<Deps, 'db'>, { organizationId, together }: ViewerRead): Promise<FoundNeed[]> {
  const { checkedAt, id, name, state } = clusters;
  const rows = await together(
    db
      .select({ id, name, state, checkedAt })
      .from(clusters)
      .where(and(gt(name, ''), ne(state, 'ready'), isTrustedFor(organizationId)))
      .orderBy(asc(name))
      .limit(needLimits.readOfKind),
  );
  return rows.map((row) => ({
    key: row.id,
    severity: 'bad',
    title: `The Ray cluster ${row.name} can't run plugins: ${row.state.replaceAll('-', ' ')}`,
    namespaceId: null,
    subject: row.name,
    since: row.checkedAt,
    action: { label: 'See the clusters', page: '/clusters', command: 'slipway api GET /v1/clusters' },
    // When the fault began isn't stored.
    fingerprint: `${row.state}.${isoDay(row.checkedAt)}`,
  }));
}

export const clusterNeeds: NeedSource<Deps> = { kind: 'cluster', scope: 'plugins:read', read };
