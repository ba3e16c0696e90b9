// Reads tokens one after another for the grammar. The first mistake ends the reading: from then on there is only the end.
import { limits } from '../limits.ts';
import type { Lexed } from './lexer.ts';
import { type SyntaxProblem, Token, type Tokens } from './token.ts';

export class Reader {
  readonly text: string;
  private readonly tokens: Tokens;
  private readonly lexical: SyntaxProblem | undefined;
  private at = 0;
  private found: SyntaxProblem | undefined;
  private depth = 0;

  constructor(text: string, { tokens, problem }: Lexed) {
    this.text = text;
    this.tokens = tokens;
    this.lexical = problem;
  }

  get problem(): SyntaxProblem | undefined {
    return this.found;
  }

  /** The kind of the token to read next. */
  get kind(): number {
    return this.tokens.kind(this.at);
  }

  kindAfter(ahead: number): number {
    return this.tokens.kind(this.at + ahead);
  }

  skip(): void {
    this.at += 1;
  }

  take(kind: Token): boolean {
    if (this.kind !== kind) return false;
    this.at += 1;
    return true;
  }

  expect(kind: Token): void {
    if (!this.take(kind)) this.fail('invalid syntax');
  }

  /** Whether the next token is a name of exactly this spelling. */
  isWord(word: string): boolean {
    const { at, tokens } = this;
    if (tokens.kind(at) !== Token.name) return false;
    const start = tokens.start(at);
    return tokens.finish(at) - start === word.length && this.text.startsWith(word, start);
  }

  /** Whether the next token is a number in j. */
  isImaginary(): boolean {
    const last = this.text.charAt(this.tokens.finish(this.at) - 1);
    return this.kind === Token.number && (last === 'j' || last === 'J');
  }

  /** Whether the token read last and the next one touch. */
  touches(): boolean {
    return this.at > 0 && this.tokens.finish(this.at - 1) === this.tokens.start(this.at);
  }

  fail(detail: string): void {
    if (this.found) return;
    const { at, lexical, tokens } = this;
    if (lexical && tokens.kind(at) === Token.invalid) this.found = lexical;
    else this.found = { ruleId: 'SLP601', detail, start: tokens.start(at), end: tokens.finish(at) };
    this.at = tokens.size;
  }

  /** Goes one construct deeper; false, and a problem, where that is more than anyone writes. Each call needs its `leave`. */
  enter(): boolean {
    this.depth += 1;
    if (this.depth <= limits.treeDepth) return true;
    if (!this.found) {
      const start = this.tokens.start(this.at);
      this.found = { ruleId: 'SLP603', detail: 'nested too deeply', start, end: start };
      this.at = this.tokens.size;
    }
    return false;
  }

  leave(): void {
    this.depth -= 1;
  }

  /** The token after the bracket that closes the one to read next, and whether an `as` stands between them. */
  acrossBrackets(): { after: number; hasAs: boolean } {
    let open = 0;
    let hasAs = false;
    for (let at = this.at; ; at += 1) {
      const kind = this.tokens.kind(at);
      if (openers.has(kind)) open += 1;
      else if (closers.has(kind)) open -= 1;
      else if (kind === Token.as) hasAs = true;
      if (open === 0 || kind === Token.end || kind === Token.invalid) return { after: this.tokens.kind(at + 1), hasAs };
    }
  }

  /** Whether the line to be read ends in a colon: what a soft keyword needs to start a block. */
  lineEndsInColon(): boolean {
    let at = this.at;
    for (let kind = this.tokens.kind(at); kind !== Token.newline; kind = this.tokens.kind(at)) {
      if (kind === Token.end || kind === Token.invalid) return false;
      at += 1;
    }
    return this.tokens.kind(at - 1) === Token.colon;
  }
}

const openers: ReadonlySet<number> = new Set([Token.openParenthesis, Token.openBracket, Token.openBrace]);
const closers: ReadonlySet<number> = new Set([Token.closeParenthesis, Token.closeBracket, Token.closeBrace]);
