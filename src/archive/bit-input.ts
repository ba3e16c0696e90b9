// The bits of a DEFLATE stream that arrives in pieces. Owns how far it was read, to the bit; what the bits mean is for
// inflate.ts, whose inner loop works on these fields directly.
import { fastMask, type HuffmanCode } from './huffman.ts';

/** More than the longest definition of a block's codes (563 bytes) and than any symbol. */
export const lookaheadBytes = 576;

export class BitInput {
  bytes = new Uint8Array(0);
  /** The next byte to read. */
  position = 0;
  /** Where real input ends: after `finish`, zeros follow it, so that reading ahead needs no checks. */
  end = 0;
  finished = false;
  /** Bits that were read ahead, the next one lowest. */
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

  #replace(room: number, bytes: Uint8Array): void {
    this.giveBack();
    const left = this.bytes.subarray(this.position, this.end);
    this.bytes = new Uint8Array(left.length + room);
    this.bytes.set(left);
    this.bytes.set(bytes, left.length);
    this.position = 0;
  }

  /** Whole bytes that were read ahead go back; the rest of a begun one stays. */
  giveBack(): void {
    this.position -= this.bitCount >>> 3;
    this.bitCount &= 7;
    this.bits &= (1 << this.bitCount) - 1;
  }

  get unused(): number {
    return Math.max(0, this.end - this.position + (this.bitCount >>> 3));
  }

  /** Bytes that were used, a begun one counted whole. */
  get consumed(): number {
    return this.#pushed - this.unused;
  }

  get remaining(): Uint8Array<ArrayBuffer> {
    return this.bytes.subarray(this.end - this.unused, this.end);
  }

  /** Whether the next block's definition can be read without asking how much is left. */
  get hasLookahead(): boolean {
    return this.finished || this.end - this.position >= lookaheadBytes;
  }

  /** Zeros behind the real end were used as if they were input: the stream is cut short. */
  get isOverrun(): boolean {
    return this.position - (this.bitCount >>> 3) > this.end;
  }

  /** The next bits as a number. */
  take(count: number): number {
    this.#fill(count);
    const value = this.bits & ((1 << count) - 1);
    this.#drop(count);
    return value;
  }

  /** The next symbol of a code; -1 when there is none. */
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
