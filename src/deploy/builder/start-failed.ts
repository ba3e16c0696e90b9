// Why a plugin cannot be started, or its dependencies cannot be installed, and a retry would not help.
import { BuilderError } from '../../contract/builder/instances.ts';
import type { StartError } from '../../contract/builder/start-errors.ts';

export class StartFailed extends Error {
  override readonly name = 'StartFailed';
  readonly error: StartError;
  constructor(error: StartError) {
    super(error.message);
    this.error = error;
  }
}

/** Returns the failure of resolving or installing dependencies. It is retried unless the same always fails. */
export function installFailure(message: string, isFinal = true): StartFailed | BuilderError {
  return isFinal
    ? new StartFailed({ code: 'dependency-not-installed', message })
    : new BuilderError('internal', message);
}
