// Combines the builder's limits, the organization's grants to the plugin and the author's declarations into one instance's limits.
import { worksOnRuns } from '../../../src/contract/builder/batch.ts';
import type { InstanceSpec } from '../../../src/contract/builder/instances.ts';
import type { Limits } from '../core/settings.ts';

const MiB = 1024 * 1024;

/** A run's process gets one call at a time, so a hang loses no other call. */
export function instanceLimits(limits: Limits, spec: Pick<InstanceSpec, 'permissions'>): Limits {
  const { memory_mb, timeout_s } = spec.permissions ?? {};
  return {
    ...limits,
    ...(worksOnRuns(spec) ? { hangMs: 0 } : {}),
    ...(memory_mb === undefined ? {} : { memoryBytes: memory_mb * MiB }),
    ...(timeout_s === undefined ? {} : { callMs: timeout_s * 1000 }),
  };
}

/** Returns the time limit for calls that are answered later, based on the limit for other calls. */
export function laterCallMs(
  { callMs }: Pick<Limits, 'callMs'>,
  { permissions }: Pick<InstanceSpec, 'permissions'>,
): number {
  return Math.max(callMs, (permissions?.later_timeout_s ?? 0) * 1000);
}
