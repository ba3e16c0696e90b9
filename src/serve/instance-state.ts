// Reports whether the serving instance is up. For display only; nothing is decided by it (invariant 5).
import { BuilderError, type InstanceStatus } from '../contract/builder.ts';
import type { LastCrash } from '../contract/crashes.ts';
import type { Deployment } from '../deploy/overview.ts';
import type { Deps } from '../deps.ts';

/**
 * running: answers immediately. restarting: it crashed, and calls wait until it is started again. asleep: the next call starts it.
 * unknown: the builder did not answer in time.
 */
export const instanceStates = ['running', 'restarting', 'asleep', 'unknown'] as const;

export interface InstanceState {
  state: (typeof instanceStates)[number];
  lastCallAt: string | null;
  restarts: Restarts | null;
}

/** How often the instance was restarted since it started, and why the last time. */
export interface Restarts {
  count: number;
  since: string;
  last: LastCrash;
}

/** Null for an instance that has not crashed, or that ended. */
export function restartsOf(status: InstanceStatus | undefined): Restarts | null {
  if (!status?.last_crash || stateOf(status) === 'asleep') return null;
  return { count: status.restarts, since: status.started_at, last: status.last_crash };
}

function stateOf(status: InstanceStatus | undefined): InstanceState['state'] {
  if (status?.state === 'ready') return 'running';
  return status?.state === 'restarting' ? 'restarting' : 'asleep';
}

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
    };
  } catch (error) {
    if (error instanceof BuilderError) return { state: 'unknown', lastCallAt: null, restarts: null };
    throw error;
  }
}
