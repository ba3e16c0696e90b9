// Text to tokens, as CPython 3.12 makes them: layout, brackets, literals, nested f-strings (PEP 701). It is stricter than
// tree-sitter on purpose (scan policy §7), and never looks at what the tokens mean.
import { limits } from '../limits.ts';
import { Char, identifierEnd, isAsciiIdentifierPart, isDigit, isQuote } from './characters.ts';
import { IndentStack, measureIndent } from './layout.ts';
import { numberEnd } from './numbers.ts';
import { operatorAt } from './operators.ts';
import { closingQuote, quotesAt, type StringPrefix, stringPrefix, wrongEscapeAt } from './strings.ts';
import { type SyntaxProblem, Token, Tokens } from './token.ts';
import { wordToken } from './words.ts';

export interface Lexed {
  tokens: Tokens;
  /** Why the tokens end in an invalid one. */
  problem: SyntaxProblem | undefined;
}

export function lex(text: string): Lexed {
  return new Lexer(text).run();
}

/** An f-string that is being read. */
interface FormatString {
  start: number;
  quote: number;
  quotes: 1 | 3;
  raw: boolean;
  /** How many replacement fields of it enclose each other here. */
  fields: number;
}

interface OpenBracket {
  closing: Token;
  start: number;
  /** Set when the bracket opens a replacement field of this f-string. */
  fieldOf: FormatString | undefined;
}

/** CPython's limits on f-strings within f-strings, and on fields within format specifiers. */
const formatStringsMax = 150;
const nestedFieldsMax = 3;

class Lexer {
  private readonly text: string;
  private readonly tokens: Tokens;
  private readonly indents = new IndentStack();
  private readonly brackets: OpenBracket[] = [];
  private readonly formatStrings: FormatString[] = [];
  private at = 0;
  private problem: SyntaxProblem | undefined;

  constructor(text: string) {
    this.text = text;
    this.tokens = new Tokens((text.length >> 2) + 64);
  }

  run(): Lexed {
    this.startLine();
    while (!this.problem && this.at < this.text.length) this.next();
    if (!this.problem) this.finish();
    return { tokens: this.tokens, problem: this.problem };
  }

  private next(): void {
    const code = this.text.charCodeAt(this.at);
    if (code === Char.space || code === Char.tab || code === Char.formFeed) this.at += 1;
    else if (code > 0x7f) this.word(identifierEnd(this.text, this.at));
    else if (isDigit(code)) this.number();
    else if (isAsciiIdentifierPart(code)) this.asciiWord();
    else if (isQuote(code)) this.string(this.at, '');
    else if (code === Char.newline) this.newline();
    else if (code === Char.hash) this.comment();
    else if (code === Char.backslash) this.continueLine();
    else if (code === Char.dot && isDigit(this.text.charCodeAt(this.at + 1))) this.number();
    else this.operator();
  }

  private fail(detail: string, start: number, end: number, ruleId: SyntaxProblem['ruleId'] = 'SLP601'): void {
    this.problem = { ruleId, detail, start, end };
    this.tokens.add(Token.invalid, start, end);
  }

  /** Reads the indentation of the next line that has a token, and says what it means for the blocks. */
  private startLine(): void {
    const { text } = this;
    for (;;) {
      const measured = measureIndent(text, this.at);
      this.at = measured.end;
      const code = text.charCodeAt(this.at);
      if (code === Char.hash) this.comment();
      if (text.charCodeAt(this.at) === Char.newline) {
        this.at += 1;
        continue;
      }
      if (this.at >= text.length) return;
      this.indent(this.indents.step(measured));
      return;
    }
  }

  private indent(step: ReturnType<IndentStack['step']>): void {
    const { at, tokens } = this;
    if ('problem' in step) {
      this.fail(step.problem, at, at, step.tooDeep ? 'SLP603' : 'SLP601');
      return;
    }
    if (step.opened) tokens.add(Token.indent, at, at);
    for (let closed = 0; closed < step.closed; closed += 1) tokens.add(Token.dedent, at, at);
  }

  private newline(): void {
    const start = this.at;
    this.at += 1;
    if (this.brackets.length > 0) return;
    this.tokens.add(Token.newline, start, start + 1);
    this.startLine();
  }

  private comment(): void {
    const end = this.text.indexOf('\n', this.at);
    this.at = end < 0 ? this.text.length : end;
  }

