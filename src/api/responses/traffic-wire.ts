// Renders counts and marks for the traffic routes of all plugin kinds.
import { z } from '@hono/zod-openapi';
import { traffic } from '../../contract/limits/traffic.ts';
import { batchMeans, type CallCount, countSteps, percentile, sumCounts } from '../../contract/traffic.ts';
import { iso } from '../../core/clock.ts';
import { type Mark, markTypes } from '../../traffic/marks.ts';
import type { Traffic } from '../../traffic/traffic.ts';
import { actorModel } from './event-wire.ts';

const latency = z.int().nullable();
const countFields = {
  calls: z.int(),
  errors: z.int().openapi({ description: 'Calls that the plugin itself failed' }),
  invalid_inputs: z.int().openapi({
    description: "Calls that failed on inputs that the plugin's input_schema refuses. They aren't errors",
  }),
  p50_ms: latency.openapi({ description: 'Estimated from counts in ranges that double: 1, 2, 4 ms and so on' }),
  p95_ms: latency,
  checked: z.int().openapi({
    description: 'Responses checked against the output_schema and the features, at most one per second and isolate',
  }),
  mismatched: z.int().openapi({ description: 'Results that did not match' }),
  batches: z
    .object({
      mean_size: z.number().openapi({ description: 'Calls per batch' }),
      mean_wait_ms: z.number().openapi({ description: 'How long a call waited for its batch to begin' }),
    })
    .nullable()
    .openapi({ description: 'The batches in which calls ran. Null if none did' }),
};
const version = z.string().openapi({ description: "The version's number, or a Go plugin's commit" });

const markModel = z
  .object({
    at: z.iso.datetime().openapi({ example: '2026-03-05T09:30:00.000Z' }),
    type: z.enum(markTypes).openapi({
      example: 'promoted',
      description:
        'A deployment of the version went live or failed, calls to the name moved to the version, the version was undeployed while it had the name, or a rollback to it was requested',
    }),
    version: version.nullable(),
    previous_version: z.string().nullable().openapi({ description: 'The version that a rollback replaced' }),
    deployment_id: z.string().nullable(),
    message: z.string().nullable().openapi({ description: "Why the deployment failed, or the rollback's message" }),
    by: actorModel,
  })
  .openapi('TrafficMark');

export const trafficModel = z
  .object({
    name: z.string(),
    namespace_id: z.string(),
    since: z.iso.datetime(),
    until: z.iso.datetime(),
    total: z.object(countFields),
    by_version: z.array(z.object({ version, ...countFields })).openapi({ description: 'Most called first' }),
    step: z.enum(countSteps).openapi({ example: 'hour' }),
    by_time: z
      .array(
        z.object({
          at: z.iso
            .datetime()
            .openapi({ description: 'Start of the hour or minute', example: '2026-03-05T09:00:00.000Z' }),
          version,
          ...countFields,
        }),
      )
      .openapi({ description: 'Newest first, without the hours or minutes in which a version was not called' }),
    truncated: z.boolean().openapi({
      description:
        'Whether there are more rows than one response can hold. The oldest are missing, also from the sums.',
    }),
    marks: z
      .array(markModel)
      .openapi({ description: `Changes in the period, newest first: at most ${traffic.marksRead}` }),
  })
  .openapi('PluginTraffic');

export const trafficDescription =
  'Each isolate counts calls and writes the counts every few seconds. Calls of the last seconds may be missing, and a few are never counted if an isolate ends.';

export function trafficWire(
  name: string,
  { counts, marks, namespaceId, since, step, truncated, until }: Traffic,
): z.infer<typeof trafficModel> {
  const versions = [...Map.groupBy(counts, ({ version }) => version)].map(([version, ofVersion]) => ({
    version,
    ...countWire(sumCounts(ofVersion)),
  }));
  return {
    name,
    namespace_id: namespaceId,
    since: iso(since),
    until: iso(until),
    step,
    total: countWire(sumCounts(counts)),
    by_version: versions.sort((a, b) => b.calls - a.calls),
    by_time: counts.map(({ at, version, ...count }) => ({ at: iso(at), version, ...countWire(count) })),
    truncated,
    marks: marks.map(markWire),
  };
}

function markWire({ at, by, deploymentId, message, previous, type, version }: Mark): z.infer<typeof markModel> {
  return { at: iso(at), type, version, previous_version: previous, deployment_id: deploymentId, message, by };
}

function countWire(count: CallCount) {
  const { calls, checked, errors, invalidInputs, mismatched } = count;
  const [p50, p95] = [percentile(count, 0.5), percentile(count, 0.95)];
  return {
    ...{ calls, errors, invalid_inputs: invalidInputs, p50_ms: p50, p95_ms: p95, checked, mismatched },
    batches: batchesWire(count),
  };
}

function batchesWire(count: CallCount) {
  const means = batchMeans(count);
  return means && { mean_size: toTenth(means.size), mean_wait_ms: toTenth(means.waitMs) };
}

function toTenth(value: number): number {
  return Math.round(10 * value) / 10;
}
