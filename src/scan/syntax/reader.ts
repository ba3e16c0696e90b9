// Feeds tokens to the grammar one at a time. After the first syntax error, it returns nothing but the end token, so that every rule
// terminates.
import { limits } from '../../contract/limits/scans.ts';
import type { SyntaxProblem } from '../file/report.ts';
import { bracketStep, Token, type Tokens } from './token.ts';

export class Reader {
  readonly text: string;
  /** Kind of the next token. */
  kind: number;
  /** Index of the next token. */
  at = 0;
  /** The last operand: its first token, and the token after it. */
  operand = { start: 0, after: 0 };
  private readonly tokens: Tokens;
  private firstProblem: SyntaxProblem | undefined;
  private stoppedAt = 0;
  private depth = 0;

  constructor(text: string, tokens: Tokens) {
    this.text = text;
    this.tokens = tokens;
    this.kind = tokens.kind(0);
  }

  /**
   * Returns another reader of the same tokens, which can test whether a rule accepts the tokens from `at` on, by default the next ones.
   */
  fork(at = this.at): Reader {
    const fork = new Reader(this.text, this.tokens);
    fork.at = at;
    fork.kind = this.tokens.kind(at);
    fork.depth = this.depth;
    return fork;
  }

  get problem(): SyntaxProblem | undefined {
    return this.firstProblem;
  }

  /** Offset of the token that the grammar doesn't accept. The problem may start before it. */
  get rejectedAt(): number {
    return this.tokens.start(this.stoppedAt);
  }

  kindAfter(ahead: number): number {
    return this.tokens.kind(this.at + ahead);
  }

  skip(): void {
    this.at += 1;
    this.kind = this.tokens.kind(this.at);
  }

  take(kind: Token): boolean {
    if (this.kind !== kind) return false;
    this.skip();
    return true;
  }

  expect(kind: Token, detail?: string): void {
    if (!this.take(kind)) this.fail(detail);
  }

  expectDottedName(): void {
    this.expect(Token.name);
    while (this.take(Token.dot)) this.expect(Token.name);
  }

  /** Returns whether the token, by default the next one, is a name that is spelled exactly like this. */
  isWord(word: string, at = this.at): boolean {
    const { tokens } = this;
    if (tokens.kind(at) !== Token.name) return false;
    const start = tokens.start(at);
    return tokens.end(at) - start === word.length && this.text.startsWith(word, start);
  }

  /** Returns whether the token is a name followed by a string, which looks like a string with a wrong prefix. */
  isNameBeforeString(at: number): boolean {
    return this.tokens.kind(at) === Token.name && this.tokens.kind(at + 1) === Token.string;
  }

  /** Returns a token's line, counted from 1. */
  lineOf(at: number): number {
    let line = 1;
    const start = this.tokens.start(at);
    for (let from = this.text.indexOf('\n'); from >= 0 && from < start; from = this.text.indexOf('\n', from + 1))
      line += 1;
    return line;
  }

  /** Returns whether a bracket is open after the token. */
  isInBrackets(at: number): boolean {
    let open = 0;
    for (let index = 0; index <= at; index += 1) {
      open += bracketStep(this.tokens.kind(index));
    }
    return open > 0;
  }

  /** Returns whether the bracket that opens at `opening` closes just before the next token. */
  closesBefore(opening: number): boolean {
    let open = 0;
    for (let at = opening; at < this.at; at += 1) {
      open += bracketStep(this.tokens.kind(at));
      if (open === 0) return at === this.at - 1;
    }
    return false;
  }

  /** Returns whether the next token is an imaginary number. */
  isImaginary(): boolean {
    const last = this.text.charAt(this.tokens.end(this.at) - 1);
    return this.kind === Token.number && (last === 'j' || last === 'J');
  }

  /** Records that tree-sitter would misread the text from the next token on. */
  noteMisreadStart(): void {
    this.tokens.misreadStarts.push(this.at);
  }

  /** Reports the next token, or the text from an earlier token on if CPython locates the mistake there. */
  fail(detail = this.unexpected(), from = this.at): void {
    const { at, tokens } = this;
    const end = Math.max(tokens.end(from), from < at ? tokens.end(at - 1) : 0);
    this.end({ ruleId: 'SLP601', detail, start: tokens.start(from), end });
  }

  private unexpected(): string {
    if (this.kind === Token.indent) return unexpectedIndent;
    return this.kind === Token.dedent ? unexpectedUnindent : 'invalid syntax';
  }

  /** Enters a nested construct; pair it with `leave`. Returns false and fails if the nesting exceeds the limit. */
  enter(): boolean {
    this.depth += 1;
    if (this.depth <= limits.treeDepth) return true;
    const start = this.tokens.start(this.at);
    this.end({ ruleId: 'SLP603', detail: 'nested too deeply', start, end: start });
    return false;
  }

  leave(): void {
    this.depth -= 1;
  }

  /** Reports the closing bracket around the next token. */
  failAtClose(detail: string): void {
    let open = 0;
    while (open >= 0 && this.kind !== Token.end && this.kind !== Token.invalid) {
      open += bracketStep(this.kind);
      if (open >= 0) this.skip();
    }
    this.fail(detail);
  }

  /** Reports an operator without its operand at the end of a replacement field that starts at `first`, as CPython does. */
  blameOperator(first: number): void {
    const { firstProblem, stoppedAt, tokens } = this;
    if (firstProblem?.start !== tokens.start(stoppedAt) || stoppedAt <= first) return;
    if (!fieldEnds.has(tokens.kind(stoppedAt))) return;
    this.firstProblem = { ...firstProblem, start: tokens.start(stoppedAt - 1), end: tokens.end(stoppedAt - 1) };
  }

  private end(problem: SyntaxProblem): void {
    if (this.firstProblem) return;
    this.stoppedAt = this.at;
    this.firstProblem = this.kind === Token.invalid ? (this.problemOfToken() ?? problem) : problem;
    this.at = this.tokens.size;
    this.kind = Token.end;
  }

  /** Why the lexer made this an invalid token. That is more precise than saying that the grammar doesn't expect it. */
  private problemOfToken(): SyntaxProblem | undefined {
    const { problem, strayProblem } = this.tokens;
    return strayProblem?.start === this.tokens.start(this.at) ? strayProblem : problem;
  }

  /** Looks past the bracket that starts here. Returns the kind of the token after it, and whether the bracket contains an `as`. */
  scanBrackets(): { after: number; hasAs: boolean } {
    let open = 0;
    let hasAs = false;
    for (let at = this.at; ; at += 1) {
      const kind = this.tokens.kind(at);
      open += bracketStep(kind);
      hasAs ||= kind === Token.as;
      if (open === 0 || kind === Token.end || kind === Token.invalid) return { after: this.tokens.kind(at + 1), hasAs };
    }
  }

  /** Returns whether the current line ends with a colon. It must if a soft keyword starts a block. */
  lineEndsInColon(): boolean {
    let at = this.at;
    for (let kind = this.kind; kind !== Token.newline; kind = this.tokens.kind(at)) {
      if (kind === Token.end || kind === Token.invalid) return false;
      at += 1;
    }
    return this.tokens.kind(at - 1) === Token.colon;
  }
}

export const unexpectedIndent = 'unexpected indent';
export const unexpectedUnindent = 'unexpected unindent';
const fieldEnds: ReadonlySet<number> = new Set([Token.closeBrace, Token.colon, Token.conversion, Token.equals]);
