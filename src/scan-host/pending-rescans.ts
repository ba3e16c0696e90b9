// Queries versions that need a new evaluation: those whose verdict is missing or from an older policy, and those after a rescan's
// cursor.
import { and, eq, is, isNull, lt, ne, SQL, sql } from 'drizzle-orm';
import { parseVersionSlug } from '../contract/plugin/manifest.ts';
import type { OrganizationId } from '../core/ids.ts';
import { insertWhere, type Statement } from '../db/client.ts';
import { rescans } from '../db/schema/policy.ts';
import { pluginVersions } from '../db/schema/registry.ts';
import type { Deps } from '../deps.ts';
import { enqueue, type OutboxMessage, outboxMessage } from '../events/outbox.ts';
import { usedAmount } from '../limits/amounts.ts';

/** SQL over rows of plugin_versions: a waiver for `plugin` covers the version; if `plugin` is undefined, it covers every version. */
export function isCovered(organizationId: OrganizationId, plugin: string | undefined): SQL | undefined {
  const { deletedAt, major, minor, name, patch } = pluginVersions;
  const own = and(
    eq(pluginVersions.organizationId, organizationId),
    isNull(deletedAt),
    ne(pluginVersions.kind, 'agent'),
  );
  if (plugin === undefined) return own;
  const slug = parseVersionSlug(plugin);
  const names = sql.join([sql`${plugin}`, ...(slug ? [sql`${slug.name}`] : [])], sql`, `);
  const covers = sql`${plugin} in (${name}, ${name} || '_' || ${major} || '_' || ${minor} || '_' || ${patch})`;
  return and(own, sql`${name} in (${names})`, covers);
}

/**
 * Returns statements that request a new evaluation of an organization's versions, or of those that a waiver for `plugin` covers, and
 * enqueue the work. They write one row, if `condition` holds and at least one version is covered (not checked if only SQL knows the
 * plugin). The caller sends the message after the batch.
 */
export function requestReevaluation(
  deps: Pick<Deps, 'db' | 'clock' | 'ids'>,
  organizationId: OrganizationId,
  plugin: string | SQL<string> | undefined,
  condition: SQL,
): { message: OutboxMessage; statements: [Statement, Statement] } {
  const message = outboxMessage(deps, 'scans', { v: 1, type: 'rescan', id: organizationId });
  const covers = is(plugin, SQL)
    ? sql`true`
    : sql`exists (select 1 from ${pluginVersions} where ${isCovered(organizationId, plugin)})`;
  const affects = sql`${covers} and ${condition}`;
  const remaining = plugin === undefined ? usedAmount(organizationId, 'versions') : sql<number>`1`;
  const row = { organizationId, plugin: plugin ?? '', afterName: '', afterId: '', remaining };
  const restart = sql`on conflict do update set after_name = '', after_id = '', remaining = excluded.remaining`;
  return {
    message,
    statements: [insertWhere(deps.db, rescans, row, affects, restart), enqueue(deps, message, affects)],
  };
}

/** SQL over rows of plugin_versions: the verdict is missing or from an older policy. Agent plugins have no source to scan. */
export function isOutdated({ policyVersion }: Pick<Deps, 'policyVersion'>): SQL | undefined {
  return and(
    isNull(pluginVersions.deletedAt),
    ne(pluginVersions.kind, 'agent'),
    lt(pluginVersions.evaluatedPolicy, Number(policyVersion)),
  );
}

/**
 * SQL: the ID of the organization's next outdated version that no worker holds. Versions never claimed come first, then those with an
 * expired lease. Each query follows an index.
 */
export function nextToEvaluate(deps: Pick<Deps, 'clock' | 'policyVersion'>, organizationId: OrganizationId | SQL): SQL {
  const { evaluatedPolicy, evaluationLeaseUntil, id } = pluginVersions;
  const own = and(sql`${pluginVersions.organizationId} = ${organizationId}`, isOutdated(deps));
  const unclaimed = sql`select ${id} from ${pluginVersions} where ${own} and ${evaluationLeaseUntil} is null order by ${evaluatedPolicy} limit 1`;
  const expired = sql`select ${id} from ${pluginVersions} where ${own} and ${evaluationLeaseUntil} is not null and ${evaluationLeaseUntil} <= ${deps.clock.now()}
    order by ${evaluationLeaseUntil} limit 1`;
  return sql`coalesce((${unclaimed}), (${expired}))`;
}

/** Counts, for a batch, the organization's versions that need to be evaluated. */
export function countPendingEvaluations(deps: Pick<Deps, 'db' | 'policyVersion'>, organizationId: OrganizationId) {
  const { evaluationLeaseUntil } = pluginVersions;
  const own = and(eq(pluginVersions.organizationId, organizationId), isOutdated(deps));
  const marked = sql`(select count(*) from ${pluginVersions} where ${own} and ${evaluationLeaseUntil} is null)
    + (select count(*) from ${pluginVersions} where ${own} and ${evaluationLeaseUntil} is not null)`;
  const behind = sql`(select coalesce(sum(${rescans.remaining}), 0) from ${rescans} where ${rescans.organizationId} = ${organizationId})`;
  return deps.db
    .select({ count: sql<number>`min(${usedAmount(organizationId, 'versions')}, ${marked} + ${behind})` })
    .from(sql`(select 1)`);
}
