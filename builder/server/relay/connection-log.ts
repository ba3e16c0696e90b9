// Writes a plugin's connections to its log: where to, how many bytes, and what was refused.
import { relayLimits } from '../../../src/contract/limits/egress.ts';

export class ConnectionLog {
  readonly #add: (line: string) => void;
  #second = 0;
  #lines = 0;
  #leftOut = 0;

  /** `add` takes a line of the plugin's log. */
  constructor(add: (line: string) => void) {
    this.#add = add;
  }

  ended(target: string, { sent, received }: { sent: number; received: number }): void {
    this.#write(`network: ${target}, ${sent} bytes sent, ${received} received`);
  }

  refused(target: string, reason: string): void {
    this.#write(`network: ${target} was refused: ${reason}`);
  }

  /** A plugin that opens connections in a loop must not replace everything else in its log. */
  #write(line: string): void {
    const second = Math.floor(performance.now() / 1000);
    if (second !== this.#second) {
      if (this.#leftOut > 0) this.#add(`network: ${this.#leftOut} more connections`);
      this.#second = second;
      this.#lines = 0;
      this.#leftOut = 0;
    }
    if (this.#lines++ < relayLimits.logLinesPerSecond) this.#add(line);
    else this.#leftOut++;
  }
}
