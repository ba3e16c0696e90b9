// Splits Go source into tokens as the compiler does (Go specification, "Lexical elements"): separates comments, strings and code, and
// finds where statements end. Doesn't interpret the tokens.
import type { Range, SyntaxProblem } from '../file/report.ts';
import { TokenArrays } from '../file/token-arrays.ts';
import { isNumber, isRune, numberEnd, quotedEnd } from './literals.ts';
import { kindFlags, Token, type Tokens } from './tokens.ts';

export interface Lexed {
  tokens: Tokens;
  /** Comments that start with `//go:`, ascending. */
  directives: Range[];
  /** The first place where the text isn't valid Go. */
  problem?: SyntaxProblem;
}

export function lex(text: string): Lexed {
  return new Lexer(text).run();
}

const lineFeed = 0x0a;
const slash = 0x2f;
const star = 0x2a;

/** After these tokens, a line end counts as a semicolon. */
const endsStatement = kindFlags(
  ...[Token.name, Token.string, Token.rune, Token.number, Token.increment],
  ...[Token.closeParenthesis, Token.closeBracket, Token.closeBrace],
  ...[Token.break, Token.continue, Token.fallthrough, Token.return],
);

class Lexer {
  private readonly text: string;
  private readonly tokens: Tokens;
  private readonly directives: Range[] = [];
  private problem: SyntaxProblem | undefined;
  private at = 0;
  private last: number = Token.end;

  constructor(text: string) {
    this.text = text;
    this.tokens = new TokenArrays((text.length >> 2) + 64);
  }

  run(): Lexed {
    const { text, tokens, directives } = this;
    while (!this.problem && this.at < text.length) this.next(text.charCodeAt(this.at));
    this.endLine(text.length);
    return { tokens, directives, ...(this.problem && { problem: this.problem }) };
  }

  private next(code: number): void {
    if (code === 0x20 || code === 0x09 || code === 0x0d) this.at += 1;
    else if (code === lineFeed) {
      this.endLine(this.at);
      this.at += 1;
    } else if (isWordStart(code)) this.word();
    else if (isDigit(code)) this.number();
    else if (code === 0x22) this.quoted(Token.string);
    else if (code === 0x60) this.raw();
    else if (code === 0x27) this.quoted(Token.rune);
    else if (code === slash && this.text.charCodeAt(this.at + 1) === slash) this.lineComment();
    else if (code === slash && this.text.charCodeAt(this.at + 1) === star) this.comment();
    else if (code === 0x2e && isDigit(this.text.charCodeAt(this.at + 1))) this.number();
    else if (code > 0x7f) this.word();
    else this.operator();
  }

  private add(kind: number, end: number): void {
    this.tokens.add(kind, this.at, end);
    this.last = kind;
    this.at = end;
  }

  private fail(detail: string, end: number): void {
    this.problem = { ruleId: 'SLP601', detail, start: this.at, end };
  }

  /** Inserts a semicolon at a line end that can end a statement, like Go. */
  private endLine(at: number): void {
    if (endsStatement[this.last] !== 1) return;
    this.tokens.add(Token.semicolon, at, at);
    this.last = Token.semicolon;
  }

  private word(): void {
    const { text } = this;
    let end = this.at;
    while (isWordPart(text.charCodeAt(end))) end += 1;
    if (text.charCodeAt(end) > 0x7f) {
      end = wideWordEnd(text, end);
      if (end === this.at || /^\p{Nd}/u.test(text.slice(this.at, this.at + 2))) {
        this.fail('invalid character', end + 1);
        return;
      }
    }
    this.add(keywordAt(text, this.at, end - this.at), end);
  }

  private number(): void {
    const end = numberEnd(this.text, this.at);
    if (wideWordEnd(this.text, end) > end || !isNumber(this.text.slice(this.at, end))) this.fail('invalid number', end);
    else this.add(Token.number, end);
  }

