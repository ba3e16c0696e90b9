// Decodes DEFLATE's prefix codes (RFC 1951 §3.2.2): short codes with a small table, long codes bit by bit. Rejects invalid definitions.
// A stream may define a code every few bytes, so a definition allocates nothing and fills at most 1 KiB.

const codeBitsMax = 15;
const symbolsMax = 288;
const fastBits = 9;
const fastSize = 1 << fastBits;
export const fastMask = fastSize - 1;

/** Scratch space for one definition: the index of the next symbol and the next code, by code length. */
const nextIndex = new Uint16Array(codeBitsMax + 2);
const nextCode = new Uint16Array(codeBitsMax + 2);

export class HuffmanCode {
  /** Indexed by the next `fastBits` bits: symbol × 16 + length, or 0 if the code is longer or unassigned. */
  readonly fast = new Uint16Array(fastSize);
  /** The number of codes of each length. */
  readonly #counts = new Uint16Array(codeBitsMax + 1);
  /** Symbols in code order. */
  readonly #symbols = new Uint16Array(symbolsMax);

  /**
   * Defines the code by its lengths. Returns false if it is over-subscribed or incomplete. DEFLATE allows two incomplete codes: a
   * single code of one bit, and no code at all.
   */
  define(lengths: Uint8Array): boolean {
    const counts = this.#counts.fill(0);
    for (let symbol = 0; symbol < lengths.length; symbol++) {
      const length = lengths[symbol] ?? 0;
      counts[length] = (counts[length] ?? 0) + 1;
    }
    const assigned = lengths.length - (counts[0] ?? 0);
    counts[0] = 0;
    let room = 1;
    for (let length = 1; length <= codeBitsMax; length++) {
      room = room * 2 - (counts[length] ?? 0);
      if (room < 0) return false;
    }
    if (room > 0 && assigned !== 0 && !(assigned === 1 && counts[1] === 1)) return false;
    this.#fill(lengths);
    return true;
  }

  #fill(lengths: Uint8Array): void {
    const fast = this.fast.fill(0);
    for (let length = 1; length <= codeBitsMax; length++) {
      const count = this.#counts[length] ?? 0;
      nextIndex[length + 1] = (nextIndex[length] ?? 0) + count;
      nextCode[length + 1] = ((nextCode[length] ?? 0) + count) << 1;
    }
    for (let symbol = 0; symbol < lengths.length; symbol++) {
      const length = lengths[symbol] ?? 0;
      if (length === 0) continue;
      const index = nextIndex[length] ?? 0;
      const code = nextCode[length] ?? 0;
      nextIndex[length] = index + 1;
      nextCode[length] = code + 1;
      this.#symbols[index] = symbol;
      if (length > fastBits) continue;
      const entry = symbol * 16 + length;
      for (let slot = reversed(code, length); slot < fastSize; slot += 1 << length) fast[slot] = entry;
    }
    nextIndex.fill(0);
    nextCode.fill(0);
  }

  /** Decodes a code that isn't in the fast table, bit by bit. Returns symbol × 16 + length, or 0 if no code matches. */
  lookup(bits: number): number {
    let value = 0;
    let first = 0;
    let index = 0;
    for (let length = 1; length <= codeBitsMax; length++) {
      value |= (bits >>> (length - 1)) & 1;
      const count = this.#counts[length] ?? 0;
      if (value - first < count) return (this.#symbols[index + value - first] ?? 0) * 16 + length;
      index += count;
      first = (first + count) << 1;
      value <<= 1;
    }
    return 0;
  }
}

function reversed(code: number, length: number): number {
  let result = 0;
  for (let bit = 0; bit < length; bit++) result |= ((code >>> bit) & 1) << (length - 1 - bit);
  return result;
}
