// Classifies failed calls. A plugin fault becomes the call's answer; anything else becomes a Problem.
import { builderProblem } from '../builders/builder-problem.ts';
import { StartFailed } from '../builders/start-failures.ts';
import { BuilderError } from '../contract/builder/errors.ts';
import { isPluginsFault } from '../contract/builder/start-errors.ts';
import { builderLimits } from '../contract/limits/builder.ts';
import { raisedBy } from '../contract/limits/limit-texts.ts';
import { serving } from '../contract/limits/serving.ts';
import { Problem } from '../core/problem.ts';
import { formatSeconds } from '../core/quantities.ts';

/**
 * `plugin`: it ran and failed by its own doing. `input`: it failed on inputs that its `input_schema` refuses. `caller`: a limit, a budget
 * or the caller's own deadline. `platform`: the builder failed, or lacks something that the plugin needs.
 */
export type Fault = 'plugin' | 'input' | 'caller' | 'platform';

export interface PluginFailure {
  kind: 'not-started' | 'crashed' | 'timeout' | 'invalid-answer';
  fault: Exclude<Fault, 'input'>;
  message: string;
}

/** A call's time limit, and how to raise it. */
export interface CallLimit {
  callMs: number;
  raise: string;
  /** True if it is the caller's, who stops waiting before the plugin's own limit. */
  isCallers: boolean;
}

/**
 * Returns whether the instance was evicted, crashed or never started, so that it can be started on demand (D9), or whether its
 * deployment was stopped.
 */
export function isGone(error: unknown): boolean {
  return error instanceof BuilderError && (error.code === 'instance-gone' || error.code === 'stopped');
}

/** Returns whether the instance was still starting when the builder's wait limit ended. The call may continue to wait for the start. */
export function isStarting(error: unknown): boolean {
  return error instanceof BuilderError && error.code === 'instance-starting';
}

/** Returns the failure for a call that exceeds the plugin's time limit or its caller's. */
export function timeoutFailure({ callMs, isCallers, raise }: CallLimit): PluginFailure {
  const fault = isCallers ? 'caller' : 'plugin';
  return { kind: 'timeout', fault, message: `The plugin did not answer within ${formatSeconds(callMs)}. ${raise}` };
}

function unreadableCall(cause: BuilderError): Problem {
  const message = `The plugin cannot read the call: ${cause.message}`;
  return new Problem('invalid-request', message, {
    fields: [{ path: ['body'], message, type: 'json_unreadable' }],
    cause,
  });
}

const cancelledHint = 'Send it again if you still need its answer.';

/** A sleeping plugin whose GPUs others hold is not at fault. */
function gpusFull(cause: StartFailed): Problem {
  return new Problem('plugin-busy', `The plugin sleeps, and can't start now. ${cause.message}`, {
    retryAfterSeconds: serving.busyRetryAfterSeconds,
    cause,
  });
}

/** Converts a plugin fault to the call's failure. Throws if the plugin is not at fault. */
export function toPluginFailure(error: unknown, limit: CallLimit): PluginFailure {
  if (error instanceof StartFailed && error.error.code === 'gpu-full') throw gpusFull(error);
  if (error instanceof StartFailed) {
    const fault = isPluginsFault(error.error) ? 'plugin' : 'platform';
    return { kind: 'not-started', fault, message: error.message };
  }
  if (!(error instanceof BuilderError)) throw error;
  switch (error.code) {
    case 'instance-crashed':
      return { kind: 'crashed', fault: 'plugin', message: error.message };
    case 'answer-invalid':
      return { kind: 'invalid-answer', fault: 'plugin', message: error.message };
    case 'call-timeout':
      return timeoutFailure(limit);
    case 'body-too-large':
      throw new Problem('body-too-large', `The call exceeds ${builderLimits.callBytes} bytes`, {
        hint: raisedBy.request,
        cause: error,
      });
    case 'call-unreadable':
      throw unreadableCall(error);
    case 'batch-lost':
      throw new Problem('batch-lost', error.message, { cause: error });
    case 'call-cancelled':
      throw new Problem('invalid-request', 'The caller cancelled the call', { hint: cancelledHint, cause: error });
    case 'call-repeated':
      throw new Problem('call-interrupted', 'The connection to the plugin was lost during the call', { cause: error });
    case 'internal':
      throw new Problem('call-interrupted', `The builder failed during the call. ${error.message}`, {
        retryAfterSeconds: serving.interruptedRetryAfterSeconds,
        cause: error,
      });
    case 'instance-busy':
      throw new Problem('plugin-busy', `The plugin is at its limit of concurrent calls. ${error.message}`, {
        retryAfterSeconds: serving.busyRetryAfterSeconds,
        cause: error,
      });
    default:
      throw builderProblem(error, 'The plugin') ?? error;
  }
}
