// Measures how deeply a JSON text nests, from its bytes and before anything parses it. Code that walks a value later, here or in a
// plugin's host, is recursive, and a body of nothing but brackets would overflow its stack.

const quote = 0x22;
const backslash = 0x5c;
const opening = new Set([0x5b, 0x7b]);
const closing = new Set([0x5d, 0x7d]);

/** Whether the text nests deeper than `levels`. It needn't be valid JSON. */
export function nestsDeeper(text: Uint8Array, levels: number): boolean {
  let depth = 0;
  let inString = false;
  for (let i = 0; i < text.length; i++) {
    const byte = text[i] ?? 0;
    if (byte === quote) inString = !inString;
    else if (inString) i += byte === backslash ? 1 : 0;
    else if (opening.has(byte)) depth += 1;
    else if (closing.has(byte)) depth -= 1;
    if (depth > levels) return true;
  }
  return false;
}
