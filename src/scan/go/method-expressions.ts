// Rewrites method expressions on type literals, such as `interface{ M() }.M` and `(*struct{ T }).M`, which tree-sitter's grammar
// does not support.
import { Token, type Tokens } from './tokens.ts';

/** Whether the braces belong to such a type literal: only parentheses and stars around it, then a dot. */
export function isMethodExpression(tokens: Tokens, open: number, close: number): boolean {
  const keyword = tokens.kind(open - 1);
  if (keyword !== Token.struct && keyword !== Token.interface) return false;
  let before = open - 2;
  let after = close + 1;
  while (tokens.kind(after) === Token.closeParenthesis) {
    while (tokens.kind(before) === Token.star) before -= 1;
    // After a dot it is a type assertion, after an operand a call.
    if (tokens.kind(before) !== Token.openParenthesis || endsOperand.has(tokens.kind(before - 1))) return false;
    before -= 1;
    after += 1;
  }
  return tokens.kind(after) === Token.dot;
}

const endsOperand: ReadonlySet<number> = new Set([
  Token.dot,
  Token.name,
  Token.func,
  Token.closeParenthesis,
  Token.closeBracket,
  Token.closeBrace,
]);

/** The tokens of a type literal. */
export interface TypeLiteral {
  keyword: number;
  closeBrace: number;
}

/** Replaces the type literal in `codes` with a composite literal, `[]T{M, x, int}`. Names keep their offsets. */
export function replaceWithValue(
  text: string,
  tokens: Tokens,
  { keyword, closeBrace }: TypeLiteral,
  codes: Uint16Array,
): void {
  const write = (written: string, at: number): void => {
    for (let index = 0; index < written.length; index += 1) codes[at + index] = written.charCodeAt(index);
  };
  codes.fill(0x20, tokens.start(keyword), tokens.end(closeBrace));
  write('[]T', tokens.start(keyword));
  write('{', tokens.start(keyword + 1));
  let isFirst = true;
  for (let index = keyword + 2; index < closeBrace; index += 1) {
    if (tokens.kind(index) !== Token.name) continue;
    const start = tokens.start(index);
    const isMember = tokens.kind(index - 1) === Token.dot && tokens.kind(index - 2) === Token.name;
    if (isMember) write('.', tokens.start(index - 1));
    else if (!isFirst) write(',', start - 1);
    write(text.slice(start, tokens.end(index)), start);
    isFirst = false;
  }
  write('}', tokens.start(closeBrace));
}
