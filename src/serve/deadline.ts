// Ends a call when its caller no longer waits. What was begun for it continues: an instance that is starting serves the next call.
import { timeLimitMs } from '../contract/plugin/permissions.ts';
import type { Deps } from '../deps.ts';
import { type PluginFailure, timeoutFailure } from './failures.ts';
import type { Route } from './route-lookup.ts';

/** When a caller ceases to wait. */
export interface Deadline {
  /** Timeout that the caller asked for. */
  timeoutMs: number;
  at: number;
}

/** No deadline: the caller waits as long as a call may take. */
type Waiting = Pick<Deps, 'clock' | 'defer'> & { deadline?: Deadline | undefined };

/** The time limit of a call of this version: that of the plugin, unless the caller has less time. */
export function limitMsOf({ deadline }: Pick<Waiting, 'deadline'>, version: Route['version']): number {
  return Math.min(timeLimitMs(version), deadline?.timeoutMs ?? Number.POSITIVE_INFINITY);
}

/** Returns the time left of the caller's. */
export function timeLeftMs({ clock, deadline }: Pick<Waiting, 'clock' | 'deadline'>): number | undefined {
  return deadline && Math.max(1, deadline.at - clock.now());
}

/** Resolves with `late()` at the deadline. */
export async function beforeDeadline<Result>(
  deps: Waiting,
  result: Promise<Result>,
  late: () => Result,
): Promise<Result> {
  const leftMs = timeLeftMs(deps);
  if (leftMs === undefined) return result;
  deps.defer(result.then(done, done));
  const { promise, resolve } = Promise.withResolvers<Result>();
  const timer = setTimeout(() => resolve(late()), leftMs);
  return Promise.race([result, promise]).finally(() => clearTimeout(timer));
}

function done(): void {}

export function timedOut(deps: Waiting, version: Route['version']): PluginFailure {
  return timeoutFailure(limitMsOf(deps, version), timeLimitMs(version));
}
