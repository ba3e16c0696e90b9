// The prefix codes of DEFLATE (RFC 1951 §3.2.2): built strictly, looked up by a small table, long codes bit by bit.
// A block that brings a new code costs 1 KiB of table, not 64: a stream of nothing but code definitions stays cheap.

const codeBitsMax = 15;
export const fastBits = 9;

export interface HuffmanCode {
  /** Indexed by the next `fastBits` bits: symbol × 16 + length; 0 where the code is longer or not assigned. */
  fast: Uint16Array;
  /** How many codes have each length. */
  counts: Uint16Array;
  /** Symbols in the order of their codes. */
  symbols: Uint16Array;
}

/**
 * The code with these lengths. Undefined when more codes are assigned than there is room for, or fewer
 * (unless it is the single code of one bit, or none at all, which DEFLATE allows).
 */
export function huffmanCode(lengths: Uint8Array): HuffmanCode | undefined {
  const counts = new Uint16Array(codeBitsMax + 1);
  for (const length of lengths) counts[length] = (counts[length] ?? 0) + 1;
  const assigned = lengths.length - (counts[0] ?? 0);
  counts[0] = 0;
  let room = 1;
  for (let length = 1; length <= codeBitsMax; length++) {
    room = room * 2 - (counts[length] ?? 0);
    if (room < 0) return undefined;
  }
  if (room > 0 && assigned !== 0 && !(assigned === 1 && counts[1] === 1)) return undefined;
  return filled(lengths, counts, assigned);
}

function filled(lengths: Uint8Array, counts: Uint16Array, assigned: number): HuffmanCode {
  const fast = new Uint16Array(1 << fastBits);
  const symbols = new Uint16Array(assigned);
  const nextIndex = new Uint16Array(codeBitsMax + 2);
  const nextCode = new Uint16Array(codeBitsMax + 2);
  for (let length = 1; length <= codeBitsMax; length++) {
    const count = counts[length] ?? 0;
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
    symbols[index] = symbol;
    if (length > fastBits) continue;
    const entry = symbol * 16 + length;
    for (let slot = reversed(code, length); slot < fast.length; slot += 1 << length) fast[slot] = entry;
  }
  return { fast, counts, symbols };
}

function reversed(code: number, length: number): number {
  let result = 0;
  for (let bit = 0; bit < length; bit++) result |= ((code >>> bit) & 1) << (length - 1 - bit);
  return result;
}

/** Decodes bit by bit what the fast table doesn't hold: symbol × 16 + length, or 0 when no code matches. */
export function slowLookup(code: HuffmanCode, bits: number): number {
  let value = 0;
  let first = 0;
  let index = 0;
  for (let length = 1; length <= codeBitsMax; length++) {
    value |= (bits >>> (length - 1)) & 1;
    const count = code.counts[length] ?? 0;
    if (value - first < count) return (code.symbols[index + value - first] ?? 0) * 16 + length;
    index += count;
    first = (first + count) << 1;
    value <<= 1;
  }
  return 0;
}
