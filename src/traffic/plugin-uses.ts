// Reads how much plugins were used by the day (UTC): all of a namespace's plugins in one query, or one plugin's days. The current hours
// are added from the hourly counts, which the sweep hasn't added up yet.
import { and, desc, eq, gte, type SQL, sql } from 'drizzle-orm';
import { z } from 'zod';
import { type Actor, requireScope } from '../access/actor.ts';
import { requireNamespace, selectNamespace, visibleTo } from '../access/namespaces.ts';
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

/** A plugin's days in the table, as the sweep added them up. */
export interface PluginUse {
  pluginId: PluginRowId;
  /** Lists of day, calls and downloads. */
  days: number[][];
  callers: number;
  calledAt: number | null;
}

/** A plugin's use in the last 30 days. */
export interface UseSum {
  calls: number;
  callers: number;
  downloads: number;
  calledAt: number | null;
  /** Oldest first. The last number is for today. */
  callsByDay: number[];
}

const daysSchema = z.array(z.array(z.int()));

/** Returns where use counts that the actor can see: the namespace, and the organization's own downloads for keys of the whole of it. */
export function placesOf({ namespaceIds, organizationId }: Actor, namespaceId: NamespaceId): OwnerId[] {
  return namespaceIds === null ? [namespaceId, organizationId] : [namespaceId];
}

interface Asked {
  namespaceId: NamespaceId;
  places: readonly OwnerId[];
  /** SQL that selects the plugins. */
  pluginIds: SQL;
}

/** Selects the use of plugins in the last 30 days: 30 rows per plugin, and up to 1,000 callers. */
export function selectUses(db: Db, { namespaceId, places, pluginIds }: Asked, today: number) {
  const first = today - traffic.useDays + 1;
  const ofPlugin = sql`${pluginDays.pluginId} = ${plugins.id}`;
  const recent = sql`select 1 from ${pluginCallers} where ${pluginCallers.namespaceId} = ${namespaceId}
    and ${pluginCallers.pluginId} = ${plugins.id} and ${pluginCallers.lastDay} >= ${first} limit ${traffic.callersRead}`;
  const days = sql`(select json_group_array(json_array(${pluginDays.day}, ${pluginDays.calls}, ${pluginDays.downloads})) from ${pluginDays}
    where ${inPlaces(places)} and ${ofPlugin} and ${pluginDays.day} >= ${first})`;
  const calledAt = sql<number | null>`(select ${pluginDays.calledAt} from ${pluginDays}
    where ${pluginDays.ownerId} = ${namespaceId} and ${ofPlugin} and ${pluginDays.calledAt} is not null order by ${pluginDays.day} desc limit 1)`;
  return db
    .select({
      pluginId: plugins.id,
      days: qualified(days)
        .mapWith((text: string) => daysSchema.parse(JSON.parse(text)))
        .as('use_days'),
      callers: qualified(sql<number>`(select count(*) from (${recent}))`).as('use_callers'),
      calledAt: qualified(calledAt).as('use_called_at'),
    })
    .from(plugins)
    .where(sql`${plugins.id} in ${pluginIds}`);
}

function inPlaces(places: readonly OwnerId[]): SQL {
  return sql`${pluginDays.ownerId} in (select value from json_each(${JSON.stringify(places)}))`;
}

type Hour = Pick<CountedCalls, 'at' | 'calls'>;

/** Adds up the days and the last hours. */
export function sumUse(use: PluginUse | undefined, hours: readonly Hour[], now: number): UseSum {
  const { callers = 0, days = [] } = use ?? {};
  const today = dayAt(now);
  const recent = recentDays(hours);
  const callsByDay = Array.from({ length: traffic.useDays }, (_, index) => {
    const day = today - traffic.useDays + 1 + index;
    const counted = days.reduce((sum, [of, calls = 0]) => (of === day ? sum + calls : sum), 0);
    return Math.max(counted, recent.get(day) ?? 0);
  });
  return {
    calls: callsByDay.reduce((sum, calls) => sum + calls),
    callers,
    downloads: days.reduce((sum, [, , downloads = 0]) => sum + downloads, 0),
    calledAt: lastCalled(use?.calledAt, hours),
    callsByDay,
  };
}

