// Splits text into the same tokens as CPython 3.12: layout, brackets, literals. Deliberately stricter than tree-sitter (scan policy
// §7). Doesn't interpret the tokens.
import { limits } from '../../contract/limits/scans.ts';
import { normalizeName } from '../../core/normalization.ts';
import type { SyntaxProblem } from '../file/report.ts';
import { Char, identifierEnd, isAsciiIdentifierPart, isDigit, isQuote } from './characters.ts';
import { IndentStack, type IndentStep, measureIndent } from './layout.ts';
import { numberEnd, stringPrefix } from './literals.ts';
import { operatorAt, operatorKind, operatorLength } from './operators.ts';
import { type FormatString, readConversion, readFormatText, readString } from './string-literals.ts';
import { closing, kindFlags, type LexicalProblem, opening, Token, Tokens } from './token.ts';
import { hashSeed, hashStep, type WordTable } from './word-table.ts';

export interface Lexed {
  tokens: Tokens;
  /** Tokens that are watched words, and the star of each star import, ascending. */
  watched: number[];
  /** Tokens that end logical lines, ascending. */
  lines: number[];
}

export function lex(text: string, words: WordTable): Lexed {
  return new Lexer(text, words).run();
}

interface OpenBracket {
  closing: number;
  start: number;
  /** The f-string whose replacement field the bracket opens, if any. */
  fieldOf: FormatString | undefined;
}

class Lexer {
  readonly text: string;
  readonly tokens: Tokens;
  at = 0;
  private readonly words: WordTable;
  private readonly watched: number[] = [];
  private readonly lines: number[] = [];
  private readonly indents = new IndentStack();
  private readonly brackets: OpenBracket[] = [];
  readonly formatStrings: FormatString[] = [];

  constructor(text: string, words: WordTable) {
    this.text = text;
    this.words = words;
    this.tokens = new Tokens((text.length >> 2) + 64);
  }

  run(): Lexed {
    const { text, tokens } = this;
    this.startLine();
    while (!tokens.problem && this.at < text.length) this.next(text.charCodeAt(this.at));
    if (!tokens.problem) this.finish();
    return { tokens, watched: this.watched, lines: this.lines };
  }

  get hasFailed(): boolean {
    return this.tokens.problem !== undefined;
  }

  private next(code: number): void {
    if (code === Char.space || code === Char.tab || code === Char.formFeed) this.at += 1;
    else if (code > 0x7f) this.nonAsciiWord(this.at);
    else if (isDigit(code)) this.number();
    else if (isAsciiIdentifierPart(code)) this.word(code);
    else if (code === Char.newline) this.newline();
    else if (isQuote(code)) readString(this, this.at, '');
    else if (code === Char.hash) this.comment();
    else if (code === Char.backslash) this.continueLine();
    else if (code === Char.dot && isDigit(this.text.charCodeAt(this.at + 1))) this.number();
    else this.operator(code);
  }

  /** Stops with a problem that CPython reports even if there are earlier grammar problems. */
  fail(detail: string, start: number, end: number, ruleId: SyntaxProblem['ruleId'] = 'SLP601'): void {
    this.stop({ ruleId, detail, start, end, overridesGrammar: ruleId === 'SLP601' });
  }

  /** Adds an invalid token and continues, because CPython notices the problem only when its parser reaches the token. */
  addInvalid(detail: string, start: number, end: number): void {
    this.tokens.strayProblem ??= { ruleId: 'SLP601', detail, start, end };
    this.tokens.add(Token.invalid, start, end);
  }

  private stop(problem: LexicalProblem): void {
    this.tokens.problem = problem;
    this.tokens.unclosed = this.brackets.at(-1)?.start;
    this.tokens.add(Token.invalid, problem.start, problem.end);
  }

  /** Reads the indentation of the next line that has a token, and adds its indent and dedent tokens. */
  private startLine(): void {
    const { text } = this;
    for (;;) {
      const measured = measureIndent(text, this.at);
      this.at = measured.end;
      if (text.charCodeAt(this.at) === Char.hash) this.comment();
      if (this.at >= text.length) return;
      if (text.charCodeAt(this.at) !== Char.newline) {
        this.indent(this.indents.step(measured));
        return;
      }
      this.at += 1;
    }
  }

  private indent(step: IndentStep): void {
    const { at, tokens } = this;
    if ('problem' in step) {
      const ruleId = step.tooDeep ? 'SLP603' : 'SLP601';
      this.stop({ ruleId, detail: step.problem, start: at, end: at, overridesGrammar: false });
      return;
    }
    if (step.opened) tokens.add(Token.indent, at, at);
    for (let closed = 0; closed < step.closed; closed += 1) tokens.add(Token.dedent, at, at);
  }

  private newline(): void {
    const start = this.at;
    this.at += 1;
    if (this.brackets.length > 0) return;
    this.lines.push(this.tokens.size);
    this.tokens.add(Token.newline, start, start + 1);
    this.startLine();
  }

  private comment(): void {
    const end = this.text.indexOf('\n', this.at);
    this.at = end < 0 ? this.text.length : end;
  }

