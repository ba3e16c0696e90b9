// Reads how often a plugin was called in the last hours, by version, and deletes what is older than its retention.
import { and, desc, gte, lt, type SQL, sql } from 'drizzle-orm';
import { type Actor, notFound, requireScope } from '../access/actor.ts';
import { requireNamespace, selectNamespace } from '../access/namespaces.ts';
import { traffic } from '../contract/limits/traffic.ts';
import { hourMs, sumOf } from '../contract/traffic.ts';
import type { NamespaceId, PluginRowId } from '../core/ids.ts';
import { readTogether } from '../db/client.ts';
import { plugins } from '../db/schema/registry.ts';
import { callHours } from '../db/schema/traffic.ts';
import type { Deps } from '../deps.ts';
import { absentPlugin } from '../registry/go/absent-plugin.ts';
import { type GoKind, homeNamespaceId, requireHomeNamespace, selectHomeNamespace } from '../registry/go/installs.ts';
import { pluginIdByName, selectPluginByName } from '../registry/versions/active-version.ts';
import { type CallCounters, type CountedHour, unwrittenHours } from './call-counters.ts';

export interface Traffic {
  namespaceId: NamespaceId;
  since: number;
  until: number;
  /** Newest first. */
  hours: Omit<CountedHour, 'namespaceId' | 'pluginId'>[];
  /** There are more rows than are read: the oldest hours are missing. */
  truncated: boolean;
}

type ReadDeps = Pick<Deps, 'db' | 'clock'> & { counters: CallCounters };

/** Counts the calls of an extractor. One D1 round trip; 404 for a name without versions. */
export async function trafficOf(
  deps: ReadDeps,
  actor: Actor,
  { namespaceId, name, hours }: { namespaceId: NamespaceId; name: string; hours: number },
): Promise<Traffic> {
  requireScope(actor, 'plugins:read');
  const period = periodOf(deps, hours);
  const { namespaces, named, rows } = await readTogether(deps.db, {
    namespaces: selectNamespace(deps.db, actor, namespaceId),
    named: selectPluginByName(deps.db, namespaceId, name),
    rows: selectHours(deps, sql`${namespaceId}`, pluginIdByName(namespaceId, name), period.since),
  });
  requireNamespace(namespaces, namespaceId);
  const [plugin] = named;
  if (!plugin) throw notFound('plugin', name);
  return joined(deps, { namespaceId, pluginId: plugin.id, rows, ...period });
}

/** Counts the calls of a Go plugin, which is in the organization's default namespace. */
export async function goTrafficOf(
  deps: ReadDeps,
  actor: Actor,
  { kind, name, hours }: { kind: GoKind; name: string; hours: number },
): Promise<Traffic> {
  requireScope(actor, 'plugins:read');
  const home = homeNamespaceId(actor);
  const installed = sql`${plugins.ownerId} = ${home} and ${plugins.kind} = ${kind} and ${plugins.name} = ${name} and ${plugins.activeVersionId} is not null`;
  const pluginId = sql<PluginRowId>`(select ${plugins.id} from ${plugins} where ${installed})`;
  const period = periodOf(deps, hours);
  const { homes, named, rows } = await readTogether(deps.db, {
    homes: selectHomeNamespace(deps.db, actor),
    named: deps.db.select({ id: plugins.id }).from(plugins).where(installed),
    rows: selectHours(deps, home, pluginId, period.since),
  });
  const namespaceId = requireHomeNamespace(homes, actor);
  const [plugin] = named;
  if (!plugin) throw await absentPlugin(deps, { ownerId: namespaceId, kind, name });
  return joined(deps, { namespaceId, pluginId: plugin.id, rows, ...period });
}

/** Whole hours, of which the last one is the current one. */
function periodOf({ clock }: ReadDeps, hours: number): { since: number; until: number } {
  const until = clock.now();
  return { since: (Math.floor(until / hourMs) + 1 - hours) * hourMs, until };
}

function selectHours({ db }: ReadDeps, namespaceId: SQL<NamespaceId>, pluginId: SQL<PluginRowId>, since: number) {
  const ofPlugin = sql`${callHours.namespaceId} = ${namespaceId} and ${callHours.pluginId} = ${pluginId}`;
  return db
    .select()
    .from(callHours)
    .where(and(ofPlugin, gte(callHours.hour, since)))
    .orderBy(desc(callHours.hour), desc(callHours.version))
    .limit(traffic.rowsRead + 1);
}

interface Found {
  namespaceId: NamespaceId;
  pluginId: PluginRowId;
  rows: CountedHour[];
  since: number;
  until: number;
}

/** Adds what this isolate has not written yet, so that a caller sees its own calls. */
function joined({ counters }: ReadDeps, { namespaceId, pluginId, rows, since, until }: Found): Traffic {
  const unwritten = unwrittenHours(counters, { namespaceId, pluginId });
  const all = [...rows.slice(0, traffic.rowsRead), ...unwritten.filter(({ hour }) => hour >= since)];
  const groups = Map.groupBy(all, ({ hour, version }) => `${hour}/${version}`);
  const hours = [...groups.values()].flatMap((group) => {
    const [first] = group;
    return first ? [{ hour: first.hour, version: first.version, ...sumOf(group) }] : [];
  });
  hours.sort((a, b) => b.hour - a.hour || (a.version < b.version ? 1 : -1));
  return { namespaceId, since, until, hours, truncated: rows.length > traffic.rowsRead };
}

/** Deletes the oldest counts, a limited number at a time. */
export async function sweepTraffic({ db, clock, retention }: Pick<Deps, 'db' | 'clock' | 'retention'>): Promise<void> {
  const rowId = sql.raw('rowid');
  const old = db
    .select({ id: sql<number>`${rowId}` })
    .from(callHours)
    .where(lt(callHours.hour, clock.now() - retention.trafficMs))
    .orderBy(callHours.hour)
    .limit(traffic.deletedAtOnce);
  await db.delete(callHours).where(sql`${rowId} in ${old}`);
}
