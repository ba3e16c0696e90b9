// Defines Go token kinds, and stores a file's tokens in flat arrays. Merges kinds that no check distinguishes.
import type { TokenArrays } from '../file/token-arrays.ts';

export const Token = {
  /** Kind of the positions before the first token and after the last. */
  end: 0,
  name: 1,
  string: 2,
  rune: 3,
  number: 4,
  /** A semicolon is explicit, or inserted at a line end by Go's rule. Inserted ones have no text. */
  semicolon: 5,
  openParenthesis: 6,
  closeParenthesis: 7,
  openBracket: 8,
  closeBracket: 9,
  openBrace: 10,
  closeBrace: 11,
  comma: 12,
  colon: 13,
  dot: 14,
  ellipsis: 15,
  /** `=`, `:=`, `+=` and similar. */
  assign: 16,
  increment: 17,
  star: 18,
  arrow: 19,
  /** `!`, always unary. */
  not: 20,
  tilde: 21,
  /** Binary operators, from the loosest binding to the tightest. */
  or: 22,
  and: 23,
  comparison: 24,
  /** `+ - ^` can also be unary. */
  additive: 25,
  /** `&` can also be unary. */
  multiplicative: 26,
  /** Keywords follow; each has a name of its own. */
  break: 30,
  case: 31,
  chan: 32,
  const: 33,
  continue: 34,
  default: 35,
  defer: 36,
  else: 37,
  fallthrough: 38,
  for: 39,
  func: 40,
  go: 41,
  goto: 42,
  if: 43,
  import: 44,
  interface: 45,
  map: 46,
  package: 47,
  range: 48,
  return: 49,
  select: 50,
  struct: 51,
  switch: 52,
  type: 53,
  var: 54,
} as const;

export type Token = (typeof Token)[keyof typeof Token];

/** Flags for a set of kinds, indexed by kind. */
export function kindFlags(...kinds: Token[]): Uint8Array {
  const flags = new Uint8Array(64);
  for (const kind of kinds) flags[kind] = 1;
  return flags;
}

export const opening = kindFlags(Token.openParenthesis, Token.openBracket, Token.openBrace);
export const closing = kindFlags(Token.closeParenthesis, Token.closeBracket, Token.closeBrace);

/** Returns the change in bracket depth after a token of this kind: 1, 0 or -1. */
export function bracketStep(kind: number): number {
  return (opening[kind] ?? 0) - (closing[kind] ?? 0);
}

export type Tokens = TokenArrays;

export function tokenText(text: string, tokens: Tokens, index: number): string {
  return text.slice(tokens.start(index), tokens.end(index));
}
