// Defines how an instance's calls reach its processes, and chooses the way for its plugin.
import type { InstanceSpec } from '../../../src/contract/builder/instances.ts';
import { readServing } from '../../../src/contract/builder/serving.ts';
import type { Limits } from '../core/settings.ts';
import { BatchQueue } from './batch-queue.ts';
import { CallQueue } from './call-queue.ts';
import type { Replica } from './replica.ts';

/** Passes an instance's calls to its processes. */
export type Queue = Pick<CallQueue, 'call' | 'advance' | 'rejectAll'>;

export function queueFor({ callMs }: Limits, spec: InstanceSpec, replicas: readonly Replica[]): Queue {
  const { batching } = readServing(spec);
  if (batching) return new BatchQueue({ batching, callMs }, replicas);
  return new CallQueue({ perProcess: perProcess(spec), callMs }, replicas);
}

/**
 * Returns how many calls a process runs at a time. By default, it may run all of the instance's calls in progress. An isolate runs one,
 * so that a hang loses no others.
 */
export function perProcess(spec: InstanceSpec): number {
  return spec.runtime === 'isolate' ? 1 : (readServing(spec).concurrency ?? Number.POSITIVE_INFINITY);
}
