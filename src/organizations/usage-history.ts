// Reads what an organization used in the last months, by namespace or by plugin, with this month's forecast and limits.
import { and, eq, gte, inArray, type SQL, sql } from 'drizzle-orm';
import { type Actor, requireScope } from '../access/actor.ts';
import { type BudgetResource, costOf, monthAt, monthStart } from '../contract/budgets.ts';
import { budgetLimits } from '../contract/limits/quotas.ts';
import type { NamespaceId, PluginRowId } from '../core/ids.ts';
import { qualified, readTogether } from '../db/client.ts';
import { namespaces } from '../db/schema/access.ts';
import { storedMonths, usageMonths } from '../db/schema/budgets.ts';
import { plugins } from '../db/schema/registry.ts';
import type { Deps } from '../deps.ts';
import { budgetState, forecastAt, ownerOf, selectBudget } from './budgets.ts';
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
  total: Record<'calls' | 'instance_seconds', number> & {
    /** Null if they weren't recorded. */
    stored_bytes: number | null;
  };
  /** Groups by their cost in all of the months, the highest first. */
  groups: UsedGroup[];
}

export interface UsageHistory {
  /** Oldest first, with the months in which nothing was used. */
  months: UsedMonth[];
  forecast: UsedMonth['total'];
  limits: Record<BudgetResource, number | null>;
}

/**
 * Covers the namespaces that the actor can see, or one of them, in one D1 round trip. Budgets and stored bytes of all aren't shown to
 * keys of some.
 */
export async function readUsageHistory(
  { clock, db, prices }: Pick<Deps, 'db' | 'clock' | 'prices'>,
  actor: Actor,
  request: HistoryRequest,
): Promise<UsageHistory> {
  requireScope(actor, 'plugins:read');
  const { months, namespaceId } = request;
  const now = clock.now();
  const names = Array.from({ length: months }, (_, ago) => monthAt(monthStart(monthAt(now), ago + 1 - months)));
  const [first = monthAt(now)] = names;
  const owner = ownerOf(actor, namespaceId);
  const { bytes, month, organizationId } = storedMonths;
  const { groups, stored, ...spending } = await readTogether(db, {
    ...selectBudget(db, owner, now),
    groups: selectGroups({ db, prices }, actor, { ...request, first }),
    stored: db
      .select({ month, bytes })
      .from(storedMonths)
      .where(and(eq(organizationId, actor.organizationId), gte(month, first))),
  });
  const { usage } = budgetState(owner, spending, now);
  const seesScope = actor.namespaceIds === null || namespaceId !== undefined;
  const found = names.map((name) => {
    const recorded = namespaceId === undefined ? stored.find((one) => one.month === name)?.bytes : undefined;
    const bytes = name === monthAt(now) ? usage.stored_bytes.spent : recorded;
    const rows = groups.filter((row) => row.month === name);
    return toMonth(name, rows, (seesScope ? bytes : undefined) ?? null);
  });
  const { calls = 0, instance_seconds = 0, stored_bytes = null } = found.at(-1)?.total ?? {};
  const limitOf = (resource: BudgetResource) => (seesScope ? usage[resource].limit : null);
  return {
    months: found,
    forecast: { calls: forecastAt(calls, now), instance_seconds: forecastAt(instance_seconds, now), stored_bytes },
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

/** Selects the amounts of each month by group. Groups beyond the largest of all months are one. */
function selectGroups(
  { db, prices }: Pick<Deps, 'db' | 'prices'>,
  { namespaceIds, organizationId }: Actor,
  { first, group, namespaceId }: HistoryRequest & { first: string },
) {
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
  const nameIn = (table: typeof namespaces | typeof plugins, id: SQL) =>
    qualified(sql<string | null>`(select ${table.name} from ${table} where ${table.id} = ${id})`);
  const grouped = sql`(with used as (select ${usageMonths.month} as month, ${usageMonths.namespaceId} as namespace, ${plugin} as plugin,
      sum(${usageMonths.calls}) as calls, sum(${usageMonths.instanceMs}) as ms from ${usageMonths} where ${which} group by 1, 2, 3),
    places as (select namespace, plugin, row_number() over (order by ${cost} desc, namespace, plugin) as place from used group by 1, 2)
    select month, ${ifLarge(sql`namespace`)} as namespace_id, nullif(${ifLarge(sql`plugin`)}, '') as plugin_id, min(place) as place,
      sum(calls) as calls, sum(ms) as ms from used join places using (namespace, plugin) group by 1, 2, 3)`;
  return db
    .select({
      month: sql<string>`month`.as('month'),
      namespaceId: sql<NamespaceId | null>`namespace_id`.as('namespace_id'),
      pluginId: sql<PluginRowId | null>`plugin_id`.as('plugin_id'),
      calls: sql<number>`calls`.as('calls'),
      ms: sql<number>`ms`.as('ms'),
      namespace: nameIn(namespaces, sql`namespace_id`).as('namespace_name'),
      plugin: nameIn(plugins, sql`plugin_id`).as('plugin_name'),
    })
    .from(grouped)
    .orderBy(sql`month, place`);
}
