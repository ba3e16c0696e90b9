// Indexes a file's logical lines. Completes selected lines to valid Python, adding the clause headers of every statement that contains
// one, and finds lines that may nest too deeply.
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

  /** Returns whether this line opens a block that contains the next line. */
  opens(line: number): boolean {
    return line + 1 < this.count && this.depth(line + 1) > this.depth(line);
  }

  /** Counts the tokens of the flagged lines. */
  tokenCount(flags: Uint8Array): number {
    let size = 0;
    for (let line = flags.indexOf(1); line >= 0; line = flags.indexOf(1, line + 1)) {
      size += this.newline(line) - this.first(line);
    }
    return size;
  }

  /** Flags the lines that contain one of the tokens, which must be ascending. */
  linesOf(selected: readonly number[]): Uint8Array {
    const flags = new Uint8Array(this.count);
    let line = 0;
    for (const token of selected) {
      while (this.newline(line) < token) line += 1;
      flags[line] = 1;
    }
    return flags;
  }
}

const layout = kindFlags(Token.indent, Token.dedent);

/** A compound statement that is being read. */
interface Statement {
  depth: number;
  /** Lines of the decorators, and the first line of each clause. */
  headers: number[];
  /** True once the decorators are over and the definition itself begins. */
  pastDecorators: boolean;
  /** First case of a match statement. Each case is a statement within it. */
  firstCase: number | undefined;
  isMatch: boolean;
  isIncluded: boolean;
}

/** Returns the flagged lines and the headers around them. */
export function addStructure(lines: LogicalLines, selected: Uint8Array): Uint8Array {
  const { tokens } = lines;
  const flags = selected.slice();
  const open: Statement[] = [];
  const close = (): void => {
    const statement = open.pop();
    if (!statement?.isIncluded) return;
    for (const header of statement.headers) flags[header] = 1;
    if (statement.firstCase !== undefined) flags[statement.firstCase] = 1;
  };
  for (let line = 0; line < lines.count; line += 1) {
    const depth = lines.depth(line);
    const kind = tokens.kind(lines.first(line));
    let top = open.at(-1);
    while (top && (top.depth > depth || (top.depth === depth && !continuesStatement(top, kind)))) {
      close();
      top = open.at(-1);
    }
    if (top?.isMatch && depth > top.depth) top.firstCase ??= line;
    if (top?.depth === depth) {
      top.headers.push(line);
      top.pastDecorators ||= kind !== Token.at;
    } else if (compound[kind] === 1 || lines.opens(line)) {
      const isMatch = kind === Token.name && !top?.isMatch;
      open.push({
        depth,
        headers: [line],
        pastDecorators: kind !== Token.at,
        firstCase: undefined,
        isMatch,
        isIncluded: false,
      });
    }
    if (flags[line] !== 1) continue;
    for (let at = open.length - 1; at >= 0 && open[at]?.isIncluded === false; at -= 1) {
      const statement = open[at];
      if (statement) statement.isIncluded = true;
    }
  }
  while (open.length > 0) close();
  return flags;
}

function continuesStatement({ pastDecorators }: Statement, kind: number): boolean {
  return !pastDecorators || clauseStarts[kind] === 1;
}

/** Keywords that continue a compound statement with another clause. */
export const clauseStarts = kindFlags(Token.elif, Token.else, Token.except, Token.finally);
const compound = kindFlags(
  Token.if,
  Token.for,
  Token.while,
  Token.try,
  Token.with,
  Token.def,
  Token.class,
  Token.async,
  Token.at,
);

/**
 * A logical line with at most this many chained tokens stays within the limit even inside the maximum number of brackets and blocks.
 */
const chainedMax = limits.treeDepth - 2 * limits.bracketLevels - limits.indents;

/** Returns the first token of each line that may be too deep. */
export function findDeepLines(lines: LogicalLines): number[] {
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
