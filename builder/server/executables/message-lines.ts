// Cuts a stream into lines of bytes, each at most so long. Bodies are views of what was received where that is possible.

type Bytes = Buffer<ArrayBuffer>;

const newline = 0x0a;

export class MessageLines {
  readonly #bytesMax: number;
  readonly #onLine: (line: Bytes) => void;
  #open: Bytes[] = [];
  #openBytes = 0;

  constructor(bytesMax: number, onLine: (line: Bytes) => void) {
    this.#bytesMax = bytesMax;
    this.#onLine = onLine;
  }

  /** Throws a RangeError at a line that is longer than allowed. */
  push(chunk: Bytes): void {
    let from = 0;
    for (let end = chunk.indexOf(newline); end !== -1; end = chunk.indexOf(newline, from)) {
      this.#keep(chunk.subarray(from, end));
      const line = this.#open.length === 1 ? this.#open[0] : Buffer.concat(this.#open, this.#openBytes);
      this.#open = [];
      this.#openBytes = 0;
      from = end + 1;
      if (line) this.#onLine(line);
    }
    if (from < chunk.length) this.#keep(chunk.subarray(from));
  }

  #keep(piece: Bytes): void {
    this.#openBytes += piece.length;
    if (this.#openBytes > this.#bytesMax) throw new RangeError(`a line of more than ${this.#bytesMax} bytes`);
    this.#open.push(piece);
  }
}
