// Defines the error that a request is refused with: one of the contract's codes and a message. http/app.ts turns it into a
// response.
import {
  type BuilderErrorBody,
  type BuilderErrorCode,
  builderErrorStatus,
} from '../../src/contract/builder/instances.ts';
import { raisedBy } from '../../src/contract/limits/limit-texts.ts';

export class Refusal extends Error {
  override readonly name = 'Refusal';
  readonly code: BuilderErrorCode;
  readonly missing: string[];
  /** For the errors of an instance that crashes. */
  crashes: number | undefined;

  constructor(code: BuilderErrorCode, message: string, missing: string[] = []) {
    super(message);
    this.code = code;
    this.missing = missing;
  }

  get status(): number {
    return builderErrorStatus[this.code];
  }

  body(): BuilderErrorBody {
    const crashes = this.crashes === undefined ? {} : { crashes: this.crashes };
    const error = { code: this.code, message: this.message, ...crashes };
    return { error: this.missing.length > 0 ? { ...error, missing: this.missing } : error };
  }
}

/** Returns what to say of an error if it is that the disk is full. */
export function diskFull(cause: unknown): string | undefined {
  const isFull = cause instanceof Error && /No space left|ENOSPC/.test(cause.message);
  return isFull ? `The disk of the builder is full. ${raisedBy.disk}` : undefined;
}
