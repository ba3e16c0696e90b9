// Returns the limits of one instance: the builder's, and what the instance's organization granted its plugin.
import type { InstanceSpec } from '../../../src/contract/builder.ts';
import type { Limits } from '../settings.ts';

const MiB = 1024 * 1024;

export function limitsOf(limits: Limits, { permissions }: Pick<InstanceSpec, 'permissions'>): Limits {
  const { memory_mb, timeout_s } = permissions ?? {};
  return {
    ...limits,
    ...(memory_mb === undefined ? {} : { memoryBytes: memory_mb * MiB }),
    ...(timeout_s === undefined ? {} : { callMs: timeout_s * 1000 }),
  };
}
