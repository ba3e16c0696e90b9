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
