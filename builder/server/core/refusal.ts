// Defines the error for a refused request: a contract code and a message. http/app.ts converts it to a response.
import {
  type BuilderErrorBody,
  type BuilderErrorCode,
  builderErrorStatus,
} from '../../../src/contract/builder/errors.ts';
import { raisedBy } from '../../../src/contract/limits/limit-texts.ts';

export class Refusal extends Error {
  override readonly name = 'Refusal';
  readonly code: BuilderErrorCode;
  readonly missing: string[];
  /** Set on a crashed instance's errors. */
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

/** Returns a message if the error means that the disk is full. */
export function diskFull(cause: unknown): string | undefined {
  const isFull = cause instanceof Error && /No space left|ENOSPC/.test(cause.message);
  return isFull ? `The builder's disk is full. ${raisedBy.disk}` : undefined;
}
