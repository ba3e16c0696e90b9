// Reads how much plugins were used by the day (UTC): all of a namespace's plugins in one query, or one plugin's days. The current hours
// are added from the hourly counts, which the sweep hasn't added up yet.
import { and, desc, eq, gte, type SQL, sql } from 'drizzle-orm';
import { z } from 'zod';
import { type Actor, requireScope } from '../access/actor.ts';
import { requireNamespace, selectNamespace, visibleTo } from '../access/visible-namespaces.ts';
import { traffic } from '../contract/limits/traffic.ts';
import type { PluginKind } from '../contract/states.ts';
import { dayAt, dayMs, stepStart } from '../contract/traffic.ts';
import type { NamespaceId, PluginRowId } from '../core/ids.ts';
import { qualified, readTogether } from '../db/client.ts';
import { namespaces } from '../db/schema/access.ts';
import { enabledPlugins, type OwnerId, plugins } from '../db/schema/registry.ts';
import { callCounts, pluginCallers, pluginDays } from '../db/schema/traffic.ts';
import type { Deps } from '../deps.ts';
import { absentPlugin } from '../registry/go/absent-plugin.ts';
import { pluginIdByName, selectPluginByName } from '../registry/versions/active-version.ts';
import { type CallCounters, type CountedCalls, unwrittenCalls } from './call-counters.ts';

type Db = Deps['db'];

/** A plugin's use in one day. */
export interface UsedDay {
  /** Days since 1970. */
  day: number;
  calls: number;
  callers: number;
  downloads: number;
}

/** A plugin's use as the sweep added it up. */
export interface PluginUse {
  pluginId: PluginRowId;
  /** Days with use, in any order: one for each place. */
  days: UsedDay[];
  /** Distinct callers of the last 30 days. */
  callers: number;
  calledAt: number | null;
}

/** A plugin's use in the last 30 days. */
export interface UseSum extends Omit<UsedDay, 'day'> {
  calledAt: number | null;
  /** Oldest first. The last number is for today. */
  callsByDay: number[];
}

const usedDays = z.array(
  z
    .tuple([z.int(), z.int(), z.int(), z.int()])
    .transform(([day, calls, callers, downloads]): UsedDay => ({ day, calls, callers, downloads })),
);

/** Returns where use counts that the actor can see: the namespace, and the organization's own downloads for keys of the whole of it. */
export function placesOf({ namespaceIds, organizationId }: Actor, namespaceId: NamespaceId): OwnerId[] {
  return namespaceIds === null ? [namespaceId, organizationId] : [namespaceId];
}

interface Asked {
  namespaceId: NamespaceId;
  places: readonly OwnerId[];
  /** SQL that selects the plugins. */
  pluginIds: SQL;
  /** Number of days, with today. */
  days?: number;
}

/** Selects the use of plugins in the last days: a row per plugin, day and place, and up to 1,000 callers of the last 30 days. */
export function selectUses(db: Db, { days = traffic.useDays, namespaceId, places, pluginIds }: Asked, today: number) {
  const { calls, callers, day, downloads } = pluginDays;
  const ofPlugin = sql`${pluginDays.pluginId} = ${plugins.id}`;
  const recent = sql`select 1 from ${pluginCallers} where ${pluginCallers.namespaceId} = ${namespaceId}
    and ${pluginCallers.pluginId} = ${plugins.id} and ${pluginCallers.lastDay} > ${today - traffic.useDays} limit ${traffic.callersRead}`;
  const counted = sql`(select json_group_array(json_array(${day}, ${calls}, ${callers}, ${downloads})) from ${pluginDays}
    where ${pluginDays.ownerId} in (select value from json_each(${JSON.stringify(places)})) and ${ofPlugin} and ${day} > ${today - days})`;
  const calledAt = sql<number | null>`(select ${pluginDays.calledAt} from ${pluginDays}
    where ${pluginDays.ownerId} = ${namespaceId} and ${ofPlugin} and ${pluginDays.calledAt} is not null order by ${day} desc limit 1)`;
  return db
    .select({
      pluginId: plugins.id,
      days: qualified(counted)
        .mapWith((text: string) => usedDays.parse(JSON.parse(text)))
        .as('use_days'),
      callers: qualified(sql<number>`(select count(*) from (${recent}))`).as('use_callers'),
      calledAt: qualified(calledAt).as('use_called_at'),
    })
    .from(plugins)
    .where(sql`${plugins.id} in ${pluginIds}`);
}

type Hour = Pick<CountedCalls, 'at' | 'calls'>;

/** Adds up the last 30 days, with hours that the sweep may not have counted yet. */
export function sumUse(use: PluginUse | undefined, hours: readonly Hour[], now: number): UseSum {
  const days = lastDays(use, hours, { count: traffic.useDays, today: dayAt(now) });
  return {
    calls: sumOf(days, 'calls'),
    callers: use?.callers ?? 0,
    downloads: sumOf(days, 'downloads'),
    calledAt: lastCalled(use?.calledAt, hours),
    callsByDay: days.map(({ calls }) => calls),
  };
}

