// A refusal of the builder on its way to the caller: a code of the contract, words, nothing of HTTP but the status table.
import { type BuilderErrorBody, type BuilderErrorCode, builderErrorStatus } from '../../src/contract/builder.ts';

export class Refusal extends Error {
  override readonly name = 'Refusal';
  readonly code: BuilderErrorCode;
  readonly missing: string[];

  constructor(code: BuilderErrorCode, message: string, missing: string[] = []) {
    super(message);
    this.code = code;
    this.missing = missing;
  }

  get status(): number {
    return builderErrorStatus[this.code];
  }

  body(): BuilderErrorBody {
    const error = { code: this.code, message: this.message };
    return { error: this.missing.length > 0 ? { ...error, missing: this.missing } : error };
  }
}
