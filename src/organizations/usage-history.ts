// Reads what an organization used in the last months, by namespace or by plugin, with this month's forecast and limits.
import { and, eq, gte, inArray, type SQL, sql } from 'drizzle-orm';
import { type Actor, requireScope } from '../access/actor.ts';
import { type BudgetResource, costOf, monthAt, monthStart } from '../contract/budgets.ts';
import { budgetLimits } from '../contract/limits/quotas.ts';
import type { NamespaceId, PluginRowId } from '../core/ids.ts';
import { namespaces } from '../db/schema/access.ts';
import { storedMonths, usageMonths } from '../db/schema/budgets.ts';
import { plugins } from '../db/schema/registry.ts';
import type { Deps } from '../deps.ts';
import { forecastAt, readBudget } from './budgets.ts';
import { unpriced } from './usage.ts';

export const usageGroups = ['namespace', 'plugin'] as const;

export interface HistoryRequest {
  months: number;
  group: (typeof usageGroups)[number];
  namespaceId?: NamespaceId | undefined;
}

interface GroupRow {
  month: string;
  /** Null for the rest, which isn't among the largest. */
  namespaceId: NamespaceId | null;
  /** Null for the rest, and if groups are namespaces. */
  pluginId: PluginRowId | null;
  /** Null once it is removed. */
  namespace: string | null;
  plugin: string | null;
  calls: number;
  ms: number;
}

export interface UsedGroup extends Omit<GroupRow, 'month' | 'ms'> {
  seconds: number;
}

export interface UsedMonth {
  month: string;
  /** Null for stored bytes that weren't recorded. */
  total: Record<BudgetResource, number | null>;
  /** Groups by their cost in all of the months, the highest first. */
  groups: UsedGroup[];
}

export interface UsageHistory {
  /** Oldest first, with the months in which nothing was used. */
  months: UsedMonth[];
  forecast: Record<BudgetResource, number | null>;
  limits: Record<BudgetResource, number | null>;
}

/** Covers the namespaces that the actor can see, or one of them. Budgets and stored bytes of all aren't shown to keys of some. */
export async function readUsageHistory(
  deps: Pick<Deps, 'db' | 'clock' | 'prices'>,
  actor: Actor,
  request: HistoryRequest,
): Promise<UsageHistory> {
  requireScope(actor, 'plugins:read');
  const { clock, db } = deps;
  const { months, namespaceId } = request;
  const seesScope = actor.namespaceIds === null || namespaceId !== undefined;
  const budget = seesScope ? await readBudget(deps, actor, namespaceId) : undefined;
  const current = monthAt(clock.now());
  const names = Array.from({ length: months }, (_, index) => monthAt(monthStart(current, index + 1 - months)));
  const first = names[0] ?? current;
  const rows = await db.all<GroupRow>(selectGroups(deps, actor, { ...request, first }));
  const { bytes, month, organizationId } = storedMonths;
  const stored =
    actor.namespaceIds === null && namespaceId === undefined
      ? await db
          .select({ month, bytes })
          .from(storedMonths)
          .where(and(eq(organizationId, actor.organizationId), gte(month, first)))
      : [];
  const found = names.map((name) => {
    const known = stored.find((one) => one.month === name)?.bytes ?? null;
    const bytes = name === current && budget ? budget.spent.stored_bytes : known;
    return toMonth(
      name,
      rows.filter((row) => row.month === name),
      bytes,
    );
  });
  const { calls = 0, instance_seconds = 0, stored_bytes = null } = found.at(-1)?.total ?? {};
  const grown = (amount: number | null) => forecastAt(amount ?? 0, clock.now());
  const limitOf = (resource: BudgetResource) => budget?.usage[resource].limit ?? null;
  return {
    months: found,
    forecast: { calls: grown(calls), instance_seconds: grown(instance_seconds), stored_bytes },
    limits: {
      calls: limitOf('calls'),
      instance_seconds: limitOf('instance_seconds'),
      stored_bytes: limitOf('stored_bytes'),
    },
  };
}

function toMonth(month: string, rows: readonly GroupRow[], stored_bytes: number | null): UsedMonth {
  const sumOf = (amount: 'calls' | 'ms') => rows.reduce((sum, row) => sum + row[amount], 0);
  return {
    month,
    total: { calls: sumOf('calls'), instance_seconds: Math.floor(sumOf('ms') / 1000), stored_bytes },
    groups: rows.map(({ month: _, ms, ...group }) => ({ ...group, seconds: Math.floor(ms / 1000) })),
  };
}

/** SQL: the amounts of each month by group. Groups beyond the largest of all months are one. */
function selectGroups(
  { prices }: Pick<Deps, 'prices'>,
  { namespaceIds, organizationId }: Actor,
  { first, group, namespaceId }: HistoryRequest & { first: string },
): SQL {
  const which = and(
    eq(usageMonths.organizationId, organizationId),
    gte(usageMonths.month, first),
    namespaceIds === null ? undefined : inArray(usageMonths.namespaceId, [...namespaceIds]),
    namespaceId === undefined ? undefined : eq(usageMonths.namespaceId, namespaceId),
  );
  const perMs = costOf(prices ?? unpriced, { instance_seconds: 1 }) / 1000;
  const cost = sql`sum(ms) * ${perMs} + sum(calls) * ${costOf(prices ?? unpriced, { calls: 1 })}`;
  const plugin = group === 'plugin' ? sql`${usageMonths.pluginId}` : sql`''`;
  const ifLarge = (value: SQL) => sql`iif(place <= ${budgetLimits.groupsListed}, ${value}, null)`;
  const nameOf = (table: typeof namespaces | typeof plugins, id: SQL) =>
    sql`(select ${table.name} from ${table} where ${table.id} = ${id})`;
  return sql`with used as (select ${usageMonths.month} as month, ${usageMonths.namespaceId} as namespace, ${plugin} as plugin,
      sum(${usageMonths.calls}) as calls, sum(${usageMonths.instanceMs}) as ms from ${usageMonths} where ${which} group by 1, 2, 3),
    places as (select namespace, plugin, row_number() over (order by ${cost} desc, namespace, plugin) as place from used group by 1, 2),
    grouped as (select month, ${ifLarge(sql`namespace`)} as namespace_id, ${ifLarge(sql`plugin`)} as plugin_id, min(place) as place,
      sum(calls) as calls, sum(ms) as ms from used join places using (namespace, plugin) group by 1, 2, 3)
    select month, namespace_id as "namespaceId", nullif(plugin_id, '') as "pluginId", calls, ms,
      ${nameOf(namespaces, sql`namespace_id`)} as namespace, ${nameOf(plugins, sql`plugin_id`)} as plugin
    from grouped order by month, place`;
}
