// Tokenizes string and bytes literals, and rejects what CPython cannot decode. f-strings are in format-strings.ts.
import { type FormatReader, startFormatString } from './format-strings.ts';
import { closingQuote, quotesAt, type StringPrefix, stringPrefix, wrongEscapeAt } from './strings.ts';
import { Token } from './token.ts';

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
  lexer.tokens.add(prefix.bytes ? Token.bytes : Token.string, at, end + quotes);
  lexer.at = end + quotes;
  if (prefix.bytes || !prefix.raw) checkContents(lexer, prefix, contents, end);
}

function checkContents(lexer: FormatReader, prefix: StringPrefix, start: number, end: number): void {
  const contents = lexer.text.slice(start, end);
  if (prefix.bytes && /[^\0-\x7f]/.test(contents)) lexer.fail('bytes literal with non-ASCII characters', start, end);
  if (prefix.raw || !contents.includes('\\')) return;
  const wrong = wrongEscapeAt(contents, prefix);
  if (wrong !== undefined) lexer.fail('invalid escape sequence in a string', start + wrong, start + wrong + 2);
}
