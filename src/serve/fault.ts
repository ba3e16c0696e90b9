// Decides whose fault a failed call is (decision 168). Only the plugin's own failures count against it: in its health, needs, alerts,
// metrics and releases.
import type { CountedEnd } from '../contract/traffic.ts';
import { Problem } from '../core/problem.ts';
import type { Fault, PluginFailure } from './failures.ts';

/**
 * `answered`, `failed` and `crashed` are ends of a call that its plugin had; `crashed`: its process exited during the call. `refused`: a
 * Problem ended it.
 */
export interface CallEnd {
  outcome: 'answered' | 'failed' | 'crashed' | 'refused';
  /** Null if the call was answered. */
  fault: Fault | null;
}

/** An answer, which may be the handler's error; a failure without an answer; or what was thrown. */
type Ended = { answer: object } | { failure: PluginFailure } | { error: unknown };

/** `isInvalidInput`: the inputs don't match the plugin's schema. If it answered, that is nobody's fault. */
export function endOf(ended: Ended, isInvalidInput: boolean): CallEnd {
  if ('answer' in ended) {
    if (!('error' in ended.answer)) return { outcome: 'answered', fault: null };
    return { outcome: 'failed', fault: isInvalidInput ? 'input' : 'plugin' };
  }
  if ('failure' in ended) {
    const { fault, kind } = ended.failure;
    return { outcome: kind === 'crashed' ? 'crashed' : 'failed', fault };
  }
  const { error } = ended;
  if (!(error instanceof Problem)) return { outcome: 'refused', fault: 'platform' };
  // It had run, in a batch whose process exited.
  if (error.code === 'batch-lost') return { outcome: 'failed', fault: 'plugin' };
  return { outcome: 'refused', fault: error.status < 500 ? 'caller' : 'platform' };
}

/** Returns how the call counts; undefined if it never ran, so that it doesn't. */
export function countedEnd({ fault, outcome }: CallEnd): CountedEnd | undefined {
  if (outcome === 'refused' || fault === 'platform') return undefined;
  if (fault === 'plugin') return 'error';
  return fault === 'input' ? 'invalid_input' : 'ok';
}
