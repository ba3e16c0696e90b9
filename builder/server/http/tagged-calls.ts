// Finds a call in progress by its tag, so that a caller who keeps its connection open can cancel it over another one.
import type { Cancellation } from '../processes/plugin-call.ts';

export class TaggedCalls {
  readonly #calls = new Map<string, Set<Cancellation>>();

  /** Keeps the call until the returned function is called. */
  add(tag: string, call: Cancellation): () => void {
    const calls = this.#calls.get(tag) ?? new Set();
    this.#calls.set(tag, calls.add(call));
    return () => {
      calls.delete(call);
      if (calls.size === 0 && this.#calls.get(tag) === calls) this.#calls.delete(tag);
    };
  }

  /** Cancels the one call with the tag; none if several have it, because only one of them is meant. */
  cancel(tag: string): void {
    const [call, ...others] = this.#calls.get(tag) ?? [];
    if (others.length === 0) call?.cancel();
  }
}
