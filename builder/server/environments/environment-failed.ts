// The error that ends a resolution or an installation, with a message for the plugin's author.
import type { EnvironmentError } from '../../../src/contract/builder/environments.ts';
import { raisedBy } from '../../../src/contract/limits/limit-texts.ts';
import { formatBinaryBytes } from '../../../src/core/quantities.ts';
import type { Limits } from '../core/settings.ts';

const deterministic: ReadonlySet<EnvironmentError['code']> = new Set([
  'requirement-refused',
  'unsatisfiable',
  'hash-mismatch',
  'wheel-refused',
  'too-large',
  'lock-invalid',
  'index-refused',
]);

export class EnvironmentFailed extends Error {
  override readonly name = 'EnvironmentFailed';
  readonly code: EnvironmentError['code'];

  constructor(code: EnvironmentError['code'], message: string) {
    super(message);
    this.code = code;
  }

  /** True if the same request always fails this way. Failures caused by the network, time or memory may not repeat. */
  get isDeterministic(): boolean {
    return deterministic.has(this.code);
  }
}

/** Appends `advice` to the sentence about the setting that raises the limit. */
export function tooLarge({ environmentBytes, environmentFiles }: Limits, advice = ''): EnvironmentFailed {
  return new EnvironmentFailed(
    'too-large',
    `The installed dependencies exceed ${formatBinaryBytes(environmentBytes)} or ${environmentFiles} files. ${raisedBy.environment}${advice}`,
  );
}
