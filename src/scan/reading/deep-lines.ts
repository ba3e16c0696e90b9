// Finds logical lines that may nest beyond the limit (scan policy §7). They are always parsed, because only the tree shows their
// real depth.
import { limits } from '../../contract/limits/scans.ts';
import { kindFlags, Token, type Tokens } from '../syntax/token.ts';
import type { LogicalLines } from './logical-lines.ts';

/** A logical line with this many chained tokens stays within the limit even inside the maximum number of brackets and blocks. */
const chainedMax = limits.treeDepth - 2 * limits.bracketLevels - limits.indents;

/** Returns the first token of each line that may be too deep. */
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
    if (flatTokens[kind] !== 1 && (trailerOpeners[kind] !== 1 || operandEnds[tokens.kind(index - 1)] === 1))
      chained += 1;
  }
  return chained;
}

/** Tokens that add no level to a syntax tree, or a level that is already counted as a bracket. */
const flatTokens = kindFlags(
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

/** `(` and `[` add a level when they follow an operand: one for each call or subscript in a chain. */
const trailerOpeners = kindFlags(Token.openParenthesis, Token.openBracket);
const operandEnds = kindFlags(
  Token.name,
  Token.string,
  Token.bytes,
  Token.fStringEnd,
  Token.closeParenthesis,
  Token.closeBracket,
  Token.closeBrace,
);
