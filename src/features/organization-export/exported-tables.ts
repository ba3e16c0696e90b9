// Lists the tables in an organization's export: how their rows belong to the organization, their order, and omitted columns. Omits
// secrets, even encrypted ones, and their digests.
import type { SQL } from 'drizzle-orm';
import { getTableName, sql } from 'drizzle-orm';
import type { AnySQLiteColumn, SQLiteTable } from 'drizzle-orm/sqlite-core';
import { type Placed, placed } from '../../core/placed.ts';
import type { HeldTable, Holder, OwnedTable, SweptTable } from '../../db/owned-table.ts';
import { apiKeys, namespaces, organizations, quotas } from '../../db/schema/access.ts';
import { versionAdvisories } from '../../db/schema/advisories.ts';
import { dismissals } from '../../db/schema/attention.ts';
import { budgets, storedMonths, usageMonths } from '../../db/schema/budgets.ts';
import { callLimits } from '../../db/schema/call-limits.ts';
import { laterCallRows } from '../../db/schema/calls.ts';
import { deploymentStepRows, deployments, livePointers, promotions } from '../../db/schema/deploy.ts';
import { pluginLocks } from '../../db/schema/environments.ts';
import { pluginGrants } from '../../db/schema/grants.ts';
import { models, secrets } from '../../db/schema/models.ts';
import { scanPolicies, waivers } from '../../db/schema/policy.ts';
import { enabledPlugins, plugins, pluginVersions, uploads } from '../../db/schema/registry.ts';
import { releases } from '../../db/schema/releases.ts';
import { runs } from '../../db/schema/runs.ts';
import { callCounts, callTotals, pluginCallers, pluginDays } from '../../db/schema/traffic.ts';
import type { Deps } from '../../deps.ts';

export interface ExportedTable extends Pick<HeldTable, 'objects'> {
  table: SQLiteTable;
  holder: Holder;
  /** The column that names the holder. An index on it continues with the `order` columns, which are unique per holder. */
  column: AnySQLiteColumn;
  order: readonly AnySQLiteColumn[];
  where?: SQL;
  omitted?: readonly AnySQLiteColumn[];
  /** Rows of another table to include with each page; this column refers to the page's row IDs. */
  with?: AnySQLiteColumn;
}

const of = (holder: Holder, table: SQLiteTable, column: AnySQLiteColumn, ...order: AnySQLiteColumn[]) => ({
  holder,
  table,
  column,
  order,
});

const kernelTables: readonly ExportedTable[] = [
  of('organization', organizations, organizations.id, organizations.id),
  of('organization', quotas, quotas.organizationId, quotas.resource),
  { ...of('organization', apiKeys, apiKeys.organizationId, apiKeys.id), omitted: [apiKeys.hash, apiKeys.previousHash] },
  of('organization', namespaces, namespaces.organizationId, namespaces.id),
  of('organization', scanPolicies, scanPolicies.organizationId, scanPolicies.organizationId),
  of('organization', waivers, waivers.organizationId, waivers.id),
  of('organization', pluginGrants, pluginGrants.organizationId, pluginGrants.pluginId),
  of('organization', callLimits, callLimits.organizationId, callLimits.subjectId),
  of('owner', plugins, plugins.ownerId, plugins.kind, plugins.name),
  {
    ...of('organization', pluginVersions, pluginVersions.organizationId, pluginVersions.name, pluginVersions.id),
    where: sql`${pluginVersions.deletedAt} is null`,
    with: pluginLocks.versionId,
  },
  of(
    'organization',
    versionAdvisories,
    versionAdvisories.organizationId,
    versionAdvisories.versionId,
    versionAdvisories.advisoryId,
    versionAdvisories.purl,
  ),
  of('owner', uploads, uploads.ownerId, uploads.kind, uploads.name, uploads.id),
  of('namespace', enabledPlugins, enabledPlugins.namespaceId, enabledPlugins.versionId),
  {
    ...of('namespace', deployments, deployments.namespaceId, deployments.id),
    with: deploymentStepRows.deploymentId,
  },
  of('namespace', releases, releases.namespaceId, releases.id),
  of('namespace', promotions, promotions.namespaceId, promotions.pluginId, promotions.versionId),
  of('namespace', livePointers, livePointers.namespaceId, livePointers.subjectId),
  { ...of('namespace', secrets, secrets.namespaceId, secrets.name), omitted: [secrets.sealed] },
  of('namespace', models, models.namespaceId, models.name),
  of('organization', dismissals, dismissals.organizationId, dismissals.viewerId, dismissals.needId),
  of('organization', budgets, budgets.organizationId, budgets.scope, budgets.setBy),
  of(
    'organization',
    usageMonths,
    usageMonths.organizationId,
    usageMonths.month,
    usageMonths.namespaceId,
    usageMonths.pluginId,
  ),
  of('organization', storedMonths, storedMonths.organizationId, storedMonths.month),
  of('namespace', callTotals, callTotals.namespaceId, callTotals.pluginId),
  of('namespace', callCounts, callCounts.namespaceId, callCounts.pluginId, callCounts.at, callCounts.version),
  of('owner', pluginDays, pluginDays.ownerId, pluginDays.pluginId, pluginDays.day),
  of('namespace', pluginCallers, pluginCallers.namespaceId, pluginCallers.pluginId, pluginCallers.caller),
  of('namespace', runs, runs.namespaceId, runs.id),
  of('organization', laterCallRows, laterCallRows.organizationId, laterCallRows.id),
];

