// Groups of event types, for filters.
import { placed } from '../../../core/placed.ts';
import { featureEventFilters } from '../../feature-event-filters.gen.ts';
import type { EventFilter } from './event-filter.ts';

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

export const eventGroups: readonly EventFilter[] = placed(
  kernelGroups.map((group) => ({ group })),
  featureEventFilters,
  ({ group }) => group,
).map(({ group }) => group);
