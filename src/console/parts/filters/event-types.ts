// Groups of event types, for filters.
import { placed } from '../../../core/placed.ts';
import type { EventFilter } from '../../data/events/event-filter.ts';
import { added } from '../../points.ts';

const kernelGroups: readonly EventFilter[] = [
  'version.',
  'deployment.',
  'release.',
  'plugin.',
  'call.',
  'upload.',
  'pointer.',
  'key.',
  'grant.',
  'waiver.',
  'scan_policy.',
  'namespace.',
  'organization.',
  'instance.',
];

/** Returns the kernel's groups and the features', in their order. */
export function eventGroups(): EventFilter[] {
  const kernel: { group: EventFilter }[] = kernelGroups.map((group) => ({ group }));
  return placed(kernel, added('eventFilters'), ({ group }) => group).map(({ group }) => group);
}
