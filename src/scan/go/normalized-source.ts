// The text as tree-sitter must be given it to see the statements that the Go compiler sees: every semicolon written out, comments
// and line ends gone, literals empty. It also writes what the grammar has no reading for in a way that it has: empty statements, a
// group of constants or variables without a last semicolon, `new` of a value (Go 1.26), methods of type literals. Every offset stays
// where it is, but for the last semicolons of groups, which are put in.
import { isMethodExpression, replaceWithValue } from './method-expressions.ts';
import { kindFlags, Token, type Tokens } from './tokens.ts';
import { isType } from './type-extents.ts';

const space = 0x20;
const quotedLetter = 0x61;
const upperCase = 0x20;

export class NormalizedSource {
  readonly length: number;
  private readonly text: string;
  /** The places of the file that a semicolon is put in before, ascending. */
  private readonly inserted: readonly number[];

  constructor(text: string, inserted: readonly number[]) {
    this.text = text;
    this.length = text.length;
    this.inserted = inserted;
  }

  /** What stands between two places of the file. */
  part(start: number, end: number): string {
    const pieces: string[] = [];
    let from = start;
    for (const place of this.insertedFrom(start)) {
      if (place >= end) break;
      pieces.push(this.text.slice(from, place), ';');
      from = place;
    }
    pieces.push(this.text.slice(from, end));
    return pieces.join('');
  }

  /** From offsets in the part that starts at a place to places of the file. */
  fileOffsetsFrom(start: number): (offset: number) => number {
    const inserted = this.insertedFrom(start).map((place, before) => place - start + before);
    return (offset) => start + offset - firstNotBelow(inserted, offset);
  }

  private insertedFrom(start: number): readonly number[] {
    const { inserted } = this;
    return inserted.length === 0 ? inserted : inserted.slice(firstNotBelow(inserted, start));
  }
}

/** Of ascending numbers, the index of the first that is at least the limit. */
function firstNotBelow(numbers: readonly number[], limit: number): number {
  let low = 0;
  let high = numbers.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((numbers[middle] ?? limit) < limit) low = middle + 1;
    else high = middle;
  }
  return low;
}

export function normalizeSource(text: string, tokens: Tokens): NormalizedSource {
  // One more than the text has: Go puts a semicolon behind its end.
  const codes = new Uint16Array(text.length + 1).fill(space);
  const grouping = new Grouping(tokens);
  const inserted: number[] = [];
  for (let index = 0; index < tokens.size; index += 1) {
    const kind = tokens.kind(index);
    const start = tokens.start(index);
    const end = tokens.finish(index);
    if (kind === Token.semicolon) {
      if (!grouping.isEmptyStatement(index)) codes[start] = 0x3b;
    } else if (kind === Token.string) {
      codes[start] = text.charCodeAt(start);
      codes[end - 1] = text.charCodeAt(start);
    } else if (kind === Token.rune) {
      codes[start] = 0x27;
      codes[start + 1] = quotedLetter;
      codes[start + 2] = 0x27;
    } else {
      for (let at = start; at < end; at += 1) codes[at] = text.charCodeAt(at);
      if (kind === Token.name && isBuiltinCallOnValue(text, tokens, index))
        codes[start] = text.charCodeAt(start) - upperCase;
      if (grouping.lacksSemicolon(index)) inserted.push(start);
      if (kind === Token.closeBrace && isMethodExpression(tokens, grouping.opening, index)) {
        replaceWithValue(text, tokens, grouping.opening - 1, index, codes);
      }
    }
    grouping.step(index);
  }
  return new NormalizedSource(decoder.decode(codes), inserted);
}

const decoder = new TextDecoder('utf-16le');

/** `new` and `make` of a type are a form of their own to the grammar; of a value, they may be a function of any name. */
function isBuiltinCallOnValue(text: string, tokens: Tokens, index: number): boolean {
  if (tokens.kind(index + 1) !== Token.openParenthesis || tokens.kind(index + 2) === Token.closeParenthesis)
    return false;
  const length = tokens.finish(index) - tokens.start(index);
  const isBuiltin =
    (length === 3 && text.startsWith('new', tokens.start(index))) ||
    (length === 4 && text.startsWith('make', tokens.start(index)));
  return isBuiltin && tokens.kind(index - 1) !== Token.func && !isType(tokens, index + 2);
}

const opening = kindFlags(Token.openParenthesis, Token.openBracket, Token.openBrace);
const closing = kindFlags(Token.closeParenthesis, Token.closeBracket, Token.closeBrace);
/** A semicolon behind one of these ends nothing. */
const nothingToEnd = kindFlags(Token.semicolon, Token.openBrace, Token.colon, Token.if, Token.switch);

/** In which brackets the tokens stand. */
class Grouping {
  private readonly tokens: Tokens;
  private readonly open: number[] = [];
  /** How many brackets are open around the head of the `for` that is being read; -1 for none. */
  private head = -1;

  constructor(tokens: Tokens) {
    this.tokens = tokens;
  }

  step(index: number): void {
    const kind = this.tokens.kind(index);
    const depth = this.open.length;
    if (kind === Token.for) this.head = depth;
    else if (kind === Token.openBrace && depth === this.head) this.head = -1;
    if (opening[kind] === 1) this.open.push(index);
    else if (closing[kind] === 1) this.open.pop();
  }

  /** The bracket that was opened last and is still open. */
  get opening(): number {
    return this.open.at(-1) ?? -1;
  }

  isEmptyStatement(index: number): boolean {
    const { tokens } = this;
    if (nothingToEnd[tokens.kind(index - 1)] !== 1) return false;
    const isBehindWritten =
      tokens.kind(index - 1) === Token.semicolon && tokens.finish(index - 1) > tokens.start(index - 1);
    // Two that are both written may stand in the head of a `for`, which literals make hard to see the end of.
    const maybeHead = this.head === this.open.length || tokens.kind(index - 2) === Token.closeBrace;
    return !(isBehindWritten && maybeHead);
  }

  /** Whether the token closes what lacks a last semicolon. */
  lacksSemicolon(index: number): boolean {
    const { tokens } = this;
    const last = tokens.kind(index - 1);
    // Labels of nothing, which may follow each other.
    if (tokens.kind(index) === Token.closeBrace) return last === Token.colon;
    const keyword = tokens.kind(this.opening - 1);
    const isGroup = tokens.kind(index) === Token.closeParenthesis && (keyword === Token.const || keyword === Token.var);
    return isGroup && last !== Token.semicolon && last !== Token.openParenthesis;
  }
}
