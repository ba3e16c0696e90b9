// A source that isn't fetched, for a reason that its owner or the author can do something about. An outcome, on its way up.
import type { SourceRefusal } from '../../../src/contract/sources.ts';

export type SourceRefusalCode = SourceRefusal['refused']['code'];

export class SourceRefused extends Error {
  override readonly name = 'SourceRefused';
  readonly code: SourceRefusalCode;

  constructor(code: SourceRefusalCode, message: string) {
    super(message);
    this.code = code;
  }
}
