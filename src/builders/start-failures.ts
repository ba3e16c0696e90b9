// The errors of an instance that doesn't start.
import { BuilderError } from '../contract/builder/errors.ts';
import type { StartError } from '../contract/builder/start-errors.ts';

export class StartFailed extends Error {
  override readonly name = 'StartFailed';
  readonly error: StartError;
  constructor(error: StartError) {
    super(error.message);
    this.error = error;
  }
}

/** Returns the failure of resolving or installing dependencies. It is retried unless it is deterministic. */
export function installFailure(message: string, isFinal = true): StartFailed | BuilderError {
  return isFinal
    ? new StartFailed({ code: 'dependency-not-installed', message })
    : new BuilderError('internal', message);
}

/** The start was killed, or its instance was stopped because it has moved. Retried like any other lost work. */
export class StartInterrupted extends BuilderError {}
