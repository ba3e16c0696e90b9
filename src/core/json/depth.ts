// Measures how deeply a JSON text nests, from its bytes and before anything parses it. Code that later walks the value is recursive,
// here and in a plugin's host, so a text of nothing but brackets would overflow its stack.

const quote = 0x22;
const backslash = 0x5c;
/** Brackets and braces differ only in this bit. */
const braceBit = 0x20;
const opening = 0x7b;
const closing = 0x7d;

/** Returns whether the text nests deeper than `levels`. The text doesn't have to be valid JSON. */
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