  private continueLine(): void {
    if (this.text.charCodeAt(this.at + 1) !== Char.newline) {
      this.fail('unexpected character after line continuation character', this.at, this.at + 1);
    } else if (this.at + 2 >= this.text.length) {
      this.fail('unexpected end of file', this.at, this.at + 1);
    } else {
      this.at += 2;
    }
  }

  private number(): void {
    const end = numberEnd(this.text, this.at);
    if (end === undefined) {
      this.fail('invalid number', this.at, this.at + 1);
      return;
    }
    this.tokens.add(Token.number, this.at, end);
    this.at = end;
  }

  private asciiWord(): void {
    const { text } = this;
    let end = this.at + 1;
    let code = text.charCodeAt(end);
    while (isAsciiIdentifierPart(code)) {
      end += 1;
      code = text.charCodeAt(end);
    }
    if (code > 0x7f) this.word(identifierEnd(text, this.at));
    else if (end - this.at <= 2 && isQuote(code)) this.string(end, text.slice(this.at, end));
    else this.word(end);
  }

  private word(end: number): void {
    const { at, text } = this;
    if (end === at || text.charCodeAt(end) > 0x7f) {
      const character = String.fromCodePoint(text.codePointAt(end) ?? 0);
      const code = character.codePointAt(0)?.toString(16).toUpperCase().padStart(4, '0');
      this.fail(`invalid character U+${code}`, end, end + character.length);
      return;
    }
    this.tokens.add(wordToken(text.slice(at, end)), at, end);
    this.at = end;
  }

  private string(quoteAt: number, letters: string): void {
    const { at, text } = this;
    const prefix = stringPrefix(letters);
    if (!prefix) {
      this.word(quoteAt);
      return;
    }
    const quote = text.charCodeAt(quoteAt);
    const quotes = quotesAt(text, quoteAt);
    const contents = quoteAt + quotes;
    if (prefix.format) {
      this.startFormatString({ start: at, quote, quotes, raw: prefix.raw, fields: 0 }, contents);
      return;
    }
    const end = closingQuote(text, contents, quote, quotes);
    if (end === undefined) {
      this.fail('unterminated string literal', at, contents);
      return;
    }
    this.tokens.add(prefix.bytes ? Token.bytes : Token.string, at, end + quotes);
    this.at = end + quotes;
    this.checkContents(contents, end, prefix);
  }

  private checkContents(start: number, end: number, prefix: StringPrefix): void {
    const contents = this.text.slice(start, end);
    if (prefix.bytes && /[^\0-\x7f]/.test(contents)) this.fail('bytes with other than ASCII characters', start, end);
    if (prefix.raw || !contents.includes('\\')) return;
    const wrong = wrongEscapeAt(contents, prefix);
    if (wrong !== undefined) this.fail('invalid escape in a string', start + wrong, start + wrong + 2);
  }

  private startFormatString(format: FormatString, contents: number): void {
    this.tokens.add(Token.fStringStart, format.start, contents);
    this.formatStrings.push(format);
    this.at = contents;
    if (this.formatStrings.length < formatStringsMax) this.formatText(format);
    else this.fail('too many nested f-strings', format.start, contents, 'SLP603');
  }

  /** The text of an f-string or of a format specifier, up to its end or to the next replacement field. */
  private formatText(format: FormatString): void {
    const { text } = this;
    const start = this.at;
    while (this.at < text.length) {
      const code = text.charCodeAt(this.at);
      if (code === Char.openBrace || code === Char.closeBrace) {
        if (text.charCodeAt(this.at + 1) !== code || format.fields > 0) {
          this.checkFormatText(start, format);
          if (!this.problem) this.formatBrace(code, format);
          return;
        }
        this.at += 2;
      } else if (code === format.quote && (format.quotes === 1 || quotesAt(text, this.at) === 3)) {
        this.checkFormatText(start, format);
        if (!this.problem) this.endFormatString(format);
        return;
      } else if (code === Char.newline && format.quotes === 1) {
        break;
      } else {
        this.at += code === Char.backslash ? this.escapeLength(format) : 1;
      }
    }
    this.fail('unterminated f-string literal', format.start, start);
  }

