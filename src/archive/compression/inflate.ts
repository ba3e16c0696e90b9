// Inflates raw DEFLATE data (RFC 1951) on demand. It produces exactly the bytes requested and knows which input byte was the stream's
// last. Hostile archives exploit decompressors that don't. fflate's Inflate inflates everything it is given at once and ignores bytes
// after the last block. DecompressionStream doesn't report surplus bytes, and runtimes differ in which ones they accept
// (whatwg/compression#39 and #76, nodejs/node#58247).
import { BitInput } from './bit-input.ts';
import { fastMask, HuffmanCode } from './huffman.ts';

const windowBytes = 32 * 1024;
const outputBytes = 64 * 1024;
const matchBytesMax = 258;
/** Larger than what one iteration of the inner loop reads. */
const iterationBytes = 16;

/** Lengths 3 to 258 and distances 1 to 32768, by symbol: the base value and the number of extra bits (RFC 1951 §3.2.5). */
const lengthExtra = Uint8Array.from({ length: 29 }, (_, i) => (i < 8 || i === 28 ? 0 : (i >> 2) - 1));
const lengthBase = Uint16Array.from(basesOf(lengthExtra, 3)).fill(258, 28);
const distanceExtra = Uint8Array.from({ length: 30 }, (_, i) => (i < 4 ? 0 : (i >> 1) - 1));
const distanceBase = Uint16Array.from(basesOf(distanceExtra, 1));
const codeLengthOrder = Uint8Array.from([16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15]);

function* basesOf(extra: Uint8Array, first: number): Generator<number> {
  let base = first;
  for (const bits of extra) {
    yield base;
    base += 1 << bits;
  }
}

/** `starved` means that `push` or `finish` is needed; `done` and `corrupt` are final. */
export type InflaterState = 'running' | 'starved' | 'done' | 'corrupt';

type Block = 'header' | 'stored' | 'codes';

const fixedLiterals = fixedCode(new Uint8Array(288).fill(8, 0, 144).fill(9, 144, 256).fill(7, 256, 280).fill(8, 280));
const fixedDistances = fixedCode(new Uint8Array(32).fill(5));

/** Scratch space for defining a block's codes. */
const codeLengths = new Uint8Array(19);
const allLengths = new Uint8Array(320);

export class Inflater {
  #state: InflaterState = 'starved';
  #input = new BitInput();
  readonly #output = new Uint8Array(windowBytes + outputBytes + matchBytesMax);
  #written = 0;
  #returned = 0;
  #block: Block = 'header';
  #lastBlock = false;
  #storedLeft = 0;
  /** The current block's codes: the fixed ones, or codes that the stream defined. */
  #literals = fixedLiterals;
  #distances = fixedDistances;
  readonly #definedLengths = new HuffmanCode();
  readonly #definedLiterals = new HuffmanCode();
  readonly #definedDistances = new HuffmanCode();

  get state(): InflaterState {
    return this.#state;
  }

  /** Begins another stream. An inflater holds about 100 KiB, which is a lot for each of many small streams. */
  restart(): void {
    this.#state = 'starved';
    this.#input = new BitInput();
    this.#written = 0;
    this.#returned = 0;
    this.#block = 'header';
    this.#lastBlock = false;
  }

  /** Input bytes used so far. A partly read byte counts as one. */
  get consumed(): number {
    return this.#input.consumed;
  }

  get unused(): number {
    return this.#input.unused;
  }

  /** Input that was pushed but not used. In state `done`, it follows the stream's end. */
  get remaining(): Uint8Array<ArrayBuffer> {
    return this.#input.remaining;
  }