  private continueLine(): void {
    if (this.text.charCodeAt(this.at + 1) !== Char.newline) {
      const detail = 'unexpected character after line continuation character';
      this.stop({ ruleId: 'SLP601', detail, start: this.at + 1, end: this.at + 2, overridesGrammar: false });
    } else if (this.at + 2 >= this.text.length) {
      const detail = 'unexpected end of file';
      this.stop({ ruleId: 'SLP601', detail, start: this.at + 1, end: this.at + 1, overridesGrammar: false });
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

  /** Reads a keyword, a name, or a string prefix. */
  private word(first: number): void {
    const { at, text } = this;
    let hash = hashStep(hashSeed, first);
    let end = at + 1;
    let code = text.charCodeAt(end);
    while (isAsciiIdentifierPart(code)) {
      hash = hashStep(hash, code);
      end += 1;
      code = text.charCodeAt(end);
    }
    if (code > 0x7f) {
      this.nonAsciiWord(at);
    } else if (end - at <= 2 && isQuote(code) && stringPrefix(text.slice(at, end))) {
      readString(this, end, text.slice(at, end));
    } else {
      const known = this.words.find(text, at, end - at, hash);
      if (known && known.role !== 0) this.watched.push(this.tokens.size);
      this.tokens.add(known?.token ?? Token.name, at, end);
      this.at = end;
    }
  }

  /** Reads a name with non-ASCII characters. It is compared in NFKC form (scan policy §7), but is never a keyword. */
  private nonAsciiWord(start: number): void {
    const { text } = this;
    const end = identifierEnd(text, start);
    if (end === start || text.charCodeAt(end) > 0x7f) {
      const character = String.fromCodePoint(text.codePointAt(end) ?? 0);
      const code = character.codePointAt(0)?.toString(16).toUpperCase().padStart(4, '0');
      this.fail(`invalid character U+${code}`, end, end + character.length);
      return;
    }
    const known = this.words.findText(normalizeName(text.slice(start, end)));
    if (known && known.token === Token.name && known.role !== 0) this.watched.push(this.tokens.size);
    this.tokens.nonAsciiNames.push(this.tokens.size);
    this.tokens.add(Token.name, start, end);
    this.at = end;
  }

  private operator(code: number): void {
    const { at } = this;
    const operator = operatorAt(this.text, at);
    const kind = operatorKind(operator);
    if (opening[kind] === 1) {
      this.open(kind, undefined);
    } else if (closing[kind] === 1) {
      this.close(kind);
    } else if (code === Char.colon && this.brackets.at(-1)?.fieldOf) {
      this.startFormatSpecifier();
    } else if (kind === Token.conversion && this.brackets.at(-1)?.fieldOf) {
      readConversion(this);
    } else if (operator === 0 || kind === Token.conversion) {
      this.at += 1;
      this.addInvalid('invalid character', at, at + 1);
    } else if (this.text.startsWith('<>', at)) {
      this.at += 2;
      this.addInvalid("'<>' is no operator: compare with '!='", at, at + 2);
    } else {
      const { tokens } = this;
      if (kind === Token.star && tokens.kind(tokens.size - 1) === Token.import) this.watched.push(tokens.size);
      this.at = at + operatorLength(operator);
      tokens.add(kind, at, this.at);
    }
  }

  /** Reads a colon directly inside a replacement field, where it always starts the format specifier, even in `:=`. */
  private startFormatSpecifier(): void {
    const field = this.brackets.at(-1)?.fieldOf;
    this.tokens.add(Token.colon, this.at, this.at + 1);
    this.at += 1;
    if (field) readFormatText(this, field);
  }

  open(kind: number, fieldOf: FormatString | undefined): void {
    const start = this.at;
    this.at += 1;
    if (this.brackets.length >= limits.bracketLevels) {
      this.fail(`more than ${limits.bracketLevels} levels of brackets`, start, start + 1, 'SLP603');
      return;
    }
    this.tokens.add(kind, start, start + 1);
    // The kind of a closing bracket is the kind of its opening bracket plus one.
    this.brackets.push({ closing: kind + 1, start, fieldOf });
  }

  close(kind: number): void {
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
      readFormatText(this, bracket.fieldOf);
    }
  }

  private finish(): void {
    const { text, tokens } = this;
    const unclosed = this.brackets.at(-1);
    if (unclosed) {
      const { start } = unclosed;
      const detail = neverClosedMessage(text, start);
      this.stop({ ruleId: 'SLP601', detail, start, end: start + 1, overridesGrammar: false });
      return;
    }
    const end = text.length;
    if (tokens.size > 0 && lineEnds[tokens.kind(tokens.size - 1)] !== 1) {
      this.lines.push(tokens.size);
      tokens.add(Token.newline, end, end);
    }
    for (let depth = this.indents.depth; depth > 0; depth -= 1) tokens.add(Token.dedent, end, end);
    tokens.add(Token.end, end, end);
  }
}

export function neverClosedMessage(text: string, bracket: number): string {
  return `'${text.charAt(bracket)}' was never closed`;
}

const lineEnds = kindFlags(Token.newline, Token.dedent);
