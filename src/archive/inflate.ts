// Raw DEFLATE (RFC 1951), pulled in pieces. Owns exactness: it stops at the byte that the caller asks for, and knows
// which input byte was the stream's last. Neither fflate's Inflate (ignores what follows the last block, inflates a whole
// push at once) nor DecompressionStream (runs ahead of its reader in workerd) can tell that, and hostile archives live there.
import { fastBits, HuffmanCode } from './huffman.ts';

const windowBytes = 32 * 1024;
const outputBytes = 64 * 1024;
const matchBytesMax = 258;
/** More than the longest definition of a block's codes (563 bytes) and than any symbol. */
const lookaheadBytes = 576;

const lengthBase = Uint16Array.of(
  3,
  4,
  5,
  6,
  7,
  8,
  9,
  10,
  11,
  13,
  15,
  17,
  19,
  23,
  27,
  31,
  35,
  43,
  51,
  59,
  67,
  83,
  99,
  115,
  131,
  163,
  195,
  227,
  258,
);
const lengthExtra = Uint8Array.of(
  0,
  0,
  0,
  0,
  0,
  0,
  0,
  0,
  1,
  1,
  1,
  1,
  2,
  2,
  2,
  2,
  3,
  3,
  3,
  3,
  4,
  4,
  4,
  4,
  5,
  5,
  5,
  5,
  0,
);
const distanceBase = Uint16Array.of(
  1,
  2,
  3,
  4,
  5,
  7,
  9,
  13,
  17,
  25,
  33,
  49,
  65,
  97,
  129,
  193,
  257,
  385,
  513,
  769,
  1025,
  1537,
  2049,
  3073,
  4097,
  6145,
  8193,
  12289,
  16385,
  24577,
);
const distanceExtra = Uint8Array.of(
  0,
  0,
  0,
  0,
  1,
  1,
  2,
  2,
  3,
  3,
  4,
  4,
  5,
  5,
  6,
  6,
  7,
  7,
  8,
  8,
  9,
  9,
  10,
  10,
  11,
  11,
  12,
  12,
  13,
  13,
);
const codeLengthOrder = Uint8Array.of(16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15);

/** `hungry` wants `push` or `finish`; `done` and `broken` are final. */
export type InflaterState = 'running' | 'hungry' | 'done' | 'broken';

type Block = 'header' | 'stored' | 'codes';

const fixedLiterals = fixedCode(new Uint8Array(288).fill(8, 0, 144).fill(9, 144, 256).fill(7, 256, 280).fill(8, 280));
const fixedDistances = fixedCode(new Uint8Array(32).fill(5));

/** Scratch for the definition of a block's codes. */
const codeLengths = new Uint8Array(19);
const allLengths = new Uint8Array(320);

export class Inflater {
  #state: InflaterState = 'hungry';
  #input = new Uint8Array(0);
  /** The next byte to read, and where real input ends: after `finish`, zeros follow it so that reading ahead needs no checks. */
  #position = 0;
  #inputEnd = 0;
  #finished = false;
  #pushed = 0;
  #bits = 0;
  #bitCount = 0;
  readonly #output = new Uint8Array(windowBytes + outputBytes + matchBytesMax);
  #written = 0;
  #returned = 0;
  #block: Block = 'header';
  #lastBlock = false;
  #storedLeft = 0;
  /** The codes of the current block: the fixed ones, or the stream's own. */
  #literals = fixedLiterals;
  #distances = fixedDistances;
  readonly #ownLengths = new HuffmanCode();
  readonly #ownLiterals = new HuffmanCode();
  readonly #ownDistances = new HuffmanCode();

  get state(): InflaterState {
    return this.#state;
  }

  /** Input bytes that the stream used so far, rounded up to whole bytes. */
  get consumed(): number {
    return this.#pushed - this.unused;
  }

