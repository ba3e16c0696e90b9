// Counts calls in an isolate's memory and adds them to D1 now and then, so that no call writes (decision 62). What an isolate counted
// since its last write is lost if it ends: the counts are for display only.
import { sql } from 'drizzle-orm';
import { traffic } from '../contract/limits/traffic.ts';
import { type CallCount, countCall, emptyCount, hourMs } from '../contract/traffic.ts';
import type { DeploymentId, NamespaceId, PluginRowId } from '../core/ids.ts';
import { callHours } from '../db/schema/traffic.ts';
import type { Deps } from '../deps.ts';

/** Version whose calls are counted, in the hour of `startedAt`. */
export interface CountedVersion {
  namespaceId: NamespaceId;
  pluginId: PluginRowId;
  version: string;
  startedAt: number;
}

export interface CountedCall extends CountedVersion {
  failed: boolean;
}

export type CountedHour = CallCount & Pick<CountedCall, 'namespaceId' | 'pluginId' | 'version'> & { hour: number };

export interface CallCounters {
  hours: Map<string, CountedHour>;
  /** When this isolate last checked the answer of a deployment. */
  checkedAt: Map<DeploymentId, number>;
  /** When a request of this isolate writes what is counted until then. 0: none does. */
  writesAt: number;
  writeAfterMs: number;
}

type WriteDeps = Pick<Deps, 'db' | 'clock' | 'defer' | 'log'>;

/** `writeAfterMs`: how long calls are counted before they are written. */
export function callCounters(writeAfterMs: number = traffic.writeAfterMs): CallCounters {
  return { hours: new Map(), checkedAt: new Map(), writesAt: 0, writeAfterMs };
}

/** Counts a call that has ended, and has the counts written after the response. */
export function recordCall(deps: WriteDeps, counters: CallCounters, call: CountedCall): void {
  count(deps, counters, call, (counted) => countCall(counted, deps.clock.now() - call.startedAt, call.failed));
}

/** Counts an answer that was compared with what the manifest declares. */
export function recordCheck(deps: WriteDeps, counters: CallCounters, of: CountedVersion, matches: boolean): void {
  count(deps, counters, of, (counted) => {
    counted.checked += 1;
    if (!matches) counted.mismatched += 1;
  });
}

function count(
  deps: WriteDeps,
  counters: CallCounters,
  { namespaceId, pluginId, startedAt, version }: CountedVersion,
  add: (counted: CallCount) => void,
): void {
  const hour = Math.floor(startedAt / hourMs) * hourMs;
  const key = `${namespaceId}/${pluginId}/${hour}/${version}`;
  const counted = counters.hours.get(key) ?? { ...emptyCount(), namespaceId, pluginId, version, hour };
  counters.hours.set(key, counted);
  const now = deps.clock.now();
  add(counted);
  if (counters.hours.size >= traffic.rowsAtOnce) deps.defer(writeCounts(deps, counters));
  else if (now > counters.writesAt + counters.writeAfterMs) {
    // None waits, or the one that did was ended before it wrote.
    counters.writesAt = now + counters.writeAfterMs;
    deps.defer(writeLater(deps, counters));
  }
}

/** Returns the calls of a plugin that this isolate has counted and not written yet. */
export function unwrittenHours(
  counters: CallCounters,
  of: Pick<CountedCall, 'namespaceId' | 'pluginId'>,
): CountedHour[] {
  return [...counters.hours.values()].filter(
    ({ namespaceId, pluginId }) => namespaceId === of.namespaceId && pluginId === of.pluginId,
  );
}

async function writeLater(deps: WriteDeps, counters: CallCounters): Promise<void> {
  await new Promise((resolve) => setTimeout(resolve, counters.writeAfterMs));
  counters.writesAt = 0;
  await writeCounts(deps, counters);
}

/** Each count is written at most once: after a failure nobody knows whether D1 has it. */
async function writeCounts({ db, log }: WriteDeps, { hours }: CallCounters): Promise<void> {
  const [first, ...rest] = [...hours.values()].map((counted) =>
    db
      .insert(callHours)
      .values(counted)
      .onConflictDoUpdate({
        target: [callHours.namespaceId, callHours.pluginId, callHours.hour, callHours.version],
        set: {
          calls: sql`${callHours.calls} + excluded.calls`,
          errors: sql`${callHours.errors} + excluded.errors`,
          checked: sql`${callHours.checked} + excluded.checked`,
          mismatched: sql`${callHours.mismatched} + excluded.mismatched`,
          latencies: addedLatencies,
        },
      }),
  );
  hours.clear();
  if (first) await db.batch([first, ...rest]).catch((cause: unknown) => log.warn('traffic.not_written', { cause }));
}

/** SQL: the two lists added, place by place. */
const addedLatencies = sql`json_array(${sql.join(
  emptyCount().latencies.map((_, bucket) => {
    const place = sql.raw(`'$[${bucket}]'`);
    return sql`json_extract(${callHours.latencies}, ${place}) + json_extract(excluded.latencies, ${place})`;
  }),
  sql`, `,
)})`;
