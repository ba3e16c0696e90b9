// Holds the calls of an instance that wait for a process, in order of arrival. A call leaves when it's taken, when its caller leaves, or
// at its time limit.
import { formatDuration } from '../../../src/core/quantities.ts';
import { Refusal } from '../core/refusal.ts';
import { callCancelled, type HeldCall } from '../processes/plugin-call.ts';

export type Answer = Uint8Array<ArrayBuffer>;

export interface Waiting {
  readonly call: HeldCall;
  readonly since: number;
  /** When it stops waiting. */
  readonly until: number;
  resolve(answer: Answer | Promise<Answer>): void;
  reject(error: unknown): void;
}

export class WaitingCalls<Entry extends Waiting = Waiting> {
  readonly #waiting = new Set<Entry>();
  #timer: NodeJS.Timeout | undefined;

  get size(): number {
    return this.#waiting.size;
  }

  [Symbol.iterator](): Iterator<Entry> {
    return this.#waiting.values();
  }

  add(entry: Entry): void {
    this.#waiting.add(entry);
    entry.call.cancellation.onCancel(() => {
      if (this.take(entry)) entry.reject(callCancelled());
    });
    this.#timer ??= setTimeout(() => this.#expire(), entry.until - performance.now());
  }

  /** Removes a call. Returns whether it was waiting. */
  take(entry: Entry): boolean {
    return this.#waiting.delete(entry);
  }

  rejectAll(refusal: () => Refusal): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    for (const { reject } of this.#waiting) reject(refusal());
    this.#waiting.clear();
  }

  /** No waiting call has reached the plugin since it joined. Nearly always, the first call is also the first to expire. */
  #expire(): void {
    this.#timer = undefined;
    const now = performance.now();
    for (const entry of this.#waiting) {
      if (entry.until > now) {
        this.#timer = setTimeout(() => this.#expire(), entry.until - now);
        return;
      }
      this.take(entry);
      entry.reject(
        new Refusal('instance-busy', `The call waited ${formatDuration(now - entry.since)} for its turn. Retry later.`),
      );
    }
  }
}
