// Feeds tokens to the grammar one at a time. After the first syntax error it only returns the end token, so every rule
// terminates.
import { limits } from '../limits.ts';
import { type SyntaxProblem, Token, type Tokens } from './token.ts';

export class Reader {
  readonly text: string;
  /** The kind of the next token. */
  kind: number;
  private readonly tokens: Tokens;
  private at = 0;
  private firstProblem: SyntaxProblem | undefined;
  private depth = 0;

  constructor(text: string, tokens: Tokens) {
    this.text = text;
    this.tokens = tokens;
    this.kind = tokens.kind(0);
  }

  get problem(): SyntaxProblem | undefined {
    return this.firstProblem;
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

  expect(kind: Token): void {
    if (!this.take(kind)) this.fail('invalid syntax');
  }

  /** Whether the next token is a name with exactly this spelling. */
  isWord(word: string): boolean {
    const { at, tokens } = this;
    if (this.kind !== Token.name) return false;
    const start = tokens.start(at);
    return tokens.end(at) - start === word.length && this.text.startsWith(word, start);
  }

  /** Whether the next token is an imaginary number. */
  isImaginary(): boolean {
    const last = this.text.charAt(this.tokens.end(this.at) - 1);
    return this.kind === Token.number && (last === 'j' || last === 'J');
  }

  /** Records that tree-sitter would misread the expression that starts here. */
  noteMisreadStart(): void {
    this.tokens.misreadStarts.push(this.at);
  }

  fail(detail: string): void {
    const { at, tokens } = this;
    this.stop({ ruleId: 'SLP601', detail, start: tokens.start(at), end: tokens.end(at) });
  }

  /** Enters a nested construct, to be paired with `leave`. Returns false and fails if the nesting exceeds the limit. */
  enter(): boolean {
    this.depth += 1;
    if (this.depth <= limits.treeDepth) return true;
    const start = this.tokens.start(this.at);
    this.stop({ ruleId: 'SLP603', detail: 'nested too deeply', start, end: start });
    return false;
  }

  leave(): void {
    this.depth -= 1;
  }

  private stop(problem: SyntaxProblem): void {
    if (this.firstProblem) return;
    // If the lexer stopped here, its reason is the more precise one.
    this.firstProblem = this.kind === Token.invalid ? (this.tokens.problem ?? problem) : problem;
    this.at = this.tokens.size;
    this.kind = Token.end;
  }

  /** Looks ahead past the bracket that starts here: returns the kind of the token after it, and whether it contains an `as`. */
  scanBrackets(): { after: number; hasAs: boolean } {
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

  /** Whether the current line ends with a colon, as it must if a soft keyword starts a block. */
  lineEndsInColon(): boolean {
    let at = this.at;
    for (let kind = this.kind; kind !== Token.newline; kind = this.tokens.kind(at)) {
      if (kind === Token.end || kind === Token.invalid) return false;
      at += 1;
    }
    return this.tokens.kind(at - 1) === Token.colon;
  }
}

const openers: ReadonlySet<number> = new Set([Token.openParenthesis, Token.openBracket, Token.openBrace]);
const closers: ReadonlySet<number> = new Set([Token.closeParenthesis, Token.closeBracket, Token.closeBrace]);
