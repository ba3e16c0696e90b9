// Recognizes Go's statements as go/parser does.
import { kindFlags, Token } from '../tokens.ts';
import { ExpressionReader } from './expression-reader.ts';
import { Form } from './type-reader.ts';

const declares = kindFlags(Token.const, Token.type, Token.var);
const branches = kindFlags(Token.break, Token.continue, Token.goto, Token.fallthrough);
const startsSimple = kindFlags(
  ...[Token.name, Token.number, Token.rune, Token.string, Token.func, Token.openParenthesis, Token.openBracket],
  ...[Token.struct, Token.map, Token.chan, Token.interface, Token.star, Token.arrow, Token.not],
  ...[Token.additive, Token.multiplicative],
);
const endsBlock = kindFlags(Token.closeBrace);
const endsList = kindFlags(Token.case, Token.default, Token.closeBrace, Token.end);

/** Kind of a simple statement. `label` also reads the statement that it names. */
type Simple = 'expression' | 'typeSwitch' | 'assignment' | 'range' | 'label' | 'other';

export abstract class StatementReader extends ExpressionReader {
  protected abstract declaration(): void;

  protected block(): void {
    this.expect(Token.openBrace, "'{'");
    this.statements();
    this.expect(Token.closeBrace, "'}'");
  }

  private statements(): void {
    while (!this.is(endsList)) this.nested(undefined, () => this.statement());
  }

  private statement(): void {
    const { kind } = this;
    if (this.is(declares)) this.declaration();
    else if (this.is(startsSimple)) {
      if (this.simple({ mayLabel: true }) !== 'label') this.expectSemicolon();
    } else if (kind === Token.go || kind === Token.defer) this.callStatement();
    else if (kind === Token.return) this.returnStatement();
    else if (this.is(branches)) this.branch();
    else if (kind === Token.openBrace) this.blockStatement();
    else if (kind === Token.if) this.ifStatement();
    else if (kind === Token.switch) this.switchStatement();
    else if (kind === Token.select) this.selectStatement();
    else if (kind === Token.for) this.forStatement();
    else if (kind === Token.semicolon) this.next();
    else this.failExpecting('a statement');
  }

  private blockStatement(): void {
    this.block();
    this.expectSemicolon();
  }

  private simple({ mayLabel = false, mayRange = false } = {}): Simple {
    const start = this.at;
    const { count, form } = this.expressions(false);
    if (this.kind === Token.assign) return this.assignment(count, mayRange);
    if (count > 1) this.fail('expected one expression', start);
    if (this.kind === Token.colon && mayLabel && form === Form.name) {
      this.next();
      if (!this.is(endsBlock)) this.nested(undefined, () => this.statement());
      return 'label';
    }
    if (this.kind === Token.colon && mayLabel) this.fail('no label can be here');
    if (this.take(Token.arrow)) {
      this.rightHandSide();
      return 'other';
    }
    if (this.take(Token.increment)) return 'other';
    return form === Form.typeSwitch ? 'typeSwitch' : 'expression';
  }

  private assignment(targets: number, mayRange: boolean): Simple {
    this.next();
    if (mayRange && this.take(Token.range)) {
      this.rightHandSide();
      return 'range';
    }
    const { count, form } = this.expressions(true);
    return targets === 1 && count === 1 && form === Form.typeSwitch ? 'typeSwitch' : 'assignment';
  }

  private callStatement(): void {
    this.next();
    const start = this.at;
    const form = this.rightHandSide();
    if (form === Form.parenthesized) this.fail('the call after go and defer needs no parentheses', start);
    else if (form !== Form.call) this.failBehind('go and defer need a function call');
    this.expectSemicolon();
  }

  private returnStatement(): void {
    this.next();
    if (this.kind !== Token.semicolon && this.kind !== Token.closeBrace) this.expressions(true);
    this.expectSemicolon();
  }

  private branch(): void {
    const isGoto = this.kind === Token.goto;
    const mayHaveLabel = this.kind !== Token.fallthrough;
    this.next();
    if (isGoto || (mayHaveLabel && this.kind === Token.name)) this.name();
    this.expectSemicolon();
  }

  /** Reads the header of a control statement, in which a `{` begins the block. */
  private inHeader(read: () => void): void {
    const before = this.expressionLevel;
    this.expressionLevel = -1;
    read();
    this.expressionLevel = before;
  }

  private ifStatement(): void {
    this.next();
    this.inHeader(() => this.condition());
    this.block();
    if (!this.take(Token.else)) this.expectSemicolon();
    else if (this.kind === Token.if) this.nested(undefined, () => this.ifStatement());
    else if (this.kind === Token.openBrace) this.blockStatement();
    else this.failExpecting("'if' or '{' after else");
  }

  private condition(): void {
    if (this.kind === Token.openBrace) this.fail('if without a condition');
    if (this.kind === Token.var) this.fail('var in the header of an if', this.at + 1);
    let start = this.at;
    let last: Simple | undefined = this.kind === Token.semicolon ? undefined : this.simple();
    if (this.kind !== Token.openBrace) {
      const semicolon = this.at;
      this.expect(Token.semicolon, "'{'");
      if (this.kind === Token.openBrace) this.fail("expected '{' after the condition", semicolon);
      start = this.at;
      last = this.simple();
    }
    if (last === 'assignment' || last === 'other') this.fail('expected a condition, found a statement', start);
  }

  private switchStatement(): void {
    this.next();
    let start = this.at;
    let last: Simple | undefined;
    this.inHeader(() => {
      if (this.kind === Token.openBrace) return;
      if (this.kind !== Token.semicolon) last = this.simple();
      if (!this.take(Token.semicolon)) return;
      start = this.at;
      last = this.kind === Token.openBrace ? undefined : this.simple();
    });
    if (last === 'typeSwitch') this.switches.pop();
    this.expect(Token.openBrace, "'{'");
    this.cases(() => this.expressions(true));
    if (last === 'assignment' || last === 'other') this.fail('expected an expression, found a statement', start);
  }

  private selectStatement(): void {
    this.next();
    this.expect(Token.openBrace, "'{'");
    this.cases(() => {
      this.expressions(false);
      if (this.take(Token.arrow) || this.take(Token.assign)) this.rightHandSide();
    });
  }

  private cases(header: () => void): void {
    while (this.kind === Token.case || this.kind === Token.default) {
      const isDefault = this.kind === Token.default;
      this.next();
      if (!isDefault) header();
      this.expect(Token.colon, "':'");
      this.statements();
    }
    this.expect(Token.closeBrace, "'}' or a case");
    this.expectSemicolon();
  }

  private forStatement(): void {
    this.next();
    if (this.kind !== Token.openBrace) this.inHeader(() => this.loopHeader());
    this.blockStatement();
  }

  private loopHeader(): void {
    if (this.take(Token.range)) {
      this.rightHandSide();
      return;
    }
    let start = this.at;
    let condition: Simple | undefined = this.kind === Token.semicolon ? undefined : this.simple({ mayRange: true });
    if (condition === 'range') return;
    if (this.take(Token.semicolon)) {
      start = this.at;
      condition = this.kind === Token.semicolon ? undefined : this.simple();
      this.expectSemicolon();
      if (this.kind !== Token.openBrace) this.simple();
    }
    if (condition === 'assignment' || condition === 'other')
      this.fail('expected a condition, found a statement', start);
  }
}
