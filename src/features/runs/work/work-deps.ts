// Dependencies for working on runs.
import type { Deps } from '../../../deps.ts';
import type { StartDeps } from '../../../instances/fleets/instances.ts';

export type WorkDeps = StartDeps &
  Pick<Deps, 'ids' | 'log' | 'marks' | 'queues' | 'grantingOrganization' | 'trace' | 'tracing'>;
