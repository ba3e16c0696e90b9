// Why a call wasn't answered: what the plugin did wrong is told as its answer, what the platform lacks is a problem.
import { BuilderError } from '../contract/builder.ts';
import { builderLimits } from '../contract/limits.ts';
import { Problem } from '../core/problem.ts';
import { StartFailed } from '../deploy/builder/instances.ts';

export interface PluginFailure {
  kind: 'not-started' | 'crashed' | 'timeout';
  message: string;
}

/** The instance was evicted, crashed or never was: it can be started on demand (D9). */
export function isGone(error: unknown): boolean {
  return error instanceof BuilderError && error.code === 'instance-gone';
}

/** Throws what isn't the plugin's doing. */
export function failureOf(error: unknown): PluginFailure {
  if (error instanceof StartFailed) return { kind: 'not-started', message: error.message };
  if (!(error instanceof BuilderError)) throw error;
  switch (error.code) {
    case 'instance-crashed':
      return { kind: 'crashed', message: error.message };
    case 'call-timeout':
      return { kind: 'timeout', message: `The plugin gave no answer within ${builderLimits.callMs / 1000} s` };
    case 'body-too-large':
      throw new Problem('body-too-large', `A call may have ${builderLimits.callBytes} bytes`, { cause: error });
    case 'unreachable':
    case 'instance-busy':
    case 'instance-restarting':
    case 'instance-gone':
      throw new Problem('builder-unavailable', 'The plugin cannot be reached right now', {
        retryAfterSeconds: 5,
        cause: error,
      });
    default:
      throw error;
  }
}
