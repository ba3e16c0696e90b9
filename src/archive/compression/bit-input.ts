// Reads bits from a DEFLATE stream that arrives in pieces, and tracks the position to the bit. inflate.ts interprets the bits. Its
// inner loop works on these fields directly.
import { fastMask, type HuffmanCode } from './huffman.ts';

/** Larger than the longest definition of a block's codes (563 bytes), and than any symbol. */
export const lookaheadBytes = 576;

export class BitInput {
  bytes = new Uint8Array(0);
  /** The next byte to read. */
  position = 0;
  /** The end of the real input. After `finish`, it is followed by zeros, so reading ahead needs no bounds checks. */
  end = 0;
  finished = false;
  /** Bits read ahead; the lowest one is next. */
  bits = 0;
  bitCount = 0;
  #pushed = 0;

  push(bytes: Uint8Array): void {
    this.#replace(bytes.length, bytes);
    this.end = this.bytes.length;
    this.#pushed += bytes.length;
  }

  finish(): void {
    this.#replace(lookaheadBytes, new Uint8Array(0));
    this.end = this.bytes.length - lookaheadBytes;
    this.finished = true;
  }

  #replace(added: number, bytes: Uint8Array): void {
    this.returnWholeBytes();
    const left = this.bytes.subarray(this.position, this.end);
    this.bytes = new Uint8Array(left.length + added);
    this.bytes.set(left);
    this.bytes.set(bytes, left.length);
    this.position = 0;
  }

  /** Returns whole bytes that were read ahead to the input. Keeps the remaining bits of a partly read byte. */
  returnWholeBytes(): void {
    this.position -= this.bitCount >>> 3;
    this.bitCount &= 7;
    this.bits &= (1 << this.bitCount) - 1;
  }

  get unused(): number {
    return Math.max(0, this.end - this.position + (this.bitCount >>> 3));
  }

  /** Bytes used so far. A partly read byte counts as one. */
  get consumed(): number {
    return this.#pushed - this.unused;
  }

  get remaining(): Uint8Array<ArrayBuffer> {
    return this.bytes.subarray(this.end - this.unused, this.end);
  }

  /** True if the next block's definition can be read without bounds checks. */
  get hasLookahead(): boolean {
    return this.finished || this.end - this.position >= lookaheadBytes;
  }

  /** True if the zeros after the real end were used as input, which means that the stream is truncated. */
  get isOverrun(): boolean {
    return this.position - (this.bitCount >>> 3) > this.end;
  }

  /** Returns the next bits as a number. */
  take(count: number): number {
    this.#fill(count);
    const value = this.bits & ((1 << count) - 1);
    this.#drop(count);
    return value;
  }

  /** Returns the next symbol of a code, or -1 if no code matches. */
  symbol(code: HuffmanCode): number {
    this.#fill(15);
    const entry = code.fast[this.bits & fastMask] || code.lookup(this.bits);
    if (entry === 0) return -1;
    this.#drop(entry & 15);
    return entry >>> 4;
  }

  #fill(count: number): void {
    while (this.bitCount < count) {
      this.bits |= (this.bytes[this.position++] ?? 0) << this.bitCount;
      this.bitCount += 8;
    }
  }

  #drop(count: number): void {
    this.bits >>>= count;
    this.bitCount -= count;
  }
}
