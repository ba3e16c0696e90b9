// Measures how deeply a JSON text nests, and what its values take, from its bytes and before anything parses it. Code that walks a value later, here or in a
// plugin's host, is recursive, and a text of nothing but brackets would overflow its stack.

const quote = 0x22;
const backslash = 0x5c;
/** Brackets and braces differ in this bit only. */
const braceBit = 0x20;
const opening = 0x7b;
const closing = 0x7d;

/** Bytes of memory that each of these takes: an object or array, a value after another, half a string. */
const openingBytes = 32;
const commaBytes = 8;
const quoteBytes = 8;
const comma = 0x2c;

/** Estimates the memory of what the text is parsed to, without the characters of its strings: `[{},{}]` takes ten times its bytes. */
export function valueBytesOf(text: Uint8Array): number {
  let bytes = 0;
  let inString = false;
  for (let i = 0; i < text.length; i++) {
    const byte = text[i] ?? 0;
    if (byte === quote) {
      inString = !inString;
      bytes += quoteBytes;
    } else if (inString) i += byte === backslash ? 1 : 0;
    else if (byte === comma) bytes += commaBytes;
    else if ((byte | braceBit) === opening) bytes += openingBytes;
  }
  return bytes;
}

/** Whether the text nests deeper than `levels`. It needn't be valid JSON. */
export function nestsDeeper(text: Uint8Array, levels: number): boolean {
  let depth = 0;
  let inString = false;
  for (let i = 0; i < text.length; i++) {
    const byte = text[i] ?? 0;
    if (byte === quote) inString = !inString;
    else if (inString) i += byte === backslash ? 1 : 0;
    else if ((byte | braceBit) === opening) depth += 1;
    else if ((byte | braceBit) === closing) depth -= 1;
    if (depth > levels) return true;
  }
  return false;
}
