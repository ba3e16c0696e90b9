// Defines what the traffic routes of all kinds have in common: the period of a request, and the counts as they are rendered.
import { z } from '@hono/zod-openapi';
import { traffic } from '../../contract/limits/traffic.ts';
import { type CallCount, percentile, sumOf } from '../../contract/traffic.ts';
import { iso } from '../../core/clock.ts';
import type { Traffic } from '../../traffic/traffic.ts';
import { wholeNumber } from '../requests/whole-number.ts';

export const trafficQuery = z.object({
  hours: wholeNumber({ min: 1, max: traffic.hoursMax, default: traffic.hoursDefault }).openapi({
    description: 'How many hours, of which the last one is the current one',
  }),
});

const latency = z.int().nullable();
const countFields = {
  calls: z.int(),
  errors: z.int().openapi({ description: 'Calls that a plugin answered with an error, and those without an answer' }),
  p50_ms: latency.openapi({ description: 'Estimated from counts in ranges that double: 1, 2, 4 ms and so on' }),
  p95_ms: latency,
  checked: z.int().openapi({
    description: 'Answers that were compared with the output_schema and the features: at most one a second and isolate',
  }),
  mismatched: z.int().openapi({ description: 'Those of them that did not match' }),
};
const version = z.string().openapi({ description: 'The number of the version, or the commit of a Go plugin' });

export const trafficModel = z
  .object({
    name: z.string(),
    namespace_id: z.string(),
    since: z.iso.datetime(),
    until: z.iso.datetime(),
    total: z.object(countFields),
    by_version: z.array(z.object({ version, ...countFields })).openapi({ description: 'The most called first' }),
    by_hour: z
      .array(z.object({ hour: z.iso.datetime(), version, ...countFields }))
      .openapi({ description: 'Newest first; without the hours in which a version was not called' }),
    truncated: z.boolean().openapi({ description: 'There are more rows than an answer has. The oldest are missing.' }),
  })
  .openapi('PluginTraffic');

export const trafficDescription =
  'Counted by each isolate and written every few seconds: calls of the last seconds may be missing, and a few are never counted when an isolate ends.';

export function trafficWire(name: string, { namespaceId, hours, since, until, truncated }: Traffic) {
  const versions = [...Map.groupBy(hours, ({ version }) => version)].map(([version, ofVersion]) => ({
    version,
    ...countWire(sumOf(ofVersion)),
  }));
  return {
    name,
    namespace_id: namespaceId,
    since: iso(since),
    until: iso(until),
    total: countWire(sumOf(hours)),
    by_version: versions.sort((a, b) => b.calls - a.calls),
    by_hour: hours.map(({ hour, version, ...count }) => ({ hour: iso(hour), version, ...countWire(count) })),
    truncated,
  };
}

function countWire(count: CallCount) {
  const { calls, checked, errors, mismatched } = count;
  return { calls, errors, p50_ms: percentile(count, 0.5), p95_ms: percentile(count, 0.95), checked, mismatched };
}
