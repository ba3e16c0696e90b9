// Returns the limits of one instance: the builder's, and what the instance's organization granted its plugin and its author declared.
import { worksOnRuns } from '../../../src/contract/builder/batch.ts';
import type { InstanceSpec } from '../../../src/contract/builder/instances.ts';
import { readServing } from '../../../src/contract/builder/serving.ts';
import type { Limits } from '../settings.ts';
import type { QueueLimits } from './call-queue.ts';

const MiB = 1024 * 1024;

/** A process of a run has one call at a time, so that nothing else ends with it if it hangs. */
export function instanceLimits(limits: Limits, spec: Pick<InstanceSpec, 'permissions'>): Limits {
  const { memory_mb, timeout_s } = spec.permissions ?? {};
  return {
    ...limits,
    ...(worksOnRuns(spec) ? { hangMs: 0 } : {}),
    ...(memory_mb === undefined ? {} : { memoryBytes: memory_mb * MiB }),
    ...(timeout_s === undefined ? {} : { callMs: timeout_s * 1000 }),
  };
}

/** Returns the time limit of calls that are answered later, given that of the others. */
export function laterCallMs(
  { callMs }: Pick<Limits, 'callMs'>,
  { permissions }: Pick<InstanceSpec, 'permissions'>,
): number {
  return Math.max(callMs, (permissions?.later_timeout_s ?? 0) * 1000);
}

/**
 * Without a limit of its own, a process runs all calls that the instance may have in progress. An isolate runs one: so the others are
 * not lost with it if that one hangs.
 */
export function queueLimits({ callMs }: Limits, spec: InstanceSpec): QueueLimits {
  const perProcess = spec.runtime === 'isolate' ? 1 : (readServing(spec).concurrency ?? Number.POSITIVE_INFINITY);
  return { perProcess, callMs };
}
