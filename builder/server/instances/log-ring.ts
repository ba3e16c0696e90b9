// What an instance printed: the newest lines, each cut to a length. Never grows with what a plugin prints.
import { randomUUID } from 'node:crypto';
import type { LogLine } from '../../../src/contract/log-line.ts';

export type OnLine = (line: LogLine) => void;

export class LogRing {
  readonly #linesMax: number;
  readonly #lineCharsMax: number;
  readonly #now: () => number;
  #lines: LogLine[] = [];
  /** Where the oldest line is, once the ring is full. */
  #oldest = 0;
  #onLine: OnLine | undefined;
  /** Tells it from the one before, when an instance is started anew. */
  readonly #name = randomUUID();
  #added = 0;

  constructor(linesMax: number, lineCharsMax: number, now: () => number) {
    this.#linesMax = linesMax;
    this.#lineCharsMax = lineCharsMax;
    this.#now = now;
  }

  /** Calls `onLine` with every line from now on, until another listener or undefined takes its place. */
  listen(onLine: OnLine | undefined): void {
    this.#onLine = onLine;
  }

  add(stream: LogLine['stream'], text: string): void {
    const line = {
      at: new Date(this.#now()).toISOString(),
      stream,
      line: text.length > this.#lineCharsMax ? `${text.slice(0, this.#lineCharsMax - 1)}…` : text,
    };
    this.#added += 1;
    if (this.#lines.length < this.#linesMax) {
      this.#lines.push(line);
    } else {
      this.#lines[this.#oldest] = line;
      this.#oldest = (this.#oldest + 1) % this.#linesMax;
    }
    this.#onLine?.(line);
  }

  /** Oldest first: what was added since `next` was given out by this ring; all of it for any other text. */
  since(after: string): { lines: LogLine[]; next: string } {
    const [, name, seen] = /^([^.]*)\.(\d{1,15})$/.exec(after) ?? [];
    const unseen = name === this.#name ? Math.max(0, this.#added - Number(seen)) : this.#added;
    const lines = [...this.#lines.slice(this.#oldest), ...this.#lines.slice(0, this.#oldest)];
    return { lines: lines.slice(Math.max(0, lines.length - unseen)), next: `${this.#name}.${this.#added}` };
  }
}
