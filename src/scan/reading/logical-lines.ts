// Indexes a file's logical lines, and finds lines that may nest too deeply.
import { limits } from '../../contract/limits/scans.ts';
import type { Lexed } from '../syntax/lexer.ts';
import { kindFlags, Token, type Tokens } from '../syntax/token.ts';

export class LogicalLines {
  readonly count: number;
  readonly tokens: Tokens;
  private readonly newlines: readonly number[];
  private readonly firsts: Int32Array;
  private readonly depths: Uint8Array;

  constructor({ lines, tokens }: Lexed) {
    this.count = lines.length;
    this.tokens = tokens;
    this.newlines = lines;
    this.firsts = new Int32Array(lines.length);
    this.depths = new Uint8Array(lines.length);
    let depth = 0;
    let index = 0;
    for (let line = 0; line < lines.length; line += 1) {
      for (let kind = tokens.kind(index); layout[kind] === 1; kind = tokens.kind(index)) {
        depth += kind === Token.indent ? 1 : -1;
        index += 1;
      }
      this.firsts[line] = index;
      this.depths[line] = depth;
      index = this.newline(line) + 1;
    }
  }

  /** Returns the first token after indents and dedents. */
  first(line: number): number {
    return this.firsts[line] ?? 0;
  }

  /** Returns the first token, or the second one of `async def`. */
  keyword(line: number): number {
    const first = this.first(line);
    return this.tokens.kind(first) === Token.async ? first + 1 : first;
  }

  /** Returns the token that ends the line. */
  newline(line: number): number {
    return this.newlines[line] ?? 0;
  }

  /** Returns the line that contains the token. */
  lineOf(token: number): number {
    let low = 0;
    let high = this.count;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (this.newline(middle) < token) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  /** Returns the number of blocks around the line. */
  depth(line: number): number {
    return this.depths[line] ?? 0;
  }
}

const layout = kindFlags(Token.indent, Token.dedent);

/** Keywords that continue a compound statement with another clause. */
export const clauseStarts = kindFlags(Token.elif, Token.else, Token.except, Token.finally);

/**
 * A logical line with at most this many chained tokens stays within the limit even inside the maximum number of brackets and blocks.
 */
const chainedMax = limits.treeDepth - 2 * limits.bracketLevels - limits.indents;

/** Returns whether a line may nest too deeply. */
export function mayBeDeep(lines: LogicalLines): boolean {
  for (let line = 0; line < lines.count; line += 1) {
    const first = lines.first(line);
    const end = lines.newline(line);
    if (end - first > chainedMax && chainedTokens(lines.tokens, first, end) > chainedMax) return true;
  }
  return false;
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

/** Tokens that add no level to a syntax tree, or only one that is already counted as a bracket. */
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

/** After an operand, `(` and `[` add a level, one per call or subscript in a chain. */
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
