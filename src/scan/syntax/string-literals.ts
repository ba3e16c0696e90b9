// Tokenizes string and bytes literals, and rejects those that CPython can't decode. Code in f-string replacement fields (PEP 701)
// becomes ordinary tokens.
import type { SyntaxProblem } from '../file/report.ts';
import { Char } from './characters.ts';
import { closingQuote, quotesAt, type StringPrefix, stringPrefix, wrongEscapeAt } from './literals.ts';
import { Token, type Tokens } from './token.ts';

/** Reads the literal whose prefix starts at the lexer's position and whose quotes start at `quoteAt`. */
export function readString(lexer: FormatReader, quoteAt: number, letters: string): void {
  const { at, text } = lexer;
  const prefix = stringPrefix(letters);
  const quote = text.charCodeAt(quoteAt);
  const quotes = quotesAt(text, quoteAt);
  const contents = quoteAt + quotes;
  if (prefix?.format) {
    startFormatString(lexer, { start: at, quote, quotes, raw: prefix.raw, fields: 0 }, contents);
    return;
  }
  const end = closingQuote(text, contents, quote, quotes);
  if (end === undefined || !prefix) {
    lexer.fail('unterminated string literal', at, contents);
    return;
  }
  const problem = prefix.bytes || !prefix.raw ? contentsProblem(text.slice(contents, end), prefix) : undefined;
  if (problem === undefined) lexer.tokens.add(prefix.bytes ? Token.bytes : Token.string, at, end + quotes);
  else lexer.addInvalid(problem, at, end + quotes);
  lexer.at = end + quotes;
}

function contentsProblem(contents: string, prefix: StringPrefix): string | undefined {
  if (prefix.bytes && /[^\0-\x7f]/.test(contents)) return 'bytes literal with non-ASCII characters';
  if (prefix.raw || !contents.includes('\\') || wrongEscapeAt(contents, prefix) === undefined) return undefined;
  return 'invalid escape sequence in a string';
}

/** An open f-string. */
export interface FormatString {
  start: number;
  quote: number;
  quotes: 1 | 3;
  raw: boolean;
  /** Number of its replacement fields that are open at this point. */
  fields: number;
}

/** The part of the lexer needed for reading f-strings. */
interface FormatReader {
  readonly text: string;
  readonly tokens: Tokens;
  readonly formatStrings: FormatString[];
  readonly hasFailed: boolean;
  at: number;
  fail(detail: string, start: number, end: number, ruleId?: SyntaxProblem['ruleId']): void;
  addInvalid(detail: string, start: number, end: number): void;
  open(kind: number, fieldOf: FormatString | undefined): void;
  close(kind: number): void;
}

/** CPython's limits for f-strings inside f-strings, and for fields inside format specifiers. */
const formatStringsMax = 150;
const nestedFieldsMax = 3;

function startFormatString(lexer: FormatReader, format: FormatString, contents: number): void {
  lexer.tokens.add(Token.fStringStart, format.start, contents);
  lexer.formatStrings.push(format);
  lexer.at = contents;
  if (lexer.formatStrings.length < formatStringsMax) readFormatText(lexer, format);
  else lexer.fail('too many nested f-strings', format.start, contents, 'SLP603');
}

/** Reads the text of an f-string or format specifier, up to its end or the next replacement field. */
export function readFormatText(lexer: FormatReader, format: FormatString): void {
  const { text } = lexer;
  const start = lexer.at;
  while (lexer.at < text.length) {
    const code = text.charCodeAt(lexer.at);
    if (code === Char.openBrace || code === Char.closeBrace) {
      if (text.charCodeAt(lexer.at + 1) !== code || format.fields > 0) {
        checkText(lexer, start, format);
        if (!lexer.hasFailed) brace(lexer, code, format);
        return;
      }
      lexer.at += 2;
    } else if (code === format.quote && (format.quotes === 1 || quotesAt(text, lexer.at) === 3)) {
      checkText(lexer, start, format);
      if (!lexer.hasFailed) endFormatString(lexer, format);
      return;
    } else if (code === Char.newline && format.quotes === 1) {
      break;
    } else {
      lexer.at += code === Char.backslash ? escapeLength(lexer, format) : 1;
    }
  }
  lexer.fail('unterminated f-string literal', format.start, start);
}

/** Returns the length of the escape at this backslash. A brace is never part of one, except in `\N{…}`. */
function escapeLength({ at, text }: FormatReader, { raw }: FormatString): number {
  const next = text.charCodeAt(at + 1);
  if (next === Char.openBrace || next === Char.closeBrace) return 1;
  if (raw || !text.startsWith('N{', at + 1)) return 2;
  const end = text.indexOf('}', at);
  return end < 0 ? 2 : end + 1 - at;
}

function checkText(lexer: FormatReader, start: number, { raw }: FormatString): void {
  if (raw) return;
  const contents = lexer.text.slice(start, lexer.at);
  const wrong = contents.includes('\\') ? wrongEscapeAt(contents, { bytes: false }) : undefined;
  if (wrong !== undefined) lexer.addInvalid('invalid escape sequence in a string', start + wrong, start + wrong + 2);
}

function brace(lexer: FormatReader, code: number, format: FormatString): void {
  const start = lexer.at;
  if (code === Char.openBrace) {
    format.fields += 1;
    if (format.fields > nestedFieldsMax) lexer.fail('f-string fields nested too deeply', start, start + 1);
    else lexer.open(Token.openBrace, format);
  } else if (format.fields > 0) {
    lexer.close(Token.closeBrace);
  } else {
    lexer.fail("single '}' in an f-string", start, start + 1);
  }
}

const conversion = /![rsa]/y;

/** Reads a replacement field's conversion as one token. */
export function readConversion(lexer: FormatReader): void {
  const start = lexer.at;
  conversion.lastIndex = start;
  if (!conversion.test(lexer.text)) {
    lexer.at += 1;
    lexer.addInvalid('invalid conversion in an f-string: expected !r, !s or !a', start, start + 1);
    return;
  }
  lexer.at += 2;
  lexer.tokens.add(Token.conversion, start, lexer.at);
}

function endFormatString(lexer: FormatReader, format: FormatString): void {
  if (format.fields > 0) {
    lexer.fail("f-string: expecting '}'", lexer.at, lexer.at + format.quotes);
    return;
  }
  lexer.tokens.add(Token.fStringEnd, lexer.at, lexer.at + format.quotes);
  lexer.at += format.quotes;
  lexer.formatStrings.pop();
}
