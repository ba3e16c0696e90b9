// Selects the calls that were added up by plugin, with the names by which metrics are labeled.
import { type SQL, sql } from 'drizzle-orm';
import { metrics } from '../contract/limits/traffic.ts';
import { qualified } from '../db/client.ts';
import { namespaces } from '../db/schema/access.ts';
import { plugins } from '../db/schema/registry.ts';
import { callTotals } from '../db/schema/traffic.ts';
import type { Deps } from '../deps.ts';

export function selectTotals({ db }: Pick<Deps, 'db'>) {
  const { namespaceId, pluginId } = callTotals;
  const ofNamespace = sql<
    string | null
  >`(select ${namespaces.organizationId} from ${namespaces} where ${namespaces.id} = ${namespaceId})`;
  const ofPlugin = (column: SQL) =>
    sql<string | null>`(select ${column} from ${plugins} where ${plugins.id} = ${pluginId})`;
  return db
    .select({
      namespaceId,
      pluginId,
      calls: callTotals.calls,
      errors: callTotals.errors,
      latencies: callTotals.latencies,
      durationMs: callTotals.durationMs,
      organizationId: qualified(ofNamespace).as('of_organization'),
      name: qualified(ofPlugin(sql`${plugins.name}`)).as('plugin_name'),
      kind: qualified(ofPlugin(sql`${plugins.kind}`)).as('plugin_kind'),
    })
    .from(callTotals)
    .limit(metrics.pluginsMax + 1);
}
