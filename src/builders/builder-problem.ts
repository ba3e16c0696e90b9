// The problem that callers get when the builder is currently unavailable. Every route that uses a builder shares this table.
import { BuilderError } from '../contract/builder/errors.ts';
import { containerLimits } from '../contract/limits/containers.ts';
import { serving } from '../contract/limits/serving.ts';
import { damagedProblem, Problem } from '../core/problem.ts';

/** The builder with a storage plugin's files is away. */
export class FilesElsewhere extends BuilderError {
  constructor(builder: string, { isRemoved }: { isRemoved: boolean }) {
    const state = isRemoved ? 'was removed' : 'does not answer';
    super('unreachable', `The plugin's files are on the builder ${builder}, which ${state}.`);
  }
}

const otherToken = 'The builder has another BUILDER_TOKEN than the Worker.';

/** Returns undefined for any other error. `what` is the message's subject: what the caller asked for. */
export function builderProblem(error: unknown, what = 'The builder'): Problem | undefined {
  if (!(error instanceof BuilderError)) return undefined;
  const { retryAfterSeconds } = containerLimits;
  switch (error.code) {
    case 'contract-mismatch':
      return new Problem('builder-mismatch', `${what} cannot be reached at the moment. ${error.message}`, {
        retryAfterSeconds,
        cause: error,
      });
    case 'no-capacity':
      return new Problem('no-capacity', 'No container is free to start the plugin', {
        retryAfterSeconds,
        cause: error,
      });
    case 'instance-starting':
      return pluginStartingProblem(`${what} is being started`, error);
    case 'unauthorized':
    case 'other-organization':
    case 'container-failed': {
      const reason = error.code === 'unauthorized' ? otherToken : error.message;
      return new Problem('builder-unavailable', `${what} cannot be reached at the moment. ${reason}`, {
        retryAfterSeconds,
        cause: error,
      });
    }
    case 'blob-mismatch':
      return damagedProblem(error.message, error);
    case 'instance-killed':
      return new Problem('call-interrupted', error.message, {
        retryAfterSeconds: serving.interruptedRetryAfterSeconds,
        cause: error,
      });
    case 'stopped':
      return new Problem('not-deployed', `${what} is no longer deployed`, { cause: error });
    case 'unreachable':
    case 'builder-stopping':
    case 'instance-restarting':
    case 'instance-gone':
      return new Problem('builder-unavailable', unreachableMessage(error, what), {
        retryAfterSeconds: 5,
        cause: error,
      });
    default:
      return undefined;
  }
}

function unreachableMessage(error: BuilderError, what: string): string {
  return error instanceof FilesElsewhere ? error.message : `${what} cannot be reached at the moment`;
}

/** Returns the problem for callers that don't wait for an instance to start. */
export function pluginStartingProblem(message: string, cause?: unknown): Problem {
  return new Problem('plugin-starting', message, { retryAfterSeconds: serving.startingRetryAfterSeconds, cause });
}
