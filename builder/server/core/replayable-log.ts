// Collects the events of a start or a build. Every reader gets all events from the first one, no matter when it joins.

export class ReplayableLog<Event extends { type: string }> {
  readonly #logLinesMax: number;
  readonly #isLast: (event: Event) => boolean;
  readonly #events: Event[] = [];
  readonly #waiting = new Set<() => void>();
  #logLines = 0;
  #closed = false;

  constructor(logLinesMax: number, isLast: (event: Event) => boolean) {
    this.#logLinesMax = logLinesMax;
    this.#isLast = isLast;
  }

  /** Adds an event, unless the log has already ended. Drops log lines beyond the limit. */
  append(event: Event): void {
    if (this.#closed || (event.type === 'log' && ++this.#logLines > this.#logLinesMax)) return;
    this.#events.push(event);
    this.#closed = this.#isLast(event);
    for (const wake of this.#waiting) wake();
    this.#waiting.clear();
  }

  /** Yields all events, past and future, up to the last one. */
  async *follow(): AsyncGenerator<Event> {
    for (let next = 0; ; next++) {
      while (next === this.#events.length) {
        if (this.#closed) return;
        await new Promise<void>((resolve) => this.#waiting.add(resolve));
      }
      const event = this.#events[next];
      if (event) yield event;
    }
  }
}
