// Timeouts and retries of the Worker's requests to a builder, and their JSON bodies.
import type { CallOptions } from '../../contract/builder/serving.ts';
import { builderLimits, builderRequests, startLimitMs } from '../../contract/limits/builder.ts';
import { containerLimits } from '../../contract/limits/containers.ts';
import type { RetryPolicy } from './requests.ts';

export const json = { 'content-type': 'application/json' };

export const defaultPolicy: RetryPolicy = {
  timeoutMs: builderRequests.timeoutMs,
  reconnectMs: builderLimits.reconnectMs,
};
/** Starting an instance, joining a start, or sending the archive. */
export const startPolicy: RetryPolicy = {
  ...defaultPolicy,
  timeoutMs: containerLimits.coldStartMs + builderLimits.startMs,
};
/** Covers the largest environment, which a start assembles first. Only a hanging builder reaches it. */
export const instancePolicy: RetryPolicy = {
  ...defaultPolicy,
  timeoutMs: containerLimits.coldStartMs + 2 * startLimitMs(builderLimits, builderLimits.environmentBytes),
};
/** Longer than the builder's own limits, so only a hanging builder reaches it. */
export function callPolicy({ callMs = builderLimits.callMs }: CallOptions): RetryPolicy {
  return { ...defaultPolicy, timeoutMs: builderLimits.readyWaitMs + callMs + 2 * builderLimits.hangMs };
}
/** The instance stops after the call, so a retry would find no instance. */
export function batchPolicy(options: CallOptions): RetryPolicy {
  return { timeoutMs: callPolicy(options).timeoutMs + builderLimits.hangMs, reconnectMs: 0 };
}
/** Includes the builds ahead of this one in the queue. */
export const buildPolicy: RetryPolicy = { ...defaultPolicy, timeoutMs: 3 * builderLimits.buildMs };
/** Includes several installations ahead of this one. */
export const environmentPolicy: RetryPolicy = { ...defaultPolicy, timeoutMs: 2 * builderLimits.environmentMs };
export const fetchPolicy: RetryPolicy = { ...defaultPolicy, timeoutMs: 2 * builderLimits.fetchMs };
export const stopPolicy: RetryPolicy = { ...defaultPolicy, timeoutMs: 2 * builderLimits.drainMaxMs };
/** For display only. */
export const statusPolicy: RetryPolicy = { timeoutMs: builderRequests.statusMs, reconnectMs: 0 };

export function post(value: unknown, policy: RetryPolicy) {
  return { method: 'POST', body: JSON.stringify(value), headers: json, policy };
}