/** Returns each of the last days, oldest first. The hours' first day may be incomplete. */
function lastDays(
  use: PluginUse | undefined,
  hours: readonly Hour[],
  { count, today }: { count: number; today: number },
): UsedDay[] {
  const counted = Map.groupBy(use?.days ?? [], ({ day }) => day);
  const recent = Map.groupBy(hours, ({ at }) => dayAt(at));
  return Array.from({ length: count }, (_, index) => {
    const day = today - count + 1 + index;
    const rows = counted.get(day) ?? [];
    const calls = Math.max(sumOf(rows, 'calls'), sumOf(recent.get(day) ?? [], 'calls'));
    return { day, calls, callers: sumOf(rows, 'callers'), downloads: sumOf(rows, 'downloads') };
  });
}

function sumOf<Column extends string>(rows: readonly Record<Column, number>[], column: Column): number {
  return rows.reduce((sum, row) => sum + row[column], 0);
}

function lastCalled(known: number | null | undefined, hours: readonly Hour[]): number | null {
  const times = hours.filter(({ calls }) => calls > 0).map(({ at }) => stepStart('hour', at));
  return Math.max(known ?? 0, ...times) || null;
}

/** One plugin's use by the day, with a row for each day. */
export interface PluginCounts extends Omit<PluginUse, 'pluginId'> {
  /** Namespaces that the actor can see and that own the plugin or have enabled it. */
  namespaces: number;
}

/** Counts a plugin's use in the last days, in one D1 round trip; 404 for a name without versions. */
export async function readPluginCounts(
  deps: Pick<Deps, 'db' | 'clock'> & { counters: CallCounters },
  actor: Actor,
  { days, kind, name, namespaceId }: { namespaceId: NamespaceId; name: string; kind: PluginKind; days: number },
): Promise<PluginCounts> {
  requireScope(actor, 'plugins:read');
  const { clock, counters, db } = deps;
  const today = dayAt(clock.now());
  const id = pluginIdByName(namespaceId, name, kind);
  const found = await readTogether(db, {
    namespaces: selectNamespace(db, actor, namespaceId),
    named: selectPluginByName(db, namespaceId, name, kind),
    uses: selectUses(db, { namespaceId, places: placesOf(actor, namespaceId), pluginIds: sql`(${id})`, days }, today),
    enabled: selectEnabled(db, actor, id),
    ...selectRecent(db, { namespaceId, id, today }),
  });
  requireNamespace(found.namespaces, namespaceId);
  const [plugin] = found.named;
  if (!plugin) throw await absentPlugin(deps, { ownerId: namespaceId, kind, name });
  const unwritten = unwrittenCalls(counters, namespaceId).filter(({ pluginId }) => pluginId === plugin.id);
  const hours = [...found.hours, ...unwritten];
  const [use] = found.uses;
  const callersToday = found.callers[0]?.count ?? 0;
  return {
    days: lastDays(use, hours, { count: days, today }).map((one) =>
      one.day === today ? { ...one, callers: Math.max(one.callers, callersToday) } : one,
    ),
    callers: use?.callers ?? 0,
    calledAt: lastCalled(use?.calledAt, hours),
    namespaces: (found.enabled[0]?.count ?? 0) + (plugin.ownerId === namespaceId ? 1 : 0),
  };
}

function selectEnabled(db: Db, actor: Actor, id: SQL<PluginRowId>) {
  const isEnabled = sql`exists (select 1 from ${enabledPlugins} where ${enabledPlugins.namespaceId} = ${namespaces.id} and ${enabledPlugins.pluginId} = ${id})`;
  return db
    .select({ count: sql<number>`count(*)` })
    .from(namespaces)
    .where(and(visibleTo(actor), isEnabled));
}

/** Selects what the sweep may not have added to the days: the hours since yesterday, and today's callers. */
function selectRecent(
  db: Db,
  { id, namespaceId, today }: { namespaceId: NamespaceId; id: SQL<PluginRowId>; today: number },
) {
  const inNamespace = (table: typeof callCounts | typeof pluginCallers) =>
    and(eq(table.namespaceId, namespaceId), eq(table.pluginId, id));
  return {
    hours: db
      .select({ at: callCounts.at, calls: callCounts.calls })
      .from(callCounts)
      .where(and(inNamespace(callCounts), gte(callCounts.at, (today - 1) * dayMs)))
      .orderBy(desc(callCounts.at))
      .limit(traffic.rowsRead.hour),
    callers: db
      .select({ count: sql<number>`count(*)` })
      .from(pluginCallers)
      .where(and(inNamespace(pluginCallers), gte(pluginCallers.lastDay, today))),
  };
}
