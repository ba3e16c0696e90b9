// Watches what a shared machine takes from this one's processors. It delays whatever runs, and would be counted as somebody's unfairness.
import { readFileSync } from 'node:fs';

const everyMs = 250;
/** How long it may be felt after it ended. */
const echoMs = 750;
/** Share of the processors. */
const tolerated = 0.03;

/** Returns what the processors have spent since they started, in ticks: all of it, and what they wanted and were not given. */
function processorTicks(): { all: number; stolen: number } {
  const [, ...ticks] = (readFileSync('/proc/stat', 'utf8').split('\n')[0] ?? '').split(/ +/).map(Number);
  return { all: ticks.slice(0, 8).reduce((a, b) => a + b, 0), stolen: ticks[7] ?? 0 };
}

export class StolenTime {
  readonly #disturbedAt: number[] = [];
  readonly #timer: NodeJS.Timeout;

  constructor() {
    let before = processorTicks();
    this.#timer = setInterval(() => {
      const now = processorTicks();
      if (now.stolen - before.stolen > tolerated * (now.all - before.all)) this.#disturbedAt.push(performance.now());
      before = now;
    }, everyMs);
  }

  /** Whether the machine had its processors before this moment, however long what began then took. */
  wasQuiet(atMs: number): boolean {
    return !this.#disturbedAt.some((at) => at - everyMs < atMs + everyMs && atMs < at + echoMs);
  }

  close(): void {
    clearInterval(this.#timer);
  }
}
