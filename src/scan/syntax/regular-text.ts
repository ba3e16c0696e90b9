// The text as tree-sitter must be given it to see the blocks and lines that CPython sees. Every offset stays where it is: only
// blanks, line breaks, comments and a sign change. Call it after the grammar has read the tokens.
import { Char } from './characters.ts';
import type { Lexed } from './lexer.ts';
import { kindFlags, Token, type Tokens } from './token.ts';

export function regularText(text: string, { irregular, tokens }: Lexed): string {
  if (!irregular && tokens.bracketedMatches.length === 0) return text;
  const rewriting = new Rewriting(text);
  if (irregular) rewriteLayout(rewriting, text, tokens);
  const laidOut = rewriting.result();
  const signing = new Rewriting(laidOut);
  for (const end of tokens.bracketedMatches) {
    // `match (a)[b]:` is a subscript with an annotation to tree-sitter, which then reads on into the next lines; `match+(a)[b]:`
    // can only be a subject.
    if (/[ \t]/.test(text.charAt(end))) signing.replace(end, end + 1, '+');
  }
  return signing.result();
}

class Rewriting {
  private readonly text: string;
  private readonly pieces: string[] = [];
  private kept = 0;

  constructor(text: string) {
    this.text = text;
  }

  replace(start: number, end: number, by: string): void {
    this.pieces.push(this.text.slice(this.kept, start), by);
    this.kept = end;
  }

  result(): string {
    return this.pieces.join('') + this.text.slice(this.kept);
  }
}

const layout = kindFlags(Token.newline, Token.indent, Token.dedent);
const opening = kindFlags(Token.openParenthesis, Token.openBracket, Token.openBrace);
const closing = kindFlags(Token.closeParenthesis, Token.closeBracket, Token.closeBrace);

function rewriteLayout(rewriting: Rewriting, text: string, tokens: Tokens): void {
  let depth = 0;
  let last = 0;
  let startsLine = true;
  for (let index = 0; index < tokens.size; index += 1) {
    const kind = tokens.kind(index);
    if (layout[kind] === 1) {
      startsLine = true;
      if (kind === Token.newline) last = tokens.finish(index);
      continue;
    }
    const start = tokens.start(index);
    if (startsLine) {
      const indentation = indentationStart(text, last);
      if (last < indentation) rewriting.replace(last, indentation, blank(text.slice(last, indentation)));
      rewriting.replace(indentation, start, regularIndent(text.slice(indentation, start)));
    } else if (depth > 0 && text.slice(last, start).includes('\n')) {
      rewriting.replace(last, start, ' '.repeat(start - last));
    }
    startsLine = false;
    depth += (opening[kind] ?? 0) - (closing[kind] ?? 0);
    last = tokens.finish(index);
  }
}

/** Where the line of the next token starts: blank lines and lines of comment before it are left out. */
function indentationStart(text: string, from: number): number {
  let lineStart = from;
  for (let at = from; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    if (code === Char.hash) at = lineEnd(text, at);
    if (code === Char.backslash) at += 1;
    else if (text.charCodeAt(at) === Char.newline) lineStart = at + 1;
    else if (code !== Char.space && code !== Char.tab && code !== Char.formFeed) break;
  }
  return lineStart;
}

function lineEnd(text: string, from: number): number {
  const end = text.indexOf('\n', from);
  return end < 0 ? text.length : end;
}

/** Line breaks stay, all else is a space. */
function blank(lines: string): string {
  return lines.replaceAll(/[^\n]/g, ' ');
}

/** Each tab as one space, which compares as CPython does where it accepts the file; a continued line as a line of its own. */
function regularIndent(indent: string): string {
  const [first = '', ...rest] = indent.split('\\\n');
  if (rest.length === 0) return indent.replaceAll('\t', ' ');
  const width = first.length > 0 ? first.length : rest.join('').length;
  return `${' '.repeat(indent.length - 1 - width)}\n${' '.repeat(width)}`;
}
