// Builds the SQL for how much an organization uses of each resource with a quota. Most amounts are in counters, which triggers maintain
// (decisions 46 and 124).
import { and, eq, isNull, type SQL, sql } from 'drizzle-orm';
import { alias } from 'drizzle-orm/sqlite-core';
import { byteCounters, type CountedResource, type QuotaResource } from '../contract/limits/quotas.ts';
import { dayAt } from '../contract/traffic.ts';
import type { NamespaceId, OrganizationId, PluginRowId } from '../core/ids.ts';
import { apiKeys, counters, namespaces } from '../db/schema/access.ts';
import { laterCallRows } from '../db/schema/calls.ts';
import { deployments, isScaled, logBudgets } from '../db/schema/deploy.ts';
import { modelUploads } from '../db/schema/models.ts';
import { runChunks, runs } from '../db/schema/runs.ts';

/** Returns SQL: how much of a resource an organization uses. */
export type Used = (organizationId: OrganizationId, now: number) => SQL<number>;

/** Builds SQL by resource: how much the organization uses. Counts plugins in the fullest namespace. Features add theirs. */
export const usedOf = {
  plugins_per_namespace: (
    id,
  ) => sql`(select coalesce(max(${counters.amount}), 0) from ${namespaces} cross join ${counters}
    on ${counters.scope} = ${namespaces.id} and ${counters.resource} = 'plugins'
    where ${namespaces.organizationId} = ${id} and ${namespaces.deletedAt} is null)`,
  stored_bytes: storedBytes,
  live_deployments: (id) => usedAmount(id, 'live_plugins'),
  instances: (id) => scaledInstances(id, 'max'),
  warm_instances: (id) => scaledInstances(id, 'min'),
  keys: (id, now) => sql`(${usedAmount(id, 'lasting_keys')} + (select count(*) from ${apiKeys}
    where ${apiKeys.organizationId} = ${id} and ${apiKeys.revokedAt} is null and ${apiKeys.expiresAt} is not null
      and ${apiKeys.expiresAt} > ${now} and ${apiKeys.kind} in ('service', 'personal')))`,
  namespaces: (id) => countOf(namespaces, id, isNull(namespaces.deletedAt)),
  model_uploads: (id) => countOf(modelUploads, id),
  log_bytes_per_day: dayBytes,
  parallel_runs: (id) => countOf(runChunks, id, sql`${runChunks.status} = 'running'`),
  parallel_later_calls: (id) => countOf(laterCallRows, id, sql`${laterCallRows.status} = 'running'`),
  // Literal conditions, to match the index.
  queued_later_calls: (id) =>
    countOf(
      laterCallRows,
      id,
      sql`${laterCallRows.status} = 'queued' and ${laterCallRows.priority} in ('normal', 'low')`,
    ),
  unfinished_runs: (id) => countOf(runs, id, isNull(runs.endedAt)),
} satisfies Partial<Record<QuotaResource, Used>>;

type Owned = typeof namespaces | typeof modelUploads | typeof runChunks | typeof laterCallRows | typeof runs;

function countOf(table: Owned, id: OrganizationId, condition?: SQL): SQL<number> {
  return sql`(select count(*) from ${table} where ${and(condition, eq(table.organizationId, id))})`;
}

/** SQL: the amount that triggers maintain in `counters`. */
export function usedAmount(scope: string | SQL, resource: CountedResource): SQL<number> {
  return sql<number>`coalesce((select ${counters.amount} from ${counters} where ${counters.scope} = ${scope} and ${counters.resource} = ${resource}), 0)`;
}

const counted = sql.raw(`(${byteCounters.map((counter) => `'${counter}'`).join(', ')})`);

/** SQL: SELECT of byte counters and their amounts. Results being written count through the reservations of their few chunks. */
function byteAmounts(organizationId: OrganizationId | SQL): SQL {
  const stored = sql`select ${counters.resource} as resource, ${counters.amount} as amount from ${counters}
    where ${counters.scope} = ${organizationId} and ${counters.resource} in ${counted}`;
  const reserved = sql`select 'run_bytes', coalesce(sum(writing.reserved_bytes), 0) from ${runChunks} writing
    where writing.status = 'running' and writing.organization_id = ${organizationId}`;
  return sql`${stored} union all ${reserved}`;
}

/** SQL: all of the organization's stored and reserved bytes. */
export function storedBytes(organizationId: OrganizationId | SQL): SQL<number> {
  return sql<number>`(select coalesce(sum(amount), 0) from (${byteAmounts(organizationId)}))`;
}

/** SQL: a JSON object with each byte counter's amount. */
export function bytesByCounter(organizationId: OrganizationId): SQL<string> {
  const sums = sql`select resource, sum(amount) as amount from (${byteAmounts(organizationId)}) group by resource`;
  return sql<string>`(select json_group_object(resource, amount) from (${sums}))`;
}

/** SQL: today's log bytes. Clocks differ, so bytes that another clock counted for the next day already count. */
export function dayBytes(organizationId: OrganizationId | SQL, now: number): SQL<number> {
  return sql<number>`(select coalesce(sum(${logBudgets.bytes}), 0) from ${logBudgets} where ${logBudgets.organizationId} = ${organizationId} and ${logBudgets.day} >= ${dayAt(now)})`;
}

const scaled = alias(deployments, 'scaled');

/** A plugin in a namespace. */
export interface Target {
  namespaceId: NamespaceId;
  pluginId: PluginRowId;
}

/** SQL: the number of instances that plugins may have, or keep awake. Uses the index of deployments that set it. */
export function scaledInstances(organizationId: OrganizationId, field: 'min' | 'max', except?: Target): SQL<number> {
  const { namespaceId, pluginId } = scaled;
  const others = except
    ? sql` and not (${namespaceId} = ${except.namespaceId} and ${pluginId} = ${except.pluginId})`
    : sql.empty();
  const most = sql`select max(${scaled.scaling} ->> ${sql.raw(`'$.${field}'`)}) as most from ${deployments} ${scaled}
    where ${isScaled(scaled)} and ${scaled.organizationId} = ${organizationId}${others} group by ${namespaceId}, ${pluginId}`;
  return sql<number>`(select coalesce(sum(most), 0) from (${most}))`;
}