  /** How much of an f-string's text belongs to the backslash here: a brace never does, save in the name of a character. */
  private escapeLength({ raw }: FormatString): number {
    const next = this.text.charCodeAt(this.at + 1);
    if (next === Char.openBrace || next === Char.closeBrace) return 1;
    if (raw || !this.text.startsWith('N{', this.at + 1)) return 2;
    const end = this.text.indexOf('}', this.at);
    return end < 0 ? 2 : end + 1 - this.at;
  }

  private checkFormatText(start: number, { raw }: FormatString): void {
    const contents = raw ? '' : this.text.slice(start, this.at);
    const wrong = contents.includes('\\') ? wrongEscapeAt(contents, { bytes: false }) : undefined;
    if (wrong !== undefined) this.fail('invalid escape in a string', start + wrong, start + wrong + 2);
  }

  private formatBrace(code: number, format: FormatString): void {
    const start = this.at;
    if (code === Char.openBrace) {
      format.fields += 1;
      if (format.fields > nestedFieldsMax) this.fail('f-string fields nested too deeply', start, start + 1);
      else this.open(Token.openBrace, Token.closeBrace, format);
    } else if (format.fields > 0) {
      this.close(Token.closeBrace);
    } else {
      this.fail("single '}' in an f-string", start, start + 1);
    }
  }

  private endFormatString(format: FormatString): void {
    if (format.fields > 0) {
      this.fail("f-string: expecting '}'", this.at, this.at + format.quotes);
      return;
    }
    this.tokens.add(Token.fStringEnd, this.at, this.at + format.quotes);
    this.at += format.quotes;
    this.formatStrings.pop();
  }

  private operator(): void {
    const { at, text } = this;
    const found = operatorAt(text, at);
    const field = this.brackets.at(-1)?.fieldOf;
    if (!found || (found.kind === Token.exclamation && !field)) {
      this.fail('invalid character', at, at + 1);
      return;
    }
    const closing = closingOf[found.kind];
    if (closing !== undefined) {
      this.open(found.kind, closing, undefined);
    } else if (closers.has(found.kind)) {
      this.close(found.kind);
    } else if (field && text.charCodeAt(at) === Char.colon) {
      // At the level of a replacement field a colon always starts the format specifier, `:=` as well.
      this.tokens.add(Token.colon, at, at + 1);
      this.at += 1;
      this.formatText(field);
    } else {
      this.tokens.add(found.kind, at, at + found.length);
      this.at += found.length;
    }
  }

  private open(kind: Token, closing: Token, fieldOf: FormatString | undefined): void {
    const start = this.at;
    this.at += 1;
    if (this.brackets.length >= limits.bracketLevels) {
      this.fail(`more than ${limits.bracketLevels} levels of brackets`, start, start + 1, 'SLP603');
      return;
    }
    this.tokens.add(kind, start, start + 1);
    this.brackets.push({ closing, start, fieldOf });
  }

  private close(kind: Token): void {
    const start = this.at;
    const bracket = this.brackets.at(-1);
    if (bracket?.closing !== kind) {
      this.fail(`unmatched '${this.text.charAt(start)}'`, start, start + 1);
      return;
    }
    this.brackets.pop();
    this.tokens.add(kind, start, start + 1);
    this.at += 1;
    if (bracket.fieldOf) {
      bracket.fieldOf.fields -= 1;
      this.formatText(bracket.fieldOf);
    }
  }

  private finish(): void {
    const { text, tokens } = this;
    const unclosed = this.brackets.at(-1);
    if (unclosed) {
      this.fail(`'${text.charAt(unclosed.start)}' was never closed`, unclosed.start, unclosed.start + 1);
      return;
    }
    const end = text.length;
    if (tokens.size > 0 && !lineEnds.has(tokens.kind(tokens.size - 1))) tokens.add(Token.newline, end, end);
    for (let depth = this.indents.depth; depth > 0; depth -= 1) tokens.add(Token.dedent, end, end);
    tokens.add(Token.end, end, end);
  }
}

const closingOf: (Token | undefined)[] = [];
closingOf[Token.openParenthesis] = Token.closeParenthesis;
closingOf[Token.openBracket] = Token.closeBracket;
closingOf[Token.openBrace] = Token.closeBrace;

const closers: ReadonlySet<Token> = new Set([Token.closeParenthesis, Token.closeBracket, Token.closeBrace]);
const lineEnds: ReadonlySet<number> = new Set([Token.newline, Token.dedent]);
