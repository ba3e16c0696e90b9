// Writes the text for tree-sitter: the logical lines, re-indented so that tree-sitter sees the same blocks and lines as CPython, in parts
// that fit into an isolate's memory. The recognizer in syntax/ has already accepted the whole file.
import { limits } from '../../contract/limits/scans.ts';
import { Token } from '../syntax/token.ts';
import { clauseStarts, type LogicalLines } from './logical-lines.ts';

/** Text of some top-level statements, and where each piece comes from. */
export interface Excerpt {
  text: string;
  /** Start offsets of the pieces in the text, ascending, and the amounts to add to get offsets in the file. */
  pieces: number[];
  shifts: number[];
}

/** Converts an offset in the excerpt to an offset in the file. */
export function offsetInFile({ pieces, shifts }: Excerpt, offset: number): number {
  const after = pieces.findIndex((start) => start > offset);
  const piece = Math.max(0, after < 0 ? pieces.length - 1 : after - 1);
  return Math.max(offset, pieces[0] ?? 0) + (shifts[piece] ?? 0);
}

/** Writes the file as excerpts. */
export function writeExcerpts(text: string, lines: LogicalLines): Excerpt[] {
  const excerpts: Excerpt[] = [];
  let writer = new ExcerptWriter(text, lines);
  for (let first = 0; first < lines.count; ) {
    const end = statementEnd(lines, first);
    const size = tokenCount(lines, first, end);
    if (writer.tokens > 0 && writer.tokens + size > limits.excerptTokens) {
      excerpts.push(writer.excerpt());
      writer = new ExcerptWriter(text, lines);
    }
    writer.tokens += size;
    for (; first < end; first += 1) writer.add(first);
  }
  return [...excerpts, writer.excerpt()];
}

/** Returns the line after the top-level statement that begins with this line. */
function statementEnd(lines: LogicalLines, first: number): number {
  const kind = (line: number) => lines.tokens.kind(lines.first(line));
  let line = first + 1;
  while (line < lines.count && (lines.depth(line) > 0 || clauseStarts[kind(line)] === 1 || kind(line - 1) === Token.at))
    line += 1;
  return line;
}

function tokenCount(lines: LogicalLines, first: number, end: number): number {
  let count = 0;
  for (let line = first; line < end; line += 1) count += lines.newline(line) - lines.first(line);
  return count;
}

class ExcerptWriter {
  tokens = 0;
  private readonly text: string;
  private readonly lines: LogicalLines;
  private readonly written: string[] = [];
  private length = 0;
  /** Index of the next token that tree-sitter would misread. */
  private misread = 0;
  private readonly pieces: number[] = [];
  private readonly shifts: number[] = [];

  constructor(text: string, lines: LogicalLines) {
    this.text = text;
    this.lines = lines;
  }

  excerpt(): Excerpt {
    return { text: this.written.join(''), pieces: this.pieces, shifts: this.shifts };
  }

  add(line: number): void {
    const { lines } = this;
    const depth = lines.depth(line);
    const first = lines.first(line);
    const newline = lines.newline(line);
    this.write(' '.repeat(depth));
    let from = first;
    for (let next = this.misreadStart(first, newline); next !== undefined; next = this.misreadStart(from, newline)) {
      from = this.writeMisread(from, next, depth > 0);
      this.misread += 1;
    }
    this.writeTokens(from, newline, depth > 0);
    this.write('\n');
  }

  /** Writes the tokens from `from` through one that tree-sitter would misread. Returns the next token to write. */
  private writeMisread(from: number, next: number, isNested: boolean): number {
    const { tokens } = this.lines;
    if (tokens.kind(next) === Token.equals) {
      // Write `[T = a]` and `[*T = *a]` as `[T:a]` and `[*T:a]`, because tree-sitter knows bounds but not defaults.
      this.writeTokens(from, next, isNested);
      this.writePiece(tokens.start(next), ':');
      return tokens.kind(next + 1) === Token.star ? next + 2 : next + 1;
    }
    // Write `*args: *a[b]` without its second star, which tree-sitter would read as part of `a`.
    const isUnpacked = tokens.kind(next - 1) === Token.star;
    this.writeTokens(from, isUnpacked ? next - 1 : next, isNested);
    // tree-sitter reads `match (a)[b]:` as an annotated subscript that continues into the next lines, and `x: a[b]` as a generic type.
    // `match+(a)[b]:` can only be a match statement, and `x:+a[b]` can only be an expression. The plus sign is located at the token
    // before it.
    this.writePiece(tokens.start(next - 1), '+');
    return next;
  }

  /** Returns the next token between `first` and `newline` (exclusive) that tree-sitter would misread. */
  private misreadStart(first: number, newline: number): number | undefined {
    const { misreadStarts } = this.lines.tokens;
    while ((misreadStarts[this.misread] ?? first) < first) this.misread += 1;
    const token = misreadStarts[this.misread];
    return token !== undefined && token < newline ? token : undefined;
  }

  /** Writes the tokens from `first` up to `end` (exclusive), with the text between them. */
  private writeTokens(first: number, end: number, isNested: boolean): void {
    const { tokens } = this.lines;
    const start = tokens.start(first);
    const plain = this.text.slice(start, tokens.end(end - 1));
    this.writePiece(start, isNested && plain.includes('\n') ? this.joinedLines(first, end) : plain);
  }

  private writePiece(start: number, text: string): void {
    this.pieces.push(this.length);
    this.shifts.push(start - this.length);
    this.write(text);
  }

  private write(text: string): void {
    this.written.push(text);
    this.length += text.length;
  }

  /** Joins the line, replacing line breaks with blanks: tree-sitter mistakes some line breaks in brackets for the end of a block. */
  private joinedLines(first: number, newline: number): string {
    const { text } = this;
    const { tokens } = this.lines;
    const parts: string[] = [];
    for (let index = first; index < newline; index += 1) {
      const end = tokens.end(index);
      parts.push(text.slice(tokens.start(index), end));
      if (index + 1 === newline) break;
      const gap = text.slice(end, tokens.start(index + 1));
      parts.push(gap.includes('\n') && blankText.test(gap) ? ' '.repeat(gap.length) : gap);
    }
    return parts.join('');
  }
}

/**
 * Matches only whitespace, line breaks and comments. Text between the tokens of an f-string doesn't match. A comment takes its whole line:
 * otherwise each `#` in it could begin another one, and there would be twice as many ways to read the text for each.
 */
const blankText = /^(?:[ \t\f\n\\]|#[^\n]*(?![^\n]))*$/;
