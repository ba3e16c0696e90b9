// Reports whether the serving instance is up. For display only; nothing is decided by it (invariant 5).

import type { LastCrash } from '../contract/builder/instance-states.ts';
import { BuilderError, type InstanceStatus } from '../contract/builder/instances.ts';
import type { Deployment } from '../deploy/overview.ts';
import type { Deps } from '../deps.ts';

/**
 * running: answers immediately. restarting: it crashed, and calls wait until it is started again. asleep: the next call starts it.
 * failing: its last start failed, and the next call tries again. unknown: the builder did not answer in time.
 */
export const instanceStates = ['running', 'restarting', 'asleep', 'failing', 'unknown'] as const;

export interface InstanceState {
  state: (typeof instanceStates)[number];
  lastCallAt: string | null;
  restarts: Restarts | null;
  /** Why it is `failing`; otherwise null. */
  error: string | null;
}

/** How often the instance was restarted since it started, and why the last time. */
export interface Restarts {
  count: number;
  since: string;
  last: LastCrash;
}

/** Null for an instance that has not crashed, or that ended. */
export function restartsOf(status: InstanceStatus | undefined): Restarts | null {
  if (!status?.last_crash || ['asleep', 'failing'].includes(stateOf(status))) return null;
  return { count: status.restarts, since: status.started_at, last: status.last_crash };
}

function stateOf(status: InstanceStatus | undefined): InstanceState['state'] {
  if (status?.state === 'ready') return 'running';
  if (status?.state === 'failed') return 'failing';
  return status?.state === 'restarting' ? 'restarting' : 'asleep';
}

/** Error codes of a container that did not start, about its instance. */
const startFailures: ReadonlySet<string> = new Set<BuilderError['code']>([
  'container-failed',
  'contract-mismatch',
  'no-capacity',
]);

/** Null if nothing that has an instance serves. */
export async function instanceState(
  { builder }: Pick<Deps, 'builder'>,
  serving: Deployment | null,
): Promise<InstanceState | null> {
  if (serving?.type !== 'realtime') return null;
  try {
    const status = await builder.status(serving.id);
    return {
      state: stateOf(status),
      lastCallAt: status?.last_call_at ?? null,
      restarts: restartsOf(status),
      error: status?.start_error?.message ?? null,
    };
  } catch (error) {
    if (error instanceof BuilderError) {
      const isFailing = startFailures.has(error.code);
      const state = isFailing ? 'failing' : 'unknown';
      return { state, lastCallAt: null, restarts: null, error: isFailing ? error.message : null };
    }
    throw error;
  }
}
