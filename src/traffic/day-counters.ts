// Counts callers and downloads of plugins in the isolate's memory. A batch that writes calls takes them along. A caller is written once per
// plugin, day and isolate; writing it again changes nothing.
import { sql } from 'drizzle-orm';
import { traffic } from '../contract/limits/traffic.ts';
import { dayAt } from '../contract/traffic.ts';
import type { NamespaceId, PluginRowId } from '../core/ids.ts';
import type { Statement } from '../db/client.ts';
import { namespaces } from '../db/schema/access.ts';
import type { OwnerId } from '../db/schema/registry.ts';
import { pluginCallers, pluginDays } from '../db/schema/traffic.ts';
import type { Deps } from '../deps.ts';

interface Caller {
  namespaceId: NamespaceId;
  pluginId: PluginRowId;
  caller: string;
  day: number;
}

interface Downloads {
  ownerId: OwnerId;
  pluginId: PluginRowId;
  day: number;
  downloads: number;
}

export interface DayCounters {
  /** Keys of the callers that are written, or will be. */
  known: Set<string>;
  callers: Map<string, Caller>;
  downloads: Map<string, Downloads>;
}

/** Callers and downloads that a batch writes, by their keys in the counters. */
export interface TakenDays {
  callers: [string, Caller][];
  downloads: [string, Downloads][];
}

export function dayCounters(): DayCounters {
  return { known: new Set(), callers: new Map(), downloads: new Map() };
}

export function countCaller(
  { callers, known }: DayCounters,
  { at, caller, namespaceId, pluginId }: Omit<Caller, 'day'> & { at: number },
): void {
  const day = dayAt(at);
  const key = `${namespaceId}/${pluginId}/${day}/${caller}`;
  if (known.has(key) || callers.size >= traffic.callersKnown) return;
  if (known.size >= traffic.callersKnown) known.clear();
  known.add(key);
  callers.set(key, { namespaceId, pluginId, caller, day });
}

export function countDownload(
  { downloads }: DayCounters,
  { at, ownerId, pluginId }: Pick<Downloads, 'ownerId' | 'pluginId'> & { at: number },
): void {
  const day = dayAt(at);
  const key = `${ownerId}/${pluginId}/${day}`;
  const before = downloads.get(key)?.downloads ?? 0;
  if (before === 0 && downloads.size >= traffic.minutesKept) return;
  downloads.set(key, { ownerId, pluginId, day, downloads: before + 1 });
}

/** Takes out what one batch can write. */
export function takeDays({ callers, downloads }: DayCounters): TakenDays {
  const taken = {
    callers: [...callers].slice(0, traffic.callersAtOnce),
    downloads: [...downloads].slice(0, traffic.downloadsAtOnce),
  };
  for (const [key] of taken.callers) callers.delete(key);
  for (const [key] of taken.downloads) downloads.delete(key);
  return taken;
}

/** Forgets callers that may not be written, so that their next call writes them. */
export function forgetCallers({ known }: DayCounters, { callers }: TakenDays): void {
  for (const [key] of callers) known.delete(key);
}

/** Builds the statements that write them: one for all callers, and one for each plugin with downloads. */
export function addDays(db: Deps['db'], { callers, downloads }: TakenDays): Statement[] {
  return [
    ...(callers.length === 0 ? [] : [addCallers(db, callers)]),
    ...downloads.map(([, counted]) =>
      db
        .insert(pluginDays)
        .values({ ...counted, calls: 0, callers: 0, calledAt: null })
        .onConflictDoUpdate({
          target: [pluginDays.ownerId, pluginDays.pluginId, pluginDays.day],
          set: { downloads: sql`${pluginDays.downloads} + excluded.downloads` },
        }),
    ),
  ];
}

/** Bits of the days in which a caller is remembered. */
const dayBits = 2 ** (traffic.useDays + 1) - 1;

/** Sets the bits of days. Writes nothing where they are set already. */
function addCallers(db: Deps['db'], callers: TakenDays['callers']): Statement {
  const sent = JSON.stringify(
    callers.map(([, { caller, day, namespaceId, pluginId }]) => [namespaceId, pluginId, caller, day]),
  );
  const last = sql`max(last_day, excluded.last_day)`;
  return db.insert(pluginCallers).select(
    sql`select value ->> 0, value ->> 1, value ->> 2, value ->> 3, 1 from json_each(${sent})
      where exists (select 1 from ${namespaces} where ${namespaces.id} = value ->> 0 and ${namespaces.deletedAt} is null)
      on conflict do update set
      days = ((days << (${last} - last_day)) | (1 << (${last} - excluded.last_day))) & ${dayBits}, last_day = ${last}
      where last_day < excluded.last_day or not (days >> (last_day - excluded.last_day)) & 1`,
  );
}
