// Reads a plugin's calls in the last hours, by version and by hour or minute, with the changes to its traffic in that time.
import { and, desc, gte, type SQL, sql } from 'drizzle-orm';
import { type Actor, requireScope } from '../access/actor.ts';
import { requireNamespace, selectNamespace } from '../access/visible-namespaces.ts';
import { traffic } from '../contract/limits/traffic.ts';
import type { PluginKind } from '../contract/states.ts';
import { type CountStep, countFromNumbers, stepMs, stepStart } from '../contract/traffic.ts';
import type { NamespaceId, PluginRowId } from '../core/ids.ts';
import { Problem } from '../core/problem.ts';
import { readTogether } from '../db/client.ts';
import { callCounts, hourColumns } from '../db/schema/traffic.ts';
import type { Deps } from '../deps.ts';
import { absentPlugin } from '../registry/go/absent-plugin.ts';
import { pluginIdByName, selectPluginByName } from '../registry/versions/active-version.ts';
import { type CallCounters, type CountedCalls, countsBy, unwrittenCalls } from './call-counters.ts';
import { type Mark, type RecordedMarks, selectMarks, toMarks } from './marks.ts';

/** A number of hours that ends with the current one, counted per hour or minute. */
export interface Period {
  hours?: number | undefined;
  step: CountStep;
}

export interface Traffic {
  namespaceId: NamespaceId;
  since: number;
  until: number;
  step: CountStep;
  /** Newest first. */
  counts: Omit<CountedCalls, 'namespaceId' | 'pluginId'>[];
  /** True if there are more rows than are read, so that the oldest ones are missing. */
  truncated: boolean;
  /** Newest first. */
  marks: Mark[];
}

type ReadDeps = Pick<Deps, 'db' | 'clock'> & { counters: CallCounters };

/** Counts a plugin's calls, in one D1 round trip; 404 for a name without versions. */
export async function readTraffic(
  deps: ReadDeps,
  actor: Actor,
  { namespaceId, name, kind, ...asked }: Period & { namespaceId: NamespaceId; name: string; kind: PluginKind },
): Promise<Traffic> {
  requireScope(actor, 'plugins:read');
  const period = periodOf(deps, asked);
  const { namespaces, named, ...found } = await readTogether(deps.db, {
    namespaces: selectNamespace(deps.db, actor, namespaceId),
    named: selectPluginByName(deps.db, namespaceId, name, kind),
    ...selectTraffic(deps, sql`${namespaceId}`, pluginIdByName(namespaceId, name, kind), period),
  });
  requireNamespace(namespaces, namespaceId);
  const [plugin] = named;
  if (!plugin) throw await absentPlugin(deps, { ownerId: namespaceId, kind, name });
  return joined(deps, { namespaceId, pluginId: plugin.id, ...found }, period);
}

interface ReadPeriod {
  step: CountStep;
  since: number;
  until: number;
}

function periodOf({ clock }: ReadDeps, { step, hours = traffic.hoursDefault[step] }: Period): ReadPeriod {
  const most = traffic.hoursMax[step];
  if (hours > most) {
    const message = `Must be at most ${most} for counts by the ${step}`;
    throw new Problem('invalid-request', message, {
      fields: [{ path: ['query', 'hours'], message, type: 'too_big' }],
    });
  }
  const until = clock.now();
  return { step, since: stepStart(step, until) + stepMs[step] - hours * stepMs.hour, until };
}

function selectTraffic(
  { db }: ReadDeps,
  namespaceId: SQL<NamespaceId>,
  pluginId: SQL<PluginRowId>,
  period: ReadPeriod,
) {
  const { since, step } = period;
  const ofPlugin = sql`${callCounts.namespaceId} = ${namespaceId} and ${callCounts.pluginId} = ${pluginId}`;
  return {
    rows: db
      .select({ ...hourColumns, minutes: step === 'minute' ? callCounts.minutes : sql<null>`null` })
      .from(callCounts)
      .where(and(ofPlugin, gte(callCounts.at, stepStart('hour', since))))
      .orderBy(desc(callCounts.at), desc(callCounts.version))
      .limit(traffic.rowsRead[step] + 1),
    ...selectMarks(db, namespaceId, pluginId, since),
  };
}

interface Found extends RecordedMarks {
  namespaceId: NamespaceId;
  pluginId: PluginRowId;
  rows: (CountedCalls & { minutes: typeof callCounts.$inferSelect.minutes | null })[];
}

/** Adds this isolate's unwritten counts, so that callers see their own calls. */
function joined({ counters }: ReadDeps, found: Found, { step, since, until }: ReadPeriod): Traffic {
  const { namespaceId, pluginId, rows } = found;
  const unwritten = unwrittenCalls(counters, namespaceId).filter((one) => one.pluginId === pluginId);
  const read = rows.slice(0, traffic.rowsRead[step]);
  const written = step === 'minute' ? read.flatMap(minutesOf) : read;
  const counts = countsBy(step, [...written, ...unwritten]).filter(({ at }) => at >= since);
  counts.sort((a, b) => b.at - a.at || (a.version < b.version ? 1 : -1));
  return {
    namespaceId,
    since,
    until,
    step,
    counts: counts.slice(0, traffic.countsMax),
    truncated: counts.length > traffic.countsMax || rows.length > traffic.rowsRead[step],
    marks: toMarks(found, since),
  };
}

function minutesOf({ minutes, ...hour }: Found['rows'][number]): CountedCalls[] {
  return Object.entries(minutes ?? {}).map(([minute, numbers]) => ({
    ...hour,
    ...countFromNumbers(numbers),
    at: hour.at + Number(minute) * stepMs.minute,
  }));
}
