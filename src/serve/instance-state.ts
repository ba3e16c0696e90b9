// Reports whether the serving instance is up. For display only; nothing is decided by it (invariant 5).
import { BuilderError, type InstanceStatus } from '../contract/builder.ts';
import type { LastCrash } from '../contract/crashes.ts';
import type { Deployment } from '../deploy/overview.ts';
import type { Deps } from '../deps.ts';

/** running: answers immediately. asleep: the next call starts it. unknown: the builder did not answer in time. */
export const instanceStates = ['running', 'asleep', 'unknown'] as const;

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

/** Null for an instance that has not crashed, or is not there. */
export function restartsOf(status: InstanceStatus | undefined): Restarts | null {
  if (!status?.last_crash) return null;
  return { count: status.restarts, since: status.started_at, last: status.last_crash };
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
      state: status?.state === 'ready' ? 'running' : 'asleep',
      lastCallAt: status?.last_call_at ?? null,
      restarts: restartsOf(status),
    };
  } catch (error) {
    if (error instanceof BuilderError) return { state: 'unknown', lastCallAt: null, restarts: null };
    throw error;
  }
}
