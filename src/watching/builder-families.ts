// Makes the metrics of the builder from what it says about itself.
import type { Health, Usage } from '../contract/builder/health.ts';
import { type Family, gauge } from './exposition.ts';

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
