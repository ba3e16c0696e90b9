// Recognizes number literals as CPython's tokenizer does: no `0777`, `10L`, `1_` or `1__0`.
import { isAsciiIdentifierPart } from './characters.ts';

const number =
  /0[xX](?:_?[\da-fA-F])+|0[oO](?:_?[0-7])+|0[bB](?:_?[01])+|(?:(?:\d(?:_?\d)*\.(?:\d(?:_?\d)*)?|\.\d(?:_?\d)*)(?:[eE][+-]?\d(?:_?\d)*)?|\d(?:_?\d)*[eE][+-]?\d(?:_?\d)*)[jJ]?|\d(?:_?\d)*[jJ]|0(?:_?0)*(?![\d_])|[1-9](?:_?\d)*/y;

/**
 * Keywords that may directly follow a number, which is deprecated but valid: `1if x else 2`. Not `0or`, which starts an octal
 * number.
 */
const adjacentKeyword = /and|else|for|i[fns]|or|not/y;

/** CPython rejects longer decimal integers. */
const decimalDigitsMax = 4300;

/** Returns the end of the number at `start`, or undefined if Python rejects it. */
export function numberEnd(text: string, start: number): number | undefined {
  number.lastIndex = start;
  if (!number.test(text)) return undefined;
  const end = number.lastIndex;
  if (isAsciiIdentifierPart(text.charCodeAt(end))) {
    adjacentKeyword.lastIndex = end;
    if (!adjacentKeyword.test(text) || /^0[oO]$/.test(text.slice(start, end + 1))) return undefined;
  }
  if (end - start > decimalDigitsMax && isTooLong(text.slice(start, end))) return undefined;
  return end;
}

function isTooLong(literal: string): boolean {
  return /^[\d_]+$/.test(literal) && literal.replaceAll('_', '').length > decimalDigitsMax;
}
