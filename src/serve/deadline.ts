// Ends a call when its caller stops waiting. Work that has started continues, so a starting instance can serve the next call.
import { raisedBy } from '../contract/limits/limit-texts.ts';
import { laterTimeLimitMs, timeLimitMs } from '../contract/plugin/permissions.ts';
import type { Deps } from '../deps.ts';
import { type CallLimit, type PluginFailure, timeoutFailure } from './failures.ts';
import type { Route } from './route-lookup.ts';

/** When a caller stops waiting. */
export interface Deadline {
  /** The caller's timeout. */
  timeoutMs: number;
  at: number;
}

/** How long the caller waits. Without a deadline, it waits as long as a call may take. */
export type Waiting = Pick<Deps, 'clock' | 'defer'> & {
  deadline?: Deadline | undefined;
  /** True for a later call, which may take longer. */
  isLater?: boolean;
};

/** Returns the plugin's limit, unless the caller has less time. */
export function callLimit(
  { deadline, isLater }: Pick<Waiting, 'deadline' | 'isLater'>,
  version: Route['version'],
): CallLimit {
  const pluginMs = isLater ? laterTimeLimitMs(version) : timeLimitMs(version);
  const callMs = Math.min(pluginMs, deadline?.timeoutMs ?? Number.POSITIVE_INFINITY);
  if (callMs < pluginMs) return { callMs, raise: raisedBy.caller, isCallers: true };
  return { callMs, raise: isLater ? raisedBy.laterTime : raisedBy.time, isCallers: false };
}

/** Returns the caller's remaining time. */
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

export function callTimeout(deps: Waiting, version: Route['version']): PluginFailure {
  return timeoutFailure(callLimit(deps, version));
}
