// Makes the metrics of calls from what was added up by plugin.

import type { Health, Usage } from '../contract/builder/health.ts';
import { type Family, gauge, type Sample } from './exposition.ts';
import type { Facts } from './facts.ts';

type Total = Facts['totals'][number];

/** Buckets of the histogram: of those that are counted, every other one. Bucket n has calls of up to 2^n ms (contract/traffic.ts). */
const shownBuckets = [1, 3, 5, 7, 9, 11, 13, 15] as const;

export function callFamilies(totals: readonly Total[]): Family[] {
  return [
    {
      name: 'slipway_call_duration_seconds',
      type: 'histogram',
      help: 'Calls that have ended, by how long they took.',
      samples: totals.flatMap(histogramOf),
    },
    {
      name: 'slipway_call_errors',
      type: 'counter',
      help: 'Calls whose answer was an error, and those without an answer.',
      samples: totals.map((total) => ({ labels: labelsOf(total), value: total.errors })),
    },
  ];
}

function histogramOf(total: Total): Sample[] {
  const labels = labelsOf(total);
  const upTo = (bucket: number) => total.latencies.slice(0, bucket + 1).reduce((sum, calls) => sum + calls, 0);
  const bucket = (le: string, value: number) => ({ suffix: '_bucket', labels: { ...labels, le }, value });
  return [
    ...shownBuckets.map((shown) => bucket(String(2 ** shown / 1000), upTo(shown))),
    bucket('+Inf', total.calls),
    { suffix: '_sum', labels, value: total.durationMs / 1000 },
    { suffix: '_count', labels, value: total.calls },
  ];
}

/** Calls of plugins without a row of their own have no labels but one. */
function labelsOf({ kind, name, namespaceId, organizationId, pluginId }: Total): Record<string, string> {
  if (pluginId === '') return { plugin: 'other' };
  return { organization: organizationId ?? '', namespace: namespaceId, kind: kind ?? '', plugin: name ?? pluginId };
}

export function builderFamilies({ quarantined, usage }: Health): Family[] {
  return [
    ...(usage ? usageFamilies(usage) : []),
    gauge('slipway_builder_quarantined', 'Folders that the builder could not remove.', [{ value: quarantined }]),
  ];
}

function usageFamilies({ calls_in_flight: inFlight, disk, instances, memory, restarts }: Usage): Family[] {
  return [
    gauge('slipway_builder_memory_bytes', "Memory of the builder's own process, without those of plugins.", [
      { value: memory.process_bytes },
    ]),
    gauge('slipway_builder_memory_available_bytes', 'Memory that is left to the builder and its plugins.', [
      { value: memory.available_bytes },
    ]),
    gauge('slipway_builder_disk_free_bytes', "Free space of the disk with the builder's state.", [
      { value: disk.free_bytes },
    ]),
    gauge('slipway_builder_disk_bytes', "Size of the disk with the builder's state.", [{ value: disk.total_bytes }]),
    gauge(
      'slipway_builder_instances',
      'Instances on the builder, by state.',
      Object.entries(instances).map(([state, value]) => ({ labels: { state }, value })),
    ),
    {
      name: 'slipway_builder_instance_restarts',
      type: 'counter',
      help: 'Processes of plugins that were started again after they had ended by themselves.',
      samples: [{ value: restarts }],
    },
    gauge('slipway_builder_calls_in_flight', 'Calls that instances have not answered yet.', [{ value: inFlight }]),
  ];
}
