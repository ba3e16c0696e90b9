// Measures JSON by its text, before anything parses it. Parsing and checking many small values takes longer than long ones.
import { code } from './tokens.ts';

/** Counts a value for each comma and each opening bracket, which is one too many for each empty list. */
export const values: readonly number[] = [code.comma, code.openBracket, code.openBrace];
/** Counts objects, arrays and members, but not the numbers of a vector, which cost little. */
export const members: readonly number[] = [code.colon, code.openBracket, code.openBrace];

/** Returns whether the text, which is JSON, has more values or members than `max`. */
export function hasMore(counted: readonly number[], text: string, max: number): boolean {
  const isCounted = new Uint8Array(0x80);
  for (const char of counted) isCounted[char] = 1;
  let count = 1;
  let inString = false;
  for (let at = 0; at < text.length && count <= max; at++) {
    const char = text.charCodeAt(at);
    if (char === code.quote) inString = !inString;
    else if (inString) at += char === code.backslash ? 1 : 0;
    else count += isCounted[char] ?? 0;
  }
  return count > max;
}