/** Returns the calls by day in hours or minutes. The first day may be incomplete. */
function recentDays(hours: readonly Hour[]): Map<number, number> {
  const days = new Map<number, number>();
  for (const { at, calls } of hours) days.set(dayAt(at), (days.get(dayAt(at)) ?? 0) + calls);
  return days;
}

function lastCalled(known: number | null | undefined, hours: readonly Hour[]): number | null {
  const times = hours.filter(({ calls }) => calls > 0).map(({ at }) => stepStart('hour', at));
  return Math.max(known ?? 0, ...times) || null;
}

/** One plugin's use by the day, with a row for each day. */
export interface PluginCounts {
  /** Oldest first. */
  days: { day: number; calls: number; callers: number; downloads: number }[];
  /** Distinct callers of the last 30 days. */
  callers: number;
  calledAt: number | null;
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
  const first = today - days + 1;
  const id = pluginIdByName(namespaceId, name, kind);
  const {
    namespaces: seen,
    named,
    ...found
  } = await readTogether(db, {
    namespaces: selectNamespace(db, actor, namespaceId),
    named: selectPluginByName(db, namespaceId, name, kind),
    ...selectCounts(db, actor, { namespaceId, id, first, today }),
    uses: selectUses(db, { namespaceId, places: placesOf(actor, namespaceId), pluginIds: sql`(${id})` }, today),
  });
  requireNamespace(seen, namespaceId);
  const [plugin] = named;
  if (!plugin) throw await absentPlugin(deps, { ownerId: namespaceId, kind, name });
  const unwritten = unwrittenCalls(counters, namespaceId).filter(({ pluginId }) => pluginId === plugin.id);
  const hours = [...found.hours, ...unwritten];
  const recent = recentDays(hours);
  const [use] = found.uses;
  return {
    days: Array.from({ length: days }, (_, index) => {
      const day = first + index;
      const rows = found.days.filter((row) => row.day === day);
      const sumOf = (column: 'calls' | 'callers' | 'downloads') => rows.reduce((sum, row) => sum + row[column], 0);
      const callers = Math.max(sumOf('callers'), day === today ? (found.callers[0]?.today ?? 0) : 0);
      return { day, calls: Math.max(sumOf('calls'), recent.get(day) ?? 0), callers, downloads: sumOf('downloads') };
    }),
    callers: use?.callers ?? 0,
    calledAt: lastCalled(use?.calledAt, hours),
    namespaces: (found.enabled[0]?.count ?? 0) + (plugin.ownerId === namespaceId ? 1 : 0),
  };
}

interface OfPlugin {
  namespaceId: NamespaceId;
  id: SQL<PluginRowId>;
  first: number;
  today: number;
}

/** Selects the days, and what the sweep hasn't added to them: the hours since yesterday, and the callers of today. */
function selectCounts(db: Db, actor: Actor, { first, id, namespaceId, today }: OfPlugin) {
  const { calls, callers, day, downloads } = pluginDays;
  const isEnabled = sql`exists (select 1 from ${enabledPlugins} where ${enabledPlugins.namespaceId} = ${namespaces.id} and ${enabledPlugins.pluginId} = ${id})`;
  return {
    days: db
      .select({ day, calls, callers, downloads })
      .from(pluginDays)
      .where(and(inPlaces(placesOf(actor, namespaceId)), eq(pluginDays.pluginId, id), gte(day, first))),
    hours: db
      .select({ at: callCounts.at, calls: callCounts.calls })
      .from(callCounts)
      .where(
        and(
          eq(callCounts.namespaceId, namespaceId),
          eq(callCounts.pluginId, id),
          gte(callCounts.at, (today - 1) * dayMs),
        ),
      )
      .orderBy(desc(callCounts.at))
      .limit(traffic.rowsRead.hour),
    callers: db
      .select({ today: sql<number>`count(*)` })
      .from(pluginCallers)
      .where(
        and(
          eq(pluginCallers.namespaceId, namespaceId),
          eq(pluginCallers.pluginId, id),
          gte(pluginCallers.lastDay, today),
        ),
      ),
    enabled: db
      .select({ count: sql<number>`count(*)` })
      .from(namespaces)
      .where(and(visibleTo(actor), isEnabled)),
  };
}
