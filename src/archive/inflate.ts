// Raw DEFLATE (RFC 1951), pulled in pieces. Owns exactness: it stops at the byte that the caller asks for, and knows which
// input byte was the stream's last. Hostile archives live where neither is known: fflate's Inflate inflates a whole push at
// once and ignores what follows the last block; DecompressionStream never says how much was left over, and hosts differ in
// what they let follow (whatwg/compression#39 and #76, nodejs/node#58247).
import { BitInput } from './bit-input.ts';
import { fastMask, HuffmanCode } from './huffman.ts';

const windowBytes = 32 * 1024;
const outputBytes = 64 * 1024;
const matchBytesMax = 258;
/** More than one turn of the inner loop reads. */
const turnBytes = 16;

/** Lengths 3 to 258 and distances 1 to 32768, by symbol: the least, and how many bits add to it (RFC 1951 §3.2.5). */
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
  readonly #input = new BitInput();
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

  /** Input bytes that the stream used so far, a begun one counted whole. */
  get consumed(): number {
    return this.#input.consumed;
  }

  get unused(): number {
    return this.#input.unused;
  }

  /** What was pushed and not used; when `done`, it lies behind the end of the stream. */
  get remaining(): Uint8Array<ArrayBuffer> {
    return this.#input.remaining;
  }

  push(bytes: Uint8Array): void {
    this.#input.push(bytes);
    if (this.#state === 'hungry') this.#state = 'running';
  }

  /** No more input will come. */
  finish(): void {
    this.#input.finish();
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
    // What came of bits that aren't there is no content.
    if (this.#input.isOverrun) this.#state = 'broken';
    if (this.#state === 'broken') this.#written = start;
  }

  #endBlock(): void {
    this.#block = 'header';
    if (!this.#lastBlock) return;
    this.#state = 'done';
    this.#input.giveBack();
  }

  #readHeader(): void {
    if (!this.#input.hasLookahead || this.#input.isOverrun) {
      this.#state = this.#input.hasLookahead ? 'broken' : 'hungry';
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
    else this.#state = 'broken';
  }

  #readStoredHeader(): void {
    this.#input.giveBack();
    this.#input.take(this.#input.bitCount);
    const length = this.#input.take(16);
    const check = this.#input.take(16);
    if ((length ^ check) !== 0xffff) {
      this.#state = 'broken';
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
      this.#state = input.finished ? 'broken' : 'hungry';
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

  /** Literals and matches until `end` is reached, the block ends or input runs low; the state lives in locals meanwhile. */
  #decode(end: number): void {
    const input = this.#input;
    const bytes = input.bytes;
    const output = this.#output;
    const literals = this.#literals;
    const distances = this.#distances;
    const safePosition = (input.finished ? bytes.length : input.end) - turnBytes;
    let { position, bits, bitCount } = input;
    let written = this.#written;
    let outcome: 'full' | 'low' | 'end' | 'broken' = 'full';
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
        outcome = 'broken';
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
    else if (outcome === 'broken') this.#state = 'broken';
    else if (outcome === 'low') this.#state = input.finished ? 'broken' : 'hungry';
  }
}

function fixedCode(lengths: Uint8Array): HuffmanCode {
  const code = new HuffmanCode();
  if (!code.define(lengths)) throw new Error('the fixed codes of RFC 1951 are complete');
  return code;
}
