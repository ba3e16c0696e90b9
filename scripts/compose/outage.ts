// Makes calls continuously, and reports the longest time without a successful one.
import { setTimeout as delay } from 'node:timers/promises';
import { formatDuration } from '../../src/core/quantities.ts';

const pauseMs = 50;
const endMs = 300_000;

export class Outage {
  readonly #call: () => Promise<unknown>;
  readonly #calling: Promise<void>;
  #calls = 0;
  #failures = 0;
  #longestMs = 0;
  #lastFailure = '';
  /** The last call is the first successful one that starts after this time. */
  #endsAfter = Number.POSITIVE_INFINITY;

  constructor(call: () => Promise<unknown>) {
    this.#call = call;
    this.#calling = this.#repeat();
  }

  /** Resolves when a call that started after this has succeeded. */
  async ended(): Promise<void> {
    this.#endsAfter = performance.now();
    await this.#calling;
  }

  summary(): string {
    if (this.#failures === 0) return `${this.#calls} calls, none failed`;
    return `${this.#calls} calls, ${this.#failures} failed, ${formatDuration(this.#longestMs)} without a response (${this.#lastFailure})`;
  }

  async #repeat(): Promise<void> {
    for (let answeredAt = performance.now(); ; ) {
      const begunAt = performance.now();
      this.#calls += 1;
      try {
        await this.#call();
        this.#longestMs = Math.max(this.#longestMs, performance.now() - answeredAt);
        answeredAt = performance.now();
        if (begunAt > this.#endsAfter) return;
      } catch (error) {
        this.#failures += 1;
        this.#lastFailure = String(error).split('\n')[0] ?? '';
        if (begunAt > this.#endsAfter + endMs) throw error;
        await delay(pauseMs);
      }
    }
  }
}