/** Returns the tables: rows after those that they refer to. Features' tables come last unless they say otherwise. */
export function exportedTables({ features }: Pick<Deps, 'features'>): readonly ExportedTable[] {
  const added = features.flatMap(({ owned = [], swept = [] }) => [
    ...owned.flatMap((one) => ('omittedBecause' in one ? [] : [exportOf(one, orderOf(one))])).reverse(),
    ...swept.map((one) => exportOf(one, one.order)).reverse(),
  ]);
  return placed<ExportedTable, ExportedTable & Placed>(kernelTables, added, ({ table }) => getTableName(table));
}

function orderOf(one: OwnedTable | SweptTable): readonly AnySQLiteColumn[] {
  return 'order' in one ? one.order : [one.table.id];
}

function exportOf(
  { after = '', column, holder, objects, omitted = [], table }: HeldTable,
  order: readonly AnySQLiteColumn[],
): ExportedTable & Placed {
  return { ...of(holder, table, column, ...order), omitted, after, ...(objects && { objects }) };
}

/** Returns tables that have rows of an organization but are omitted from its export, and why. */
export function notExported({ features }: Pick<Deps, 'features'>): Record<string, string> {
  const ofVersions = features.flatMap((feature) => feature.ofVersions ?? []);
  const owned = features.flatMap((feature) => feature.owned ?? []);
  const added = [...ofVersions, ...owned.filter((one) => 'omittedBecause' in one)].map(({ column, omittedBecause }) => [
    getTableName(column.table),
    omittedBecause,
  ]);
  return { ...kernelNotExported, ...Object.fromEntries(added) };
}

const kernelNotExported: Record<string, string> = {
  browser_sessions: 'digests of secrets',
  callback_secrets: 'secrets only',
  counters: 'counted from the exported rows',
  live_plugins: 'derived from the deployments',
  version_packages: 'derived from locks and builds',
  events: '`GET /v1/events/export` has them, with the seals that prove them',
  event_blocks: '`GET /v1/events/export` has them',
  event_archives: '`GET /v1/events/export` has them',
  log_budgets: 'bytes of one day',
  model_uploads: 'uploads in progress',
  outbox: 'messages that name rows by their IDs',
  dead_letters: 'messages that name rows by their IDs',
  rescans: 'positions of work in progress',
  run_chunks: 'progress of runs; their inputs and results are objects',
  scans: 'findings by content digest, shared by all organizations; linting the archive reproduces them',
};
