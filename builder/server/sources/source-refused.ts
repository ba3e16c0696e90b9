// The error that ends a fetch for a reason that the user or the author can fix. sources.ts converts it to a SourceRefusal.
import type { SourceRefusal } from '../../../src/contract/builder/sources.ts';

export type SourceRefusalCode = SourceRefusal['refused']['code'];

export class SourceRefused extends Error {
  override readonly name = 'SourceRefused';
  readonly code: SourceRefusalCode;

  constructor(code: SourceRefusalCode, message: string) {
    super(message);
    this.code = code;
  }
}
