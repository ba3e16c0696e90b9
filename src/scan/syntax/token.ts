// Numbers Python token kinds, and stores a file's tokens.
import type { SyntaxProblem } from '../file/report.ts';
import { TokenArrays } from '../file/token-arrays.ts';

export const Token = {
  end: 0,
  /** Marks where the lexer stopped because of a problem. No grammar rule accepts this kind. */
  invalid: 1,
  newline: 2,
  indent: 3,
  dedent: 4,
  name: 5,
  number: 6,
  string: 7,
  bytes: 8,
  fStringStart: 9,
  fStringEnd: 11,
  /** Keywords with their own names, from here to `yield`. */
  False: 12,
  None: 13,
  True: 14,
  and: 15,
  as: 16,
  assert: 17,
  async: 18,
  await: 19,
  break: 20,
  class: 21,
  continue: 22,
  def: 23,
  del: 24,
  elif: 25,
  else: 26,
  except: 27,
  finally: 28,
  for: 29,
  from: 30,
  global: 31,
  if: 32,
  import: 33,
  in: 34,
  is: 35,
  lambda: 36,
  nonlocal: 37,
  not: 38,
  or: 39,
  pass: 40,
  raise: 41,
  return: 42,
  try: 43,
  while: 44,
  with: 45,
  yield: 46,
  openParenthesis: 47,
  closeParenthesis: 48,
  openBracket: 49,
  closeBracket: 50,
  openBrace: 51,
  closeBrace: 52,
  comma: 53,
  colon: 54,
  semicolon: 55,
  dot: 56,
  ellipsis: 57,
  equals: 58,
  walrus: 59,
  arrow: 60,
  at: 61,
  /** `!r`, `!s` or `!a` in a replacement field. Its letter isn't a name. */
  conversion: 62,
  star: 63,
  doubleStar: 64,
  plus: 65,
  minus: 66,
  tilde: 67,
  /** `/` also separates positional-only parameters. */
  slash: 68,
  /** `|` also joins patterns. */
  pipe: 69,
  /** Other binary operators that bind tighter than a comparison: `// % & ^ << >>`. */
  arithmetic: 70,
  /** `== != < > <= >=`. */
  comparison: 71,
  /** Augmented assignments, such as `+=`. */
  augmented: 72,
} as const;

export type Token = (typeof Token)[keyof typeof Token];

/** A problem that stops the lexer. */
export interface LexicalProblem extends SyntaxProblem {
  /** True if CPython reports the problem even if its grammar rejects an earlier token. */
  overridesGrammar: boolean;
}

/** Returns a set of kinds as an array to index by kind. */
export function kindFlags(...kinds: Token[]): Uint8Array {
  const flags = new Uint8Array(128);
  for (const kind of kinds) flags[kind] = 1;
  return flags;
}

export const opening = kindFlags(Token.openParenthesis, Token.openBracket, Token.openBrace);
export const closing = kindFlags(Token.closeParenthesis, Token.closeBracket, Token.closeBrace);

/** Returns the change in bracket depth after a token of this kind: 1, 0 or -1. */
export function bracketStep(kind: number): number {
  return (opening[kind] ?? 0) - (closing[kind] ?? 0);
}

export class Tokens extends TokenArrays {
  /** Why the lexer stopped. If it did, the last token is invalid. */
  problem: LexicalProblem | undefined;
  /** Problem of the first invalid token, if the lexer continued after it. */
  strayProblem: SyntaxProblem | undefined;
  /** The innermost bracket that was open where the lexer stopped. */
  unclosed: number | undefined;
  /**
   * Tokens that tree-sitter would misread, ascending: the bracket after `match`, a name that is subscripted in an annotation, and the
   * sign before a type parameter's default. Filled in by the grammar, not by the lexer.
   */
  readonly misreadStarts: number[] = [];
  /** Names with non-ASCII characters, ascending. */
  readonly nonAsciiNames: number[] = [];

  isEmpty(index: number): boolean {
    return this.start(index) === this.end(index);
  }
}
