// The logical lines that may nest beyond the limit (scan policy §7): they are read whatever they hold, so that tree-sitter's tree
// tells how deep they are.
import { limits } from '../limits.ts';
import { kindFlags, Token, type Tokens } from '../syntax/token.ts';
import type { LogicalLines } from './logical-lines.ts';

/** So many chained tokens on a logical line cannot nest beyond the limit, within as many brackets and blocks as there may be. */
const chainedMax = limits.treeDepth - 2 * limits.bracketLevels - limits.indents;

/** The first token of each. */
export function deepLines(lines: LogicalLines): number[] {
  const deep: number[] = [];
  for (let line = 0; line < lines.count; line += 1) {
    const first = lines.first(line);
    const end = lines.newline(line);
    if (end - first > chainedMax && chainedTokens(lines.tokens, first, end) > chainedMax) deep.push(first);
  }
  return deep;
}

function chainedTokens(tokens: Tokens, first: number, end: number): number {
  let chained = 0;
  for (let index = first; index < end; index += 1) {
    const kind = tokens.kind(index);
    if (flat[kind] !== 1 && (trailing[kind] !== 1 || trailed[tokens.kind(index - 1)] === 1)) chained += 1;
  }
  return chained;
}

/** Tokens that make no level of a syntax tree, or one that is counted as a bracket. */
const flat = kindFlags(
  Token.indent,
  Token.dedent,
  Token.name,
  Token.number,
  Token.string,
  Token.bytes,
  Token.fStringStart,
  Token.fStringEnd,
  Token.None,
  Token.True,
  Token.False,
  Token.comma,
  Token.colon,
  Token.openBrace,
  Token.closeParenthesis,
  Token.closeBracket,
  Token.closeBrace,
);

/** `(` and `[` are a level of their own for each call and subscript in a chain: where they follow an operand. */
const trailing = kindFlags(Token.openParenthesis, Token.openBracket);
const trailed = kindFlags(
  Token.name,
  Token.string,
  Token.bytes,
  Token.fStringEnd,
  Token.closeParenthesis,
  Token.closeBracket,
  Token.closeBrace,
);
