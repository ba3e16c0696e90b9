// Normalizes Go source so that tree-sitter sees the same statements as the Go compiler: all semicolons are explicit, comments and line
// ends are blank, and literals are empty. Also rewrites constructs that the grammar doesn't support: empty statements, a group of
// constants or variables without a final semicolon, `new` of a value (Go 1.26), type parameters of methods (Go 1.27), `x.(type)` outside
// a switch, and method expressions on type literals, such as `interface{ M() }.M` and `(*struct{ T }).M`. Offsets don't change, except
// for semicolons inserted at the end of groups.
import { closing, kindFlags, opening, Token, type Tokens } from './tokens.ts';
import { isType } from './type-extents.ts';

const space = 0x20;
const quotedLetter = 0x61;
const upperCase = 0x20;

export class NormalizedSource {
  readonly length: number;
  private readonly text: string;
  /** File offsets at which a semicolon is inserted, ascending. */
  private readonly inserted: readonly number[];

  constructor(text: string, inserted: readonly number[]) {
    this.text = text;
    this.length = text.length;
    this.inserted = inserted;
  }

  /** Returns the normalized text between two file offsets. */
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

  /** Returns a function that maps offsets in the part that begins at `start` to file offsets. */
  fileOffsetsFrom(start: number): (offset: number) => number {
    const inserted = this.insertedFrom(start).map((place, before) => place - start + before);
    return (offset) => start + offset - firstNotBelow(inserted, offset);
  }

  private insertedFrom(start: number): readonly number[] {
    const { inserted } = this;
    return inserted.length === 0 ? inserted : inserted.slice(firstNotBelow(inserted, start));
  }
}

/** Returns the index of the first of these ascending numbers that isn't below `limit`. */
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
  // One longer than the text, because Go inserts a semicolon after its end.
  const codes = new Uint16Array(text.length + 1).fill(space);
  const brackets = new BracketStack(tokens);
  const inserted: number[] = [];
  let blank: Extent | undefined;
  for (let index = 0; index < tokens.size; index += 1) {
    const kind = tokens.kind(index);
    if (kind === Token.func && brackets.opening < 0) blank = methodTypeParameters(tokens, index);
    if (blank && index >= blank.open && index <= blank.close) {
      brackets.step(index);
      continue;
    }
    const start = tokens.start(index);
    const end = tokens.end(index);
    if (kind === Token.semicolon) {
      if (!brackets.isEmptyStatement(index)) codes[start] = 0x3b;
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
      if (brackets.lacksSemicolon(index)) inserted.push(start);
      if (kind === Token.closeBrace && isMethodExpression(tokens, brackets.opening, index)) {
        replaceWithValue(text, tokens, { keyword: brackets.opening - 1, closeBrace: index }, codes);
      }
    }
    brackets.step(index);
  }
  return new NormalizedSource(decoder.decode(codes), inserted);
}

const decoder = new TextDecoder('utf-16le');

/** The grammar parses `new` and `make` only with a type. If they are called on a value, they must look like any other function. */
function isBuiltinCallOnValue(text: string, tokens: Tokens, index: number): boolean {
  if (tokens.kind(index + 1) !== Token.openParenthesis || tokens.kind(index + 2) === Token.closeParenthesis)
    return false;
  const length = tokens.end(index) - tokens.start(index);
  const isBuiltin =
    (length === 3 && text.startsWith('new', tokens.start(index))) ||
    (length === 4 && text.startsWith('make', tokens.start(index)));
  return isBuiltin && tokens.kind(index - 1) !== Token.func && !isType(tokens, index + 2);
}

/** A pair of brackets. */
interface Extent {
  open: number;
  close: number;
}

/**
 * Returns the type parameters of the method that is declared at this `func`. They name only types, which the scan doesn't need. After a
 * function type's result, no parameters follow.
 */
function methodTypeParameters(tokens: Tokens, index: number): Extent | undefined {
  if (tokens.kind(index + 1) !== Token.openParenthesis) return undefined;
  const open = closingOf(tokens, index + 1) + 2;
  if (tokens.kind(open - 1) !== Token.name || tokens.kind(open) !== Token.openBracket) return undefined;
  const close = closingOf(tokens, open);
  return tokens.kind(close + 1) === Token.openParenthesis ? { open, close } : undefined;
}

function closingOf(tokens: Tokens, open: number): number {
  let index = open;
  for (let depth = 0; index < tokens.size; index += 1) {
    const kind = tokens.kind(index);
    if (opening[kind] === 1) depth += 1;
    else if (closing[kind] === 1) depth -= 1;
    if (depth === 0) break;
  }
  return index;
}

/** A semicolon after one of these tokens ends an empty statement. */
const nothingToEnd = kindFlags(Token.semicolon, Token.openBrace, Token.colon, Token.if, Token.switch);

/** Tracks the open brackets around the current token. */
class BracketStack {
  private readonly tokens: Tokens;
  private readonly open: number[] = [];
  /** Bracket depth of the current `for` header; -1 outside of one. */
  private headerDepth = -1;

  constructor(tokens: Tokens) {
    this.tokens = tokens;
  }

  step(index: number): void {
    const kind = this.tokens.kind(index);
    const depth = this.open.length;
    if (kind === Token.for) this.headerDepth = depth;
    else if (kind === Token.openBrace && depth === this.headerDepth) this.headerDepth = -1;
    if (opening[kind] === 1) this.open.push(index);
    else if (closing[kind] === 1) this.open.pop();
  }

  /** The innermost open bracket. */
  get opening(): number {
    return this.open.at(-1) ?? -1;
  }

  isEmptyStatement(index: number): boolean {
    const { tokens } = this;
    if (nothingToEnd[tokens.kind(index - 1)] !== 1) return false;
    const isAfterWritten =
      tokens.kind(index - 1) === Token.semicolon && tokens.end(index - 1) > tokens.start(index - 1);
    // Two explicit semicolons may be part of a `for` header. The end of a header is hard to find if it contains literals.
    const maybeHeader = this.headerDepth === this.open.length || tokens.kind(index - 2) === Token.closeBrace;
    return !(isAfterWritten && maybeHeader);
  }

  /** Returns whether the token closes a group or block that lacks its final semicolon. */
  lacksSemicolon(index: number): boolean {
    const { tokens } = this;
    const last = tokens.kind(index - 1);
    // Labels without a statement; there may be several in a row.
    if (tokens.kind(index) === Token.closeBrace) return last === Token.colon;
    const keyword = tokens.kind(this.opening - 1);
    const isGroup = tokens.kind(index) === Token.closeParenthesis && (keyword === Token.const || keyword === Token.var);
    return isGroup && last !== Token.semicolon && last !== Token.openParenthesis;
  }
}

/**
 * Returns whether the braces belong to a method expression's type literal, which has only parentheses and stars around it, followed by
 * a dot.
 */
function isMethodExpression(tokens: Tokens, open: number, close: number): boolean {
  const keyword = tokens.kind(open - 1);
  if (keyword !== Token.struct && keyword !== Token.interface) return false;
  let before = open - 2;
  let after = close + 1;
  while (tokens.kind(after) === Token.closeParenthesis) {
    while (tokens.kind(before) === Token.star) before -= 1;
    // After a dot, the parentheses are a type assertion; after an operand, they are a call.
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

/** Tokens of a type literal. */
interface TypeLiteral {
  keyword: number;
  closeBrace: number;
}

/** Replaces the type literal in `codes` with a composite literal, `[]T{M, x, int}`. Names keep their offsets. */
function replaceWithValue(
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
