// Limits how fast a plugin's output is read. If a process prints faster, its pipe fills up and the process blocks. Each piece of output
// is paid off in less than `partialMs`.
import type { Readable } from 'node:stream';

/** A token bucket: its size in bytes, and the bytes added per millisecond. */
const burstCost = 1024 * 1024;
const costPerMs = 2048;
/** A line's cost on top of its bytes, so that empty lines are limited too. */
const lineCost = 256;

export class ReadCredit {
  readonly #stream: Readable;
  #credit = burstCost;
  #creditAt = performance.now();
  #isPaused = false;

  constructor(stream: Readable) {
    this.#stream = stream;
  }

  /** Charges for output. Pauses the stream until the debt is paid. */
  charge(bytes: number, lines: number): void {
    this.#earn();
    this.#credit -= bytes + lines * lineCost;
    if (this.#credit >= 0 || this.#isPaused) return;
    this.#isPaused = true;
    this.#stream.pause();
    this.#resumeLater();
  }

  #earn(): void {
    const now = performance.now();
    this.#credit = Math.min(burstCost, this.#credit + (now - this.#creditAt) * costPerMs);
    this.#creditAt = now;
  }

  #resumeLater(): void {
    const wait = setTimeout(() => {
      this.#earn();
      if (this.#credit < 0) return this.#resumeLater();
      this.#isPaused = false;
      this.#stream.resume();
    }, -this.#credit / costPerMs);
    wait.unref();
  }
}
