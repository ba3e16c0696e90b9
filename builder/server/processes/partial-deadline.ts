// Limits how long a message may stay incomplete: a process that never finishes one would keep its buffer for ever.

export class PartialDeadline {
  readonly #ms: number;
  readonly #onLate: () => void;
  #timer: NodeJS.Timeout | undefined;

  constructor(ms: number, onLate: () => void) {
    this.#ms = ms;
    this.#onLate = onLate;
  }

  /** Starts the time, unless it runs. */
  start(): void {
    this.#timer ??= setTimeout(this.#onLate, this.#ms).unref();
  }

  clear(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
  }
}
