// Reads Go tokens one at a time, and records the first that go/parser would reject. After it, only the end follows, so that every rule
// terminates.
import type { Range, SyntaxProblem } from '../lexer.ts';
import { Token, type Tokens, tokenText } from '../tokens.ts';

/** Deeper code is not read: nothing is known then of what follows. */
const levelsMax = 300;

export abstract class TokenReader {
  /** The kind of the next token. */
  protected kind: number;
  protected at = 0;
  /** Whether `=` would be a mistaken `==`, as in go/parser. */
  protected isRightHandSide = false;
  /** Below 0 in the header of a control statement, where `{` begins the block and not a composite literal. */
  protected expressionLevel = 0;
  private readonly text: string;
  private readonly tokens: Tokens;
  private found: SyntaxProblem | undefined;
  private levels = 0;
  private isIncomplete = false;

  constructor(text: string, tokens: Tokens) {
    this.text = text;
    this.tokens = tokens;
    this.kind = tokens.kind(0);
  }

  get problem(): SyntaxProblem | undefined {
    return this.found;
  }

  protected next(): void {
    this.at += 1;
    this.kind = this.at < this.tokens.size ? this.tokens.kind(this.at) : Token.end;
  }

  protected take(kind: Token): boolean {
    if (this.kind !== kind) return false;
    this.next();
    return true;
  }

  protected expect(kind: Token, what: string): void {
    if (!this.take(kind)) this.failExpecting(what);
  }

  protected isText(text: string): boolean {
    return this.kind !== Token.end && tokenText(this.text, this.tokens, this.at) === text;
  }

  protected is(kinds: Uint8Array): boolean {
    return kinds[this.kind] === 1;
  }

  /** Reads the semicolon after a statement or declaration. None is needed before a closing bracket. */
  protected expectSemicolon(): void {
    if (this.kind === Token.closeParenthesis || this.kind === Token.closeBrace) return;
    if (!this.take(Token.semicolon)) this.failExpecting('the end of the statement');
  }

  /** Whether another element follows, in a list that ends with `closing`. */
  protected takeComma(list: string, closing: Token): boolean {
    if (this.take(Token.comma)) return true;
    if (this.kind !== closing)
      this.fail(this.isLineEnd() ? `missing ',' before the end of the line in ${list}` : `missing ',' in ${list}`);
    return false;
  }

  protected failExpecting(what: string): void {
    this.fail(`expected ${what}, found ${this.describeToken()}`);
  }

  /** Fails at a token, by default the next one. */
  protected fail(detail: string, at = this.at): void {
    this.failIn(
      detail,
      at < this.tokens.size ? this.tokens.range(at) : { start: this.text.length, end: this.text.length },
    );
  }

  /** Fails at the end of the previous token. */
  protected failBehind(detail: string): void {
    const end = this.tokens.end(this.at - 1);
    this.failIn(detail, { start: end, end });
  }

  /** Reads a nested construct, unless the nesting is too deep. */
  protected nested<T>(otherwise: T, read: () => T): T {
    this.levels += 1;
    if (this.levels > levelsMax) this.giveUp();
    const result = this.levels > levelsMax ? otherwise : read();
    this.levels -= 1;
    return result;
  }

  private isLineEnd(): boolean {
    return this.kind === Token.semicolon && this.tokens.start(this.at) === this.tokens.end(this.at);
  }

  private describeToken(): string {
    if (this.at >= this.tokens.size) return 'the end of the file';
    if (this.isLineEnd()) return 'the end of the line';
    const text = tokenText(this.text, this.tokens, this.at);
    return text.length > shownMax || text.includes('\n') ? 'a literal' : `'${text}'`;
  }

  private giveUp(): void {
    this.isIncomplete = true;
    this.end();
  }

  private failIn(detail: string, range: Range): void {
    if (!this.isIncomplete) this.found ??= { ruleId: 'SLP601', detail, ...range };
    this.end();
  }

  private end(): void {
    this.at = this.tokens.size;
    this.kind = Token.end;
  }
}

const shownMax = 40;
