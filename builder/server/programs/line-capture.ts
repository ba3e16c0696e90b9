// Splits a process's output into lines, at a limited rate.
import type { Readable } from 'node:stream';
import { StringDecoder } from 'node:string_decoder';
import { ReadCredit } from './read-credit.ts';

/**
 * Calls `onLine` for each line. If a line is too long, passes only its start, at least `lineCharsMax` characters. `onLine` returns how
 * many lines to charge the process for.
 */
export function captureLines(stream: Readable, lineCharsMax: number, onLine: (line: string) => number): void {
  const decoder = new StringDecoder('utf8');
  const cutter = new LineCutter(lineCharsMax, onLine);
  const credit = new ReadCredit(stream);
  stream.on('data', (chunk: Buffer) => credit.charge(chunk.length, cutter.push(decoder.write(chunk))));
  stream.on('end', () => cutter.end());
  // A killed process's pipe may fail in any way; its exit is handled elsewhere.
  stream.on('error', () => {});
}

class LineCutter {
  readonly #lineCharsMax: number;
  readonly #onLine: (line: string) => number;
  #open = '';
  /** True while it drops the rest of the current line. */
  #dropsRest = false;

  constructor(lineCharsMax: number, onLine: (line: string) => number) {
    this.#lineCharsMax = lineCharsMax;
    this.#onLine = onLine;
  }

  /** Returns the number of lines to charge for. */
  push(text: string): number {
    let lines = 0;
    let from = 0;
    for (let end = text.indexOf('\n'); end !== -1; end = text.indexOf('\n', from)) {
      lines += this.#dropsRest ? 1 : this.#emit(this.#open + text.slice(from, end));
      this.#dropsRest = false;
      this.#open = '';
      from = end + 1;
    }
    if (this.#dropsRest) return lines;
    this.#open += text.slice(from);
    if (this.#open.length > this.#lineCharsMax) {
      this.#emit(this.#open);
      this.#open = '';
      this.#dropsRest = true;
    }
    return lines;
  }

  end(): void {
    if (this.#open !== '') this.#emit(this.#open);
  }

  #emit(line: string): number {
    return this.#onLine(line.endsWith('\r') ? line.slice(0, -1) : line);
  }
}
