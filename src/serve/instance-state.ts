// Whether the instance that serves is up: for people who look, never for deciding anything (invariant 5).
import { BuilderError } from '../contract/builder.ts';
import type { Deployment } from '../deploy/overview.ts';
import type { Deps } from '../deps.ts';

/** running: it answers at once. asleep: the next call starts it. unknown: the builder gave no answer in time. */
export const instanceStates = ['running', 'asleep', 'unknown'] as const;

export interface InstanceState {
  state: (typeof instanceStates)[number];
  lastCallAt: string | null;
}

/** Null when nothing serves that would have an instance. */
export async function instanceState(
  { builder }: Pick<Deps, 'builder'>,
  serving: Deployment | null,
): Promise<InstanceState | null> {
  if (serving?.type !== 'realtime') return null;
  try {
    const status = await builder.status(serving.id);
    return { state: status?.state === 'ready' ? 'running' : 'asleep', lastCallAt: status?.last_call_at ?? null };
  } catch (error) {
    if (error instanceof BuilderError) return { state: 'unknown', lastCallAt: null };
    throw error;
  }
}
