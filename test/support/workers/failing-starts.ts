// A builder whose starts fail.
import type { StartError } from '../../../src/contract/builder/start-errors.ts';
import type { Deps } from '../../../src/deps.ts';

/** Returns a builder on which starts fail with this error while `fails` says so. */
export function failingStarts(
  builder: Deps['builder'],
  error: StartError,
  fails: (instanceId: string) => boolean,
): Deps['builder'] {
  return {
    ...builder,
    start: async function* (id, spec) {
      if (fails(id)) yield { type: 'failed', error };
      else yield* builder.start(id, spec);
    },
  };
}

/** Returns a condition that holds this many times. */
export function times(count: number): () => boolean {
  let left = count;
  return () => left-- > 0;
}