  private quoted(kind: Token): void {
    const end = quotedEnd(this.text, this.at);
    if (end < 0) this.fail('unterminated literal or unknown escape', this.at + 1);
    else if (kind === Token.rune && !isRune(this.text.slice(this.at, end)))
      this.fail('rune literal with more or less than one character', end);
    else this.add(kind, end);
  }

  private raw(): void {
    const end = this.text.indexOf('`', this.at + 1);
    if (end < 0) this.fail('unterminated string', this.at + 1);
    else this.add(Token.string, end + 1);
  }

  private lineComment(): void {
    const lineEnd = this.text.indexOf('\n', this.at);
    const end = lineEnd < 0 ? this.text.length : lineEnd;
    if (this.text.startsWith('go:', this.at + 2)) this.directives.push({ start: this.at, end });
    this.at = end;
  }

  private comment(): void {
    const end = this.text.indexOf('*/', this.at + 2);
    if (end < 0) {
      this.fail('unterminated comment', this.at + 2);
      return;
    }
    const line = this.text.indexOf('\n', this.at);
    if (line >= 0 && line < end) this.endLine(this.at);
    this.at = end + 2;
  }

  private operator(): void {
    const { at, text } = this;
    const only = singleCharacter[text.charCodeAt(at)] ?? Token.end;
    if (only !== Token.end) {
      this.add(only, at + 1);
      return;
    }
    for (let length = 3; length > 0; length -= 1) {
      const kind = operators.get(text.slice(at, at + length));
      if (kind === undefined) continue;
      this.add(kind, at + length);
      return;
    }
    this.fail('invalid character', at + 1);
  }
}

function isDigit(code: number): boolean {
  return code >= 0x30 && code <= 0x39;
}

function isWordStart(code: number): boolean {
  const lower = code | 0x20;
  return (lower >= 0x61 && lower <= 0x7a) || code === 0x5f;
}

function isWordPart(code: number): boolean {
  return isWordStart(code) || isDigit(code);
}

const wordText = /[\p{L}\p{Nd}_]*/uy;

function wideWordEnd(text: string, at: number): number {
  wordText.lastIndex = at;
  return at + (wordText.exec(text)?.[0].length ?? 0);
}

const keywords = Map.groupBy(
  Object.entries(Token).filter(([, kind]) => kind >= Token.break),
  ([text]) => text.charCodeAt(0),
);

function keywordAt(text: string, at: number, length: number): number {
  for (const [keyword, kind] of keywords.get(text.charCodeAt(at)) ?? [])
    if (keyword.length === length && text.startsWith(keyword, at)) return kind;
  return Token.name;
}

const spelled: readonly (readonly [Token, string])[] = [
  [Token.semicolon, ';'],
  [Token.openParenthesis, '('],
  [Token.closeParenthesis, ')'],
  [Token.openBracket, '['],
  [Token.closeBracket, ']'],
  [Token.openBrace, '{'],
  [Token.closeBrace, '}'],
  [Token.comma, ','],
  [Token.colon, ':'],
  [Token.dot, '.'],
  [Token.ellipsis, '...'],
  [Token.assign, '= := += -= *= /= %= &= |= ^= <<= >>= &^='],
  [Token.increment, '++ --'],
  [Token.star, '*'],
  [Token.arrow, '<-'],
  [Token.not, '!'],
  [Token.tilde, '~'],
  [Token.or, '||'],
  [Token.and, '&&'],
  [Token.comparison, '== != < <= > >='],
  [Token.additive, '+ - | ^'],
  [Token.multiplicative, '/ % << >> & &^'],
];

const operators: ReadonlyMap<string, number> = new Map(
  spelled.flatMap(([kind, texts]) => texts.split(' ').map((text) => [text, kind] as const)),
);

/** Single-character operators that don't start a longer one. */
const singleCharacter = new Uint8Array(128);
for (const [kind, text] of spelled)
  if (/^[^.]$/.test(text) && ';()[]{},~'.includes(text)) singleCharacter[text.charCodeAt(0)] = kind;
