// Writes an instance's output to its log, truncated and with secrets masked.
import type { InstanceWarning } from '../../../src/contract/builder/instances.ts';
import { type LogLine, truncateLine } from '../../../src/contract/builder/logs/line.ts';
import { SecretMask } from '../../../src/core/secret-mask.ts';

/** Minimum time between two Worker warnings. */
const warningEveryMs = 60_000;

export type OnLine = (line: LogLine) => void;

export class LogWriter {
  readonly #write: OnLine;
  readonly #lineCharsMax: number;
  readonly #now: () => number;
  readonly #mask: SecretMask;
  #onLine: OnLine | undefined;
  #warnedAt = Number.NEGATIVE_INFINITY;

  constructor(write: OnLine, lineCharsMax: number, now: () => number, mask = new SecretMask()) {
    this.#write = write;
    this.#lineCharsMax = lineCharsMax;
    this.#now = now;
    this.#mask = mask;
  }

  /** Calls `onLine` with each new line. Replaces the previous listener; undefined removes it. */
  listen(onLine: OnLine | undefined): void {
    this.#onLine = onLine;
  }

  /** `request` is the ID of the API request that the line belongs to. */
  add(stream: LogLine['stream'], printed: string, request?: string): void {
    const text = this.#masked(printed);
    const line: LogLine = {
      at: new Date(this.#now()).toISOString(),
      stream,
      line: truncateLine(text, this.#lineCharsMax),
      ...(request ? { request } : {}),
    };
    this.#write(line);
    this.#onLine?.(line);
  }

  /** Adds a Worker warning, at most one a minute. */
  warn({ line, request }: InstanceWarning): void {
    const now = this.#now();
    if (now - this.#warnedAt < warningEveryMs) return;
    this.#warnedAt = now;
    this.add('host', line, request);
  }

  /** A line of this length was already truncated when it was read. */
  #masked(text: string): string {
    if (this.#mask.isEmpty) return text;
    return text.length < this.#lineCharsMax ? this.#mask.text(text) : this.#mask.beginning(text);
  }
}