  push(bytes: Uint8Array): void {
    this.#input.push(bytes);
    if (this.#state === 'starved') this.#state = 'running';
  }

  /** Marks the end of the input. */
  finish(): void {
    this.#input.finish();
    if (this.#state === 'starved') this.#state = 'running';
  }

  /** Returns 1 to `max` bytes, which stay valid until the next call, or none if the state is no longer `running`. */
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
    // Output decoded from bits past the end of the input isn't content.
    if (this.#input.isOverrun) this.#state = 'corrupt';
    if (this.#state === 'corrupt') this.#written = start;
  }

  #endBlock(): void {
    this.#block = 'header';
    if (!this.#lastBlock) return;
    this.#state = 'done';
    this.#input.returnWholeBytes();
  }

  #readHeader(): void {
    if (!this.#input.hasLookahead || this.#input.isOverrun) {
      this.#state = this.#input.hasLookahead ? 'corrupt' : 'starved';
      return;
    }
    this.#lastBlock = this.#input.take(1) === 1;
    const kind = this.#input.take(2);
    if (kind === 0) this.#readStoredHeader();
    else if (kind === 1) {
      this.#literals = fixedLiterals;
      this.#distances = fixedDistances;
      this.#block = 'codes';
    } else if (kind === 2) this.#readCodes();
    else this.#state = 'corrupt';
  }

  #readStoredHeader(): void {
    this.#input.returnWholeBytes();
    this.#input.take(this.#input.bitCount);
    const length = this.#input.take(16);
    const check = this.#input.take(16);
    if ((length ^ check) !== 0xffff) {
      this.#state = 'corrupt';
      return;
    }
    this.#storedLeft = length;
    this.#block = 'stored';
    if (length === 0) this.#endBlock();
  }

  #copyStored(end: number): void {
    const input = this.#input;
    const count = Math.min(this.#storedLeft, end - this.#written, input.end - input.position);
    if (count <= 0) {
      this.#state = input.finished ? 'corrupt' : 'starved';
      return;
    }
    this.#output.set(input.bytes.subarray(input.position, input.position + count), this.#written);
    input.position += count;
    this.#written += count;
    this.#storedLeft -= count;
    if (this.#storedLeft === 0) this.#endBlock();
  }

  #readCodes(): void {
    const literalCount = this.#input.take(5) + 257;
    const distanceCount = this.#input.take(5) + 1;
    const lengthCount = this.#input.take(4) + 4;
    codeLengths.fill(0);
    for (let i = 0; i < lengthCount; i++) codeLengths[codeLengthOrder[i] ?? 0] = this.#input.take(3);
    const lengths = allLengths.subarray(0, literalCount + distanceCount).fill(0);
    const isDefined =
      literalCount <= 286 &&
      distanceCount <= 30 &&
      this.#definedLengths.define(codeLengths) &&
      this.#readLengths(this.#definedLengths, lengths) &&
      lengths[256] !== 0 &&
      this.#definedLiterals.define(lengths.subarray(0, literalCount)) &&
      this.#definedDistances.define(lengths.subarray(literalCount));
    if (!isDefined) {
      this.#state = 'corrupt';
      return;
    }
    this.#literals = this.#definedLiterals;
    this.#distances = this.#definedDistances;
    this.#block = 'codes';
  }

  #readLengths(code: HuffmanCode, lengths: Uint8Array): boolean {
    let filled = 0;
    while (filled < lengths.length) {
      const symbol = this.#input.symbol(code);
      if (symbol < 0) return false;
      if (symbol < 16) {
        lengths[filled++] = symbol;
        continue;
      }
      if (symbol === 16 && filled === 0) return false;
      const value = symbol === 16 ? (lengths[filled - 1] ?? 0) : 0;
      const repeat =
        symbol === 16 ? this.#input.take(2) + 3 : symbol === 17 ? this.#input.take(3) + 3 : this.#input.take(7) + 11;
      if (filled + repeat > lengths.length) return false;
      lengths.fill(value, filled, filled + repeat);
      filled += repeat;
    }
    return true;
  }

  /**
   * Decodes literals and matches until `end` is reached, the block ends or input runs low. This is one long function with its state in
   * local variables, because inflating spends nearly all of its time here.
   */
  #decode(end: number): void {
    const input = this.#input;
    const bytes = input.bytes;
    const output = this.#output;
    const literals = this.#literals;
    const distances = this.#distances;
    const safePosition = (input.finished ? bytes.length : input.end) - iterationBytes;
    let { position, bits, bitCount } = input;
    let written = this.#written;
    let outcome: 'full' | 'low' | 'end' | 'corrupt' = 'full';
    while (written < end) {
      if (position > safePosition) {
        outcome = 'low';
        break;
      }
      while (bitCount <= 24) {
        bits |= (bytes[position++] ?? 0) << bitCount;
        bitCount += 8;
      }
      const entry = literals.fast[bits & fastMask] || literals.lookup(bits);
      bits >>>= entry & 15;
      bitCount -= entry & 15;
      const symbol = entry >>> 4;
      if (symbol < 256) {
        if (entry === 0) {
          outcome = 'corrupt';
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
        bits |= (bytes[position++] ?? 0) << bitCount;
        bitCount += 8;
      }
      const distanceEntry = distances.fast[bits & fastMask] || distances.lookup(bits);
      bits >>>= distanceEntry & 15;
      bitCount -= distanceEntry & 15;
      const distanceSymbol = distanceEntry >>> 4;
      const distanceBits = distanceExtra[distanceSymbol] ?? 0;
      while (bitCount < distanceBits) {
        bits |= (bytes[position++] ?? 0) << bitCount;
        bitCount += 8;
      }
      const distance = (distanceBase[distanceSymbol] ?? 0) + (bits & ((1 << distanceBits) - 1));
      bits >>>= distanceBits;
      bitCount -= distanceBits;
      if (distanceEntry === 0 || distance === 0 || length === 0 || distance > written) {
        outcome = 'corrupt';
        break;
      }
      for (let from = written - distance, to = written + length; written < to; )
        output[written++] = output[from++] ?? 0;
    }
    input.position = position;
    input.bits = bits;
    input.bitCount = bitCount;
    this.#written = written;
    if (outcome === 'end') this.#endBlock();
    else if (outcome === 'corrupt') this.#state = 'corrupt';
    else if (outcome === 'low') this.#state = input.finished ? 'corrupt' : 'starved';
  }
}

function fixedCode(lengths: Uint8Array): HuffmanCode {
  const code = new HuffmanCode();
  if (!code.define(lengths)) throw new Error('the fixed codes of RFC 1951 must be valid');
  return code;
}
