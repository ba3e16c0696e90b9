// Lists an organization's usage of one month by plugin, what costs most first.
import { and, desc, eq, inArray, type SQL, sql } from 'drizzle-orm';
import { type Actor, requireScope } from '../access/actor.ts';
import { costOf, monthAt } from '../contract/budgets.ts';
import { budgetLimits } from '../contract/limits/quotas.ts';
import { qualified, readTogether } from '../db/client.ts';
import { namespaces } from '../db/schema/access.ts';
import { usageMonths } from '../db/schema/budgets.ts';
import { plugins } from '../db/schema/registry.ts';
import type { Deps } from '../deps.ts';
import { storedBytes } from '../limits/amounts.ts';

/** Lists the plugins in the namespaces that the actor can see. Names are null once the plugin or namespace is removed. */
export async function listUsage(
  { clock, db, prices }: Pick<Deps, 'db' | 'clock' | 'prices'>,
  actor: Actor,
  asked?: string,
) {
  requireScope(actor, 'plugins:read');
  const { organizationId, namespaceIds } = actor;
  const month = asked ?? monthAt(clock.now());
  const { calls, instanceMs, namespaceId, pluginId } = usageMonths;
  const which = and(
    eq(usageMonths.organizationId, organizationId),
    eq(usageMonths.month, month),
    namespaceIds === null ? undefined : inArray(namespaceId, [...namespaceIds]),
  );
  const nameIn = (table: typeof namespaces | typeof plugins, id: SQL) =>
    qualified(sql<string | null>`(select ${table.name} from ${table} where ${table.id} = ${id})`);
  const perMs = costOf(prices ?? unpriced, { instance_seconds: 1 }) / 1000;
  const cost = sql`${instanceMs} * ${perMs} + ${calls} * ${costOf(prices ?? unpriced, { calls: 1 })}`;
  const seconds = sql<number>`coalesce(sum(${instanceMs}), 0) / 1000`;
  const found = await readTogether(db, {
    plugins: db
      .select({
        namespaceId,
        pluginId,
        calls,
        instanceSeconds: sql<number>`${instanceMs} / 1000`,
        namespace: nameIn(namespaces, sql`${namespaceId}`).as('namespace_name'),
        plugin: nameIn(plugins, sql`${pluginId}`).as('plugin_name'),
      })
      .from(usageMonths)
      .where(which)
      .orderBy(desc(cost), pluginId)
      .limit(budgetLimits.pluginsListed),
    total: db
      .select({ calls: sql<number>`coalesce(sum(${calls}), 0)`, seconds })
      .from(usageMonths)
      .where(which),
    stored: db.select({ bytes: qualified(storedBytes(organizationId)) }).from(sql`(select 1)`),
  });
  const isNow = month === monthAt(clock.now()) && namespaceIds === null;
  return {
    month,
    plugins: found.plugins,
    total: found.total[0] ?? { calls: 0, seconds: 0 },
    storedBytes: isNow ? (found.stored[0]?.bytes ?? 0) : null,
  };
}

/** Without prices, an instance hour counts like a million calls. */
export const unpriced = { currency: '', per_million_calls: 1, per_instance_hour: 1, per_gb_month: 0 };
