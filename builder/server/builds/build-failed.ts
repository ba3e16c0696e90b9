// A build that comes to nothing, with the words for the author. An outcome, on its way up.
import type { BuildError } from '../../../src/contract/builds.ts';

export class BuildFailed extends Error {
  override readonly name = 'BuildFailed';
  readonly code: BuildError['code'];

  constructor(code: BuildError['code'], message: string) {
    super(message);
    this.code = code;
  }

  /** Network, time and memory may be other ones next time; what the source says is not. */
  get isDeterministic(): boolean {
    return this.code === 'archive-invalid' || this.code === 'source-refused' || this.code === 'compile-failed';
  }
}
