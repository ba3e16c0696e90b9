// Splits a stream of bytes into lines of limited length. Lines are views of the received chunks where possible.

type Bytes = Buffer<ArrayBuffer>;

const newline = 0x0a;

export class MessageLines {
  readonly #bytesMax: number;
  readonly #onLine: (line: Bytes) => void;
  #parts: Bytes[] = [];
  #partsBytes = 0;

  constructor(bytesMax: number, onLine: (line: Bytes) => void) {
    this.#bytesMax = bytesMax;
    this.#onLine = onLine;
  }

  /** Throws a RangeError if a line is longer than allowed. */
  push(chunk: Bytes): void {
    let from = 0;
    for (let end = chunk.indexOf(newline); end !== -1; end = chunk.indexOf(newline, from)) {
      this.#collect(chunk.subarray(from, end));
      const line = this.#parts.length === 1 ? this.#parts[0] : Buffer.concat(this.#parts, this.#partsBytes);
      this.#parts = [];
      this.#partsBytes = 0;
      from = end + 1;
      if (line) this.#onLine(line);
    }
    if (from < chunk.length) this.#collect(chunk.subarray(from));
  }

  #collect(piece: Bytes): void {
    this.#partsBytes += piece.length;
    if (this.#partsBytes > this.#bytesMax) throw new RangeError(`a line of more than ${this.#bytesMax} bytes`);
    this.#parts.push(piece);
  }
}
