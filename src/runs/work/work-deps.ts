// Dependencies for working on runs.
import type { StartDeps } from '../../deploy/builder/instances.ts';
import type { Deps } from '../../deps.ts';

export type WorkDeps = StartDeps & Pick<Deps, 'ids' | 'log' | 'queues' | 'grantingOrganization'>;
