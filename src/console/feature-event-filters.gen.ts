// The features' filters of events, generated from src/console/features by scripts/generate/features.ts. Do not edit.
import { eventFilters as deployHooksEventFilters } from './features/deploy-hooks/event-filters.ts';
import { eventFilters as sourcesEventFilters } from './features/sources/event-filters.ts';

export const featureEventFilters = [...deployHooksEventFilters, ...sourcesEventFilters] as const;
