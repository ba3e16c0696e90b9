// Stores the newest lines of an instance's output, truncated, in bounded memory.
import { randomUUID } from 'node:crypto';
import type { LogLine } from '../../../src/contract/log-line.ts';
import { SecretMask } from './secret-mask.ts';

export type OnLine = (line: LogLine) => void;

export class LogRing {
  readonly #linesMax: number;
  readonly #lineCharsMax: number;
  readonly #now: () => number;
  readonly #mask: SecretMask;
  #lines: LogLine[] = [];
  /** Index of the oldest line, once the ring is full. */
  #oldest = 0;
  #onLine: OnLine | undefined;
  /** Distinguishes this ring's positions from those of an earlier instance with the same ID. */
  readonly #ringId = randomUUID();
  #added = 0;

  /** Secrets are masked in every line. */
  constructor(linesMax: number, lineCharsMax: number, now: () => number, mask = new SecretMask()) {
    this.#linesMax = linesMax;
    this.#lineCharsMax = lineCharsMax;
    this.#now = now;
    this.#mask = mask;
  }

  /** Calls `onLine` with each new line. Replaces the previous listener; undefined removes it. */
  listen(onLine: OnLine | undefined): void {
    this.#onLine = onLine;
  }

  /** `request` is the ID of the API's request that the line belongs to. */
  add(stream: LogLine['stream'], printed: string, request?: string): void {
    const text = this.#masked(printed);
    const line: LogLine = {
      at: new Date(this.#now()).toISOString(),
      stream,
      line: text.length > this.#lineCharsMax ? `${text.slice(0, this.#lineCharsMax - 1)}…` : text,
      ...(request ? { request } : {}),
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

  /** Lines this long were cut off where they were read. */
  #masked(text: string): string {
    if (this.#mask.isEmpty) return text;
    return text.length < this.#lineCharsMax ? this.#mask.text(text) : this.#mask.beginning(text);
  }

  /** Returns the lines added since this ring returned `after` as `next`, oldest first. Returns all lines for any other text. */
  since(after: string): { lines: LogLine[]; next: string } {
    const [, ringId, seen] = /^([^.]*)\.(\d{1,15})$/.exec(after) ?? [];
    const unseen = ringId === this.#ringId ? Math.max(0, this.#added - Number(seen)) : this.#added;
    const lines = [...this.#lines.slice(this.#oldest), ...this.#lines.slice(0, this.#oldest)];
    return { lines: lines.slice(Math.max(0, lines.length - unseen)), next: `${this.#ringId}.${this.#added}` };
  }
}
