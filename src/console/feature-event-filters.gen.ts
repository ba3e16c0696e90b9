// The features' filters of events, generated from src/console/features by scripts/generate/features.ts. Do not edit.
import { eventFilters as agentsEventFilters } from './features/agents/event-filters.ts';
import { eventFilters as deployHooksEventFilters } from './features/deploy-hooks/event-filters.ts';
import { eventFilters as identityEventFilters } from './features/identity/event-filters.ts';
import { eventFilters as modelsEventFilters } from './features/models/event-filters.ts';
import { eventFilters as runsEventFilters } from './features/runs/event-filters.ts';
import { eventFilters as secretsEventFilters } from './features/secrets/event-filters.ts';
import { eventFilters as sourcesEventFilters } from './features/sources/event-filters.ts';
import { eventFilters as webhooksEventFilters } from './features/webhooks/event-filters.ts';

export const featureEventFilters = [...agentsEventFilters, ...deployHooksEventFilters, ...identityEventFilters, ...modelsEventFilters, ...runsEventFilters, ...secretsEventFilters, ...sourcesEventFilters, ...webhooksEventFilters] as const;
