// Turns what a process prints into lines, at a bounded rate: a process that prints faster waits for its own output.
import type { Readable } from 'node:stream';
import { StringDecoder } from 'node:string_decoder';

/** What may come at once, and what is earned back in a millisecond. */
const burstCost = 1024 * 1024;
const costPerMs = 2048;
/** A line costs its bytes and this: a flood of empty lines is a flood too. */
const lineCost = 256;

/** Calls `onLine` for each line. Of one that is longer than `lineCharsMax` only a beginning of more than that is told. */
export function captureLines(stream: Readable, lineCharsMax: number, onLine: (line: string) => void): void {
  const decoder = new StringDecoder('utf8');
  const cutter = new LineCutter(lineCharsMax, onLine);
  let credit = burstCost;
  let creditAt = performance.now();
  stream.on('data', (chunk: Buffer) => {
    const lines = cutter.push(decoder.write(chunk));
    const now = performance.now();
    credit = Math.min(burstCost, credit + (now - creditAt) * costPerMs) - chunk.length - lines * lineCost;
    creditAt = now;
    if (credit < 0) {
      stream.pause();
      setTimeout(() => stream.resume(), -credit / costPerMs).unref();
    }
  });
  stream.on('end', () => cutter.end());
  // The pipe of a process that was killed may break in any way; its exit tells all there is to know.
  stream.on('error', () => {});
}

class LineCutter {
  readonly #lineCharsMax: number;
  readonly #onLine: (line: string) => void;
  #open = '';
  /** Within a line whose beginning was told. */
  #skips = false;

  constructor(lineCharsMax: number, onLine: (line: string) => void) {
    this.#lineCharsMax = lineCharsMax;
    this.#onLine = onLine;
  }

  /** Returns how many lines ended. */
  push(text: string): number {
    let lines = 0;
    let from = 0;
    for (let end = text.indexOf('\n'); end !== -1; end = text.indexOf('\n', from)) {
      if (!this.#skips) this.#tell(this.#open + text.slice(from, end));
      this.#skips = false;
      this.#open = '';
      from = end + 1;
      lines++;
    }
    if (this.#skips) return lines;
    this.#open += text.slice(from);
    if (this.#open.length > this.#lineCharsMax) {
      this.#tell(this.#open);
      this.#open = '';
      this.#skips = true;
    }
    return lines;
  }

  end(): void {
    if (this.#open !== '') this.#tell(this.#open);
  }

  #tell(line: string): void {
    this.#onLine(line.endsWith('\r') ? line.slice(0, -1) : line);
  }
}
