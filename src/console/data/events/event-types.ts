// Groups of event types, for filters. The server knows which types exist and explains a filter with an unknown one.
import { placed } from '../../../core/placed.ts';
import { featureEventFilters } from '../../feature-event-filters.gen.ts';
import type { Schemas } from '../api.ts';

export type EventFilter = Schemas['EventFilter'];

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

export function isEventFilter(text: string | undefined): text is EventFilter {
  return text !== undefined && text !== '';
}
