// The logical lines of a file, and which of them must be kept for the structure around those that are to be read: the headers of
// all clauses of every statement that holds one, so that what is left is Python again.
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

  /** The first token that is no layout. */
  first(line: number): number {
    return this.firsts[line] ?? 0;
  }

  /** The token that ends the line. */
  newline(line: number): number {
    return this.newlines[line] ?? 0;
  }

  /** How many blocks it is in. */
  depth(line: number): number {
    return this.depths[line] ?? 0;
  }

  /** Whether the next line is in a block that this line opens. */
  opens(line: number): boolean {
    return line + 1 < this.count && this.depth(line + 1) > this.depth(line);
  }

  /** How many tokens the flagged lines have. */
  tokenCount(flags: Uint8Array): number {
    let size = 0;
    for (let line = flags.indexOf(1); line >= 0; line = flags.indexOf(1, line + 1)) {
      size += this.newline(line) - this.first(line);
    }
    return size;
  }

  /** Flags for the lines that hold a token each (ascending). */
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

/** A statement of several lines, while its lines are gone through. */
interface Statement {
  depth: number;
  /** Decorators and the first lines of clauses. */
  headers: number[];
  /** Whether it has come to what its decorators decorate. */
  decorated: boolean;
  /** The header of a match, whose cases are statements within it. */
  firstCase: number | undefined;
  isMatch: boolean;
  retained: boolean;
}

/** The flagged lines, and those that stay around them. */
export function withStructure(lines: LogicalLines, read: Uint8Array): Uint8Array {
  const { tokens } = lines;
  const flags = read.slice();
  const open: Statement[] = [];
  const close = (): void => {
    const statement = open.pop();
    if (!statement?.retained) return;
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
      top.decorated ||= kind !== Token.at;
    } else if (compound[kind] === 1 || lines.opens(line)) {
      const isMatch = kind === Token.name && !top?.isMatch;
      open.push({
        depth,
        headers: [line],
        decorated: kind !== Token.at,
        firstCase: undefined,
        isMatch,
        retained: false,
      });
    }
    if (flags[line] !== 1) continue;
    for (let at = open.length - 1; at >= 0 && open[at]?.retained === false; at -= 1) {
      const statement = open[at];
      if (statement) statement.retained = true;
    }
  }
  while (open.length > 0) close();
  return flags;
}

function continuesStatement({ decorated }: Statement, kind: number): boolean {
  return !decorated || continues[kind] === 1;
}

const continues = kindFlags(Token.elif, Token.else, Token.except, Token.finally);
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