  get unused(): number {
    return Math.max(0, this.#inputEnd - this.#position + (this.#bitCount >>> 3));
  }

  /** What was pushed and not used; when `done`, it lies behind the end of the stream. */
  get remaining(): Uint8Array<ArrayBuffer> {
    return this.#input.subarray(this.#inputEnd - this.unused, this.#inputEnd);
  }

  push(bytes: Uint8Array): void {
    this.#returnWholeBytes();
    const left = this.#input.subarray(this.#position, this.#inputEnd);
    const joined = new Uint8Array(left.length + bytes.length);
    joined.set(left);
    joined.set(bytes, left.length);
    this.#take(joined, joined.length);
    this.#pushed += bytes.length;
  }

  /** No more input will come. */
  finish(): void {
    this.#returnWholeBytes();
    const left = this.#input.subarray(this.#position, this.#inputEnd);
    const padded = new Uint8Array(left.length + lookaheadBytes);
    padded.set(left);
    this.#take(padded, left.length);
    this.#finished = true;
  }

  #take(input: Uint8Array<ArrayBuffer>, end: number): void {
    this.#input = input;
    this.#inputEnd = end;
    this.#position = 0;
    if (this.#state === 'hungry') this.#state = 'running';
  }

  /** Between 1 and `max` bytes, valid until the next call; none when the state is no longer `running`. */
  pull(max: number): Uint8Array<ArrayBuffer> {
    if (this.#written === this.#returned && this.#state === 'running') this.#run(max);
    const start = this.#returned;
    this.#returned = Math.min(this.#written, start + max);
    return this.#output.subarray(start, this.#returned);
  }

  #run(max: number): void {
    if (this.#written >= windowBytes + outputBytes) {
      this.#output.copyWithin(0, this.#written - windowBytes, this.#written);
      this.#written = windowBytes;
      this.#returned = windowBytes;
    }
    const start = this.#written;
    const end = Math.min(start + max, windowBytes + outputBytes);
    while (this.#state === 'running' && this.#written < end) {
      if (this.#block === 'header') this.#readHeader();
      else if (this.#block === 'stored') this.#copyStored(end);
      else this.#decode(end);
    }
    if (this.#isOverrun()) this.#state = 'broken';
    if (this.#state === 'broken') this.#written = start;
  }

  /** Zeros behind the real end were used as if they were input: the stream is cut short, and what they gave is not content. */
  #isOverrun(): boolean {
    return this.#position - (this.#bitCount >>> 3) > this.#inputEnd;
  }

  /** The next bits as a number. */
  #need(count: number): number {
    while (this.#bitCount < count) {
      this.#bits |= (this.#input[this.#position++] ?? 0) << this.#bitCount;
      this.#bitCount += 8;
    }
    const value = this.#bits & ((1 << count) - 1);
    this.#bits >>>= count;
    this.#bitCount -= count;
    return value;
  }

  #endBlock(): void {
    this.#block = 'header';
    if (!this.#lastBlock) return;
    this.#state = 'done';
    this.#returnWholeBytes();
  }

  /** Bytes that were read ahead but not begun go back to the input; the rest of a begun byte stays. */
  #returnWholeBytes(): void {
    this.#position -= this.#bitCount >>> 3;
    this.#bitCount &= 7;
    this.#bits &= (1 << this.#bitCount) - 1;
  }

  #readHeader(): void {
    if (!this.#finished && this.#inputEnd - this.#position < lookaheadBytes) {
      this.#state = 'hungry';
      return;
    }
    if (this.#isOverrun()) {
      this.#state = 'broken';
      return;
    }
    this.#lastBlock = this.#need(1) === 1;
    const kind = this.#need(2);
    if (kind === 0) this.#readStoredHeader();
    else if (kind === 1) {
      this.#literals = fixedLiterals;
      this.#distances = fixedDistances;
      this.#block = 'codes';
    } else if (kind === 2) this.#readCodes();
    else this.#state = 'broken';
  }

  #readStoredHeader(): void {
    this.#returnWholeBytes();
    this.#need(this.#bitCount);
    const length = this.#need(16);
    const check = this.#need(16);
    if ((length ^ check) !== 0xffff) {
      this.#state = 'broken';
      return;
    }
    this.#storedLeft = length;
    this.#block = 'stored';
    if (length === 0) this.#endBlock();
  }

  #copyStored(end: number): void {
    const count = Math.min(this.#storedLeft, end - this.#written, this.#inputEnd - this.#position);
    if (count <= 0) {
      this.#state = this.#finished ? 'broken' : 'hungry';
      return;
    }
    this.#output.set(this.#input.subarray(this.#position, this.#position + count), this.#written);
    this.#position += count;
    this.#written += count;
    this.#storedLeft -= count;
    if (this.#storedLeft === 0) this.#endBlock();
  }

  #readCodes(): void {
    const literalCount = this.#need(5) + 257;
    const distanceCount = this.#need(5) + 1;
    const lengthCount = this.#need(4) + 4;
    codeLengths.fill(0);
    for (let i = 0; i < lengthCount; i++) codeLengths[codeLengthOrder[i] ?? 0] = this.#need(3);
    const lengths = allLengths.subarray(0, literalCount + distanceCount).fill(0);
    const isDefined =
      literalCount <= 286 &&
      distanceCount <= 30 &&
      this.#ownLengths.define(codeLengths) &&
      this.#readLengths(this.#ownLengths, lengths) &&
      lengths[256] !== 0 &&
      this.#ownLiterals.define(lengths.subarray(0, literalCount)) &&
      this.#ownDistances.define(lengths.subarray(literalCount));
    if (!isDefined) {
      this.#state = 'broken';
      return;
    }
    this.#literals = this.#ownLiterals;
    this.#distances = this.#ownDistances;
    this.#block = 'codes';
  }

