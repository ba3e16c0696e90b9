// The error that ends a build, with a message for the plugin's author. builds.ts converts it to a `failed` event.
import type { BuildError } from '../../../src/contract/builder/builds.ts';

export class BuildFailed extends Error {
  override readonly name = 'BuildFailed';
  readonly code: BuildError['code'];

  constructor(code: BuildError['code'], message: string) {
    super(message);
    this.code = code;
  }

  /** True if the same source always fails this way. Failures caused by the network, time or memory may not repeat. */
  get isDeterministic(): boolean {
    return this.code === 'archive-invalid' || this.code === 'source-refused' || this.code === 'compile-failed';
  }
}
