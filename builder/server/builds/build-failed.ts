// The error that ends a build, with a message for the plugin's author. builds.ts turns it into a `failed` event.
import type { BuildError } from '../../../src/contract/builder/builds.ts';

export class BuildFailed extends Error {
  override readonly name = 'BuildFailed';
  readonly code: BuildError['code'];

  constructor(code: BuildError['code'], message: string) {
    super(message);
    this.code = code;
  }

  /** True if the same source always fails this way. Network, time and memory may differ next time. */
  get isDeterministic(): boolean {
    return this.code === 'archive-invalid' || this.code === 'source-refused' || this.code === 'compile-failed';
  }
}
