// What tree-sitter is given of a file: the logical lines that are to be read, laid out anew, so that it sees the blocks and lines
// that CPython sees, and no more at once than fits beside the rest of an isolate. CPython's grammar has read all of the file before.
import { limits } from '../limits.ts';
import { kindFlags, Token } from '../syntax/token.ts';
import { type LogicalLines, withStructure } from './logical-lines.ts';

/** Some statements of the module, and where each piece of their text is from. */
export interface Excerpt {
  text: string;
  /** Where pieces start in the text, ascending, and how much further on that is in the file. */
  pieces: number[];
  shifts: number[];
  /** The place in the file of a statement that is more than may be parsed at once. */
  tooLarge?: { start: number; end: number };
}

/** The offset in the file of one in the excerpt. */
export function offsetInFile({ pieces, shifts }: Excerpt, offset: number): number {
  const after = pieces.findIndex((start) => start > offset);
  const piece = Math.max(0, after < 0 ? pieces.length - 1 : after - 1);
  return Math.max(offset, pieces[0] ?? 0) + (shifts[piece] ?? 0);
}

/** Excerpts of the flagged lines. */
export function excerptsOf(text: string, lines: LogicalLines, read: Uint8Array): Excerpt[] {
  const flags = withStructure(lines, read);
  const excerpts: Excerpt[] = [];
  let writing = new ExcerptWriter(text, lines);
  for (const statement of statements(lines, flags)) {
    const size = sizeOf(statement, lines);
    if (writing.tokens > 0 && writing.tokens + size > limits.partTokens) {
      excerpts.push(writing.excerpt());
      writing = new ExcerptWriter(text, lines);
    }
    if (size > limits.partTokens) {
      const start = lines.tokens.start(lines.first(statement[0] ?? 0));
      return [{ text: '', pieces: [], shifts: [], tooLarge: { start, end: start } }];
    }
    writing.tokens += size;
    for (const [at, line] of statement.entries()) writing.add(line, statement[at + 1]);
  }
  return [...excerpts, writing.excerpt()];
}

/** The kept lines of each statement of the module that has any. */
function* statements(lines: LogicalLines, flags: Uint8Array): Generator<number[]> {
  let statement: number[] = [];
  let decorated = false;
  for (let line = flags.indexOf(1); line >= 0; line = flags.indexOf(1, line + 1)) {
    const kind = lines.tokens.kind(lines.first(line));
    if (lines.depth(line) === 0 && !decorated && continues[kind] !== 1 && statement.length > 0) {
      yield statement;
      statement = [];
    }
    decorated = lines.depth(line) === 0 && kind === Token.at;
    statement.push(line);
  }
  if (statement.length > 0) yield statement;
}

const continues = kindFlags(Token.elif, Token.else, Token.except, Token.finally);

function sizeOf(statement: readonly number[], lines: LogicalLines): number {
  return statement.reduce((sum, line) => sum + lines.newline(line) - lines.first(line), 0);
}

/** Stands for the statements of a block of which none is kept. */
const filler = '0';

class ExcerptWriter {
  tokens = 0;
  private readonly text: string;
  private readonly lines: LogicalLines;
  private readonly written: string[] = [];
  private length = 0;
  private readonly pieces: number[] = [];
  private readonly shifts: number[] = [];

  constructor(text: string, lines: LogicalLines) {
    this.text = text;
    this.lines = lines;
  }

  excerpt(): Excerpt {
    return { text: this.written.join(''), pieces: this.pieces, shifts: this.shifts };
  }

  add(line: number, following: number | undefined): void {
    const { lines, text } = this;
    const { tokens } = lines;
    const depth = lines.depth(line);
    const first = lines.first(line);
    const newline = lines.newline(line);
    let start = tokens.start(first);
    this.write(' '.repeat(depth));
    if (tokens.bracketedMatches.has(first)) {
      // `match (a)[b]:` is a subscript with an annotation to tree-sitter, which then reads on into the next lines; `match+(a)[b]:`
      // can only be a subject.
      this.writePiece(start, text.slice(start, tokens.finish(first)));
      this.write('+');
      start = tokens.finish(first);
    }
    const end = tokens.finish(newline - 1);
    const plain = text.slice(start, end);
    this.writePiece(start, depth > 0 && plain.includes('\n') ? this.joinedLines(first, newline) : plain);
    const isEmptied = lines.opens(line) && (following === undefined || lines.depth(following) <= depth);
    // In the place of the colon.
    if (isEmptied) this.writePiece(end - 1, filler);
    this.write('\n');
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

  /** Within brackets tree-sitter takes some line breaks for the end of the block: here they are blanks. */
  private joinedLines(first: number, newline: number): string {
    const { text } = this;
    const { tokens } = this.lines;
    const parts: string[] = [];
    for (let index = first; index < newline; index += 1) {
      const end = tokens.finish(index);
      parts.push(text.slice(tokens.start(index), end));
      if (index + 1 === newline) break;
      const gap = text.slice(end, tokens.start(index + 1));
      parts.push(gap.includes('\n') && blankText.test(gap) ? ' '.repeat(gap.length) : gap);
    }
    return parts.join('');
  }
}

/** Nothing but blanks, line breaks and comments; not so the text of f-strings. */
const blankText = /^(?:[ \t\f\n\\]|#[^\n]*)*$/;
