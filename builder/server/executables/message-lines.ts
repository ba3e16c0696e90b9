// Splits a byte stream into lines of limited length. A line that arrives in pieces is collected in one buffer and must be complete
// before the deadline.
import type { PartialDeadline } from '../processes/pending-calls.ts';

type Bytes = Buffer<ArrayBuffer>;

const newline = 0x0a;
/** Initial buffer size. It doubles when full. */
const bufferBytesMin = 16 * 1024;

/** Thrown if a message is too long. */
export class LineTooLong extends RangeError {}

export class MessageLines {
  readonly #deadline: PartialDeadline;
  readonly #onLine: (line: Bytes) => void;
  #bytesMax: number;
  #buffer: Bytes | undefined;
  #collected = 0;

  constructor(bytesMax: number, deadline: PartialDeadline, onLine: (line: Bytes) => void) {
    this.#bytesMax = bytesMax;
    this.#deadline = deadline;
    this.#onLine = onLine;
  }

  /** Changes the limit for later lines. */
  set bytesMax(bytesMax: number) {
    this.#bytesMax = bytesMax;
  }

  /** Throws a RangeError if a line is longer than allowed. */
  push(chunk: Bytes): void {
    let from = 0;
    for (let end = chunk.indexOf(newline); end !== -1; end = chunk.indexOf(newline, from)) {
      const piece = chunk.subarray(from, end);
      from = end + 1;
      this.#onLine(this.#buffer ? this.#complete(piece) : this.#checked(piece));
    }
    if (from === chunk.length) return;
    this.#collect(chunk.subarray(from));
    this.#deadline.start();
  }

  #complete(piece: Bytes): Bytes {
    const line = this.#collect(piece).subarray(0, this.#collected);
    this.#buffer = undefined;
    this.#collected = 0;
    this.#deadline.clear();
    return line;
  }

  #collect(piece: Bytes): Bytes {
    const needed = this.#checked(piece).length + this.#collected;
    let buffer = this.#buffer ?? Buffer.allocUnsafeSlow(Math.max(bufferBytesMin, needed));
    if (buffer.length < needed) {
      const larger = Buffer.allocUnsafeSlow(Math.max(2 * buffer.length, needed));
      buffer.copy(larger, 0, 0, this.#collected);
      buffer = larger;
    }
    piece.copy(buffer, this.#collected);
    this.#buffer = buffer;
    this.#collected = needed;
    return buffer;
  }

  #checked(piece: Bytes): Bytes {
    if (this.#collected + piece.length > this.#bytesMax)
      throw new LineTooLong(`a line of more than ${this.#bytesMax} bytes`);
    return piece;
  }
}
