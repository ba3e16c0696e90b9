// Gives the pages the same day of traffic in each run. The scene's own calls all fall into one minute, which would be a single point in
// a chart.
import { z } from 'zod';

const hourMs = 3_600_000;
const hours = 24;

const count = z.looseObject({ calls: z.int(), errors: z.int() });
const mark = z.looseObject({ version: z.string().nullable() });
const ofPlugin = z.looseObject({
  since: z.string(),
  by_time: z.array(z.unknown()),
  total: count,
  marks: z.array(mark),
});
const overview = z.looseObject({ live_version: z.string().nullable(), calls_by_hour: z.array(z.int()) });
const overviews = z.looseObject({ results: z.array(overview) });

/** Calls increase until the afternoon and drop at night. */
function callsAt(hour: number): number {
  return Math.round(40 * (1.2 + Math.sin((hour - 8) / 3.8)) + ((hour * 7) % 5));
}

const usual = Array.from({ length: hours }, (_, hour) => callsAt(hour));
const usualSum = usual.reduce((sum, calls) => sum + calls, 0);
const latency = { invalid_inputs: 0, p50_ms: 9, p95_ms: 23, checked: 20, mismatched: 0, batches: null };

/** Returns this number of calls, divided among the hours of a day. */
export function callsOfDay(calls: number): number[] {
  const shares = usual.map((share) => Math.floor((share * calls) / usualSum));
  const rest = calls - shares.reduce((sum, share) => sum + share, 0);
  return shares.map((share, hour) => share + (hour >= hours - rest ? 1 : 0));
}

/** A plugin's traffic. */
export interface Day {
  calls: number;
  errors: number;
}

export const usualDay: Day = { calls: usualSum, errors: 3 };

/** Replaces the counts in responses that contain counts. `until` is the time shown on the page. */
export function withTraffic(body: string, until: string, day: Day): string {
  if (!/"(?:by_time|calls_by_hour)"/.test(body)) return body;
  const answer: unknown = JSON.parse(body);
  const traffic = ofPlugin.safeParse(answer);
  if (traffic.success) return JSON.stringify(dayOf(traffic.data, Date.parse(until), day));
  const listed = overviews.safeParse(answer);
  if (!listed.success) return body;
  const { results, ...rest } = listed.data;
  return JSON.stringify({ ...rest, results: results.map((plugin) => calledAllDay(plugin, day)) });
}

function calledAllDay(plugin: z.infer<typeof overview>, day: Day) {
  return plugin.live_version === null
    ? plugin
    : { ...plugin, ...day, ...latency, calls_by_hour: callsOfDay(day.calls) };
}

function dayOf(traffic: z.infer<typeof ofPlugin>, untilMs: number, day: Day) {
  const ofDay = { ...day, ...latency };
  const at = (hour: number) => new Date((Math.floor(untilMs / hourMs) - hours + 1 + hour) * hourMs).toISOString();
  const version = traffic.marks.find((mark) => mark.version !== null)?.version ?? '1.0.0';
  return {
    ...traffic,
    since: at(0),
    until: new Date(untilMs).toISOString(),
    step: 'hour',
    total: ofDay,
    by_version: [{ version, ...ofDay }],
    by_time: callsOfDay(day.calls).map((calls, hour) => ({
      at: at(hour),
      version,
      ...latency,
      calls,
      errors: hour === 13 ? day.errors : 0,
      p95_ms: hour === 13 ? 61 : 20 + (hour % 4),
    })),
  };
}
