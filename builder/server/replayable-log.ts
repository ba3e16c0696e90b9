// The story of a start or a build, told to everyone who asks for it while it lasts, from its beginning.

export class ReplayableLog<Event extends { type: string }> {
  readonly #logLinesMax: number;
  readonly #isLast: (event: Event) => boolean;
  readonly #told: Event[] = [];
  readonly #waiting = new Set<() => void>();
  #logLines = 0;
  #closed = false;

  constructor(logLinesMax: number, isLast: (event: Event) => boolean) {
    this.#logLinesMax = logLinesMax;
    this.#isLast = isLast;
  }

  /** Log lines beyond the limit are left out; what keeps the log has the newest. */
  append(event: Event): void {
    if (this.#closed || (event.type === 'log' && ++this.#logLines > this.#logLinesMax)) return;
    this.#told.push(event);
    this.#closed = this.#isLast(event);
    for (const wake of this.#waiting) wake();
    this.#waiting.clear();
  }

  /** All events, up to and with the last. */
  async *follow(): AsyncGenerator<Event> {
    for (let next = 0; ; next++) {
      while (next === this.#told.length) {
        if (this.#closed) return;
        await new Promise<void>((resolve) => this.#waiting.add(resolve));
      }
      const event = this.#told[next];
      if (event) yield event;
    }
  }
}
