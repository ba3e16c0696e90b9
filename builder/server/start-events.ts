// The story of one start, told to everyone who asks for that instance while it lasts, from its beginning.
import type { InstanceEvent } from '../../src/contract/builder.ts';

export class StartEvents {
  readonly #logLinesMax: number;
  readonly #told: InstanceEvent[] = [];
  readonly #waiting = new Set<() => void>();
  #logLines = 0;
  #closed = false;

  constructor(logLinesMax: number) {
    this.#logLinesMax = logLinesMax;
  }

  /** Log lines beyond the limit are left out; the instance's own log has the newest. */
  tell(event: InstanceEvent): void {
    if (this.#closed || (event.type === 'log' && ++this.#logLines > this.#logLinesMax)) return;
    this.#told.push(event);
    this.#closed = event.type === 'ready' || event.type === 'failed';
    for (const wake of this.#waiting) wake();
    this.#waiting.clear();
  }

  /** All events, up to and with the result. */
  async *follow(): AsyncGenerator<InstanceEvent> {
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