  #readLengths(code: HuffmanCode, lengths: Uint8Array): boolean {
    let filled = 0;
    while (filled < lengths.length) {
      const symbol = this.#symbol(code);
      if (symbol < 0) return false;
      if (symbol < 16) {
        lengths[filled++] = symbol;
        continue;
      }
      if (symbol === 16 && filled === 0) return false;
      const value = symbol === 16 ? (lengths[filled - 1] ?? 0) : 0;
      const repeat = symbol === 16 ? this.#need(2) + 3 : symbol === 17 ? this.#need(3) + 3 : this.#need(7) + 11;
      if (filled + repeat > lengths.length) return false;
      lengths.fill(value, filled, filled + repeat);
      filled += repeat;
    }
    return true;
  }

  #symbol(code: HuffmanCode): number {
    while (this.#bitCount < 15) {
      this.#bits |= (this.#input[this.#position++] ?? 0) << this.#bitCount;
      this.#bitCount += 8;
    }
    const entry = code.fast[this.#bits & ((1 << fastBits) - 1)] || code.lookup(this.#bits);
    if (entry === 0) return -1;
    this.#bits >>>= entry & 15;
    this.#bitCount -= entry & 15;
    return entry >>> 4;
  }

  /** Literals and matches until `end` is reached, the block ends or input runs low; the state lives in locals meanwhile. */
  #decode(end: number): void {
    const input = this.#input;
    const output = this.#output;
    const literals = this.#literals;
    const distances = this.#distances;
    const fastMask = (1 << fastBits) - 1;
    const inputSafe = this.#finished ? input.length - 16 : this.#inputEnd - 16;
    let position = this.#position;
    let bits = this.#bits;
    let bitCount = this.#bitCount;
    let written = this.#written;
    let outcome: 'full' | 'low' | 'end' | 'broken' = 'full';
    while (written < end) {
      if (position > inputSafe) {
        outcome = 'low';
        break;
      }
      while (bitCount <= 24) {
        bits |= (input[position++] ?? 0) << bitCount;
        bitCount += 8;
      }
      const entry = literals.fast[bits & fastMask] || literals.lookup(bits);
      bits >>>= entry & 15;
      bitCount -= entry & 15;
      const symbol = entry >>> 4;
      if (symbol < 256) {
        if (entry === 0) {
          outcome = 'broken';
          break;
        }
        output[written++] = symbol;
        continue;
      }
      if (symbol === 256) {
        outcome = 'end';
        break;
      }
      const lengthBits = lengthExtra[symbol - 257] ?? 0;
      const length = (lengthBase[symbol - 257] ?? 0) + (bits & ((1 << lengthBits) - 1));
      bits >>>= lengthBits;
      bitCount -= lengthBits;
      while (bitCount <= 24) {
        bits |= (input[position++] ?? 0) << bitCount;
        bitCount += 8;
      }
      const distanceEntry = distances.fast[bits & fastMask] || distances.lookup(bits);
      bits >>>= distanceEntry & 15;
      bitCount -= distanceEntry & 15;
      const distanceSymbol = distanceEntry >>> 4;
      const distanceBits = distanceExtra[distanceSymbol] ?? 0;
      while (bitCount < distanceBits) {
        bits |= (input[position++] ?? 0) << bitCount;
        bitCount += 8;
      }
      const distance = (distanceBase[distanceSymbol] ?? 0) + (bits & ((1 << distanceBits) - 1));
      bits >>>= distanceBits;
      bitCount -= distanceBits;
      if (distanceEntry === 0 || distance === 0 || length === 0 || distance > written) {
        outcome = 'broken';
        break;
      }
      for (let from = written - distance, to = written + length; written < to; )
        output[written++] = output[from++] ?? 0;
    }
    this.#position = position;
    this.#bits = bits;
    this.#bitCount = bitCount;
    this.#written = written;
    if (outcome === 'end') this.#endBlock();
    else if (outcome === 'broken') this.#state = 'broken';
    else if (outcome === 'low') this.#state = this.#finished ? 'broken' : 'hungry';
  }
}

function fixedCode(lengths: Uint8Array): HuffmanCode {
  const code = new HuffmanCode();
  if (!code.define(lengths)) throw new Error('the fixed codes of RFC 1951 are complete');
  return code;
}
