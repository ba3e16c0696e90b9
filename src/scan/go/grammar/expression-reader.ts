// Recognizes Go's expressions as go/parser does. Precedence does not matter for what may follow what.
import { kindFlags, Token } from '../tokens.ts';
import { ParameterReader } from './parameter-reader.ts';
import { Form } from './type-reader.ts';

const literals = kindFlags(Token.number, Token.rune, Token.string);
const binary = kindFlags(...[Token.or, Token.and, Token.comparison, Token.additive, Token.multiplicative, Token.star]);

export abstract class ExpressionReader extends ParameterReader {
  /** The `type` of every `x.(type)`, except for those that a switch is for. */
  protected readonly switches: number[] = [];

  protected abstract block(): void;

  protected expression(): number {
    return this.operators(this.unary());
  }

  /** Reads an array's length after the name that it begins with. */
  protected lengthAfterName(): void {
    this.operators(this.primary(Form.name));
  }

  private operators(first: number): number {
    let form = first;
    for (;;) {
      if (this.isRightHandSide && this.isText('=')) this.failExpecting("'=='");
      if (!this.is(binary)) return form;
      this.next();
      this.unary();
      form = Form.other;
    }
  }

  protected rightHandSide(): number {
    return this.inRightHandSide(true, () => this.expression());
  }

  /** Reads expressions separated by commas. Returns how many, and the form of the last. */
  protected expressions(isRightHandSide: boolean): { count: number; form: number } {
    return this.inRightHandSide(isRightHandSide, () => {
      let form = this.expression();
      let count = 1;
      for (; this.take(Token.comma); count += 1) form = this.expression();
      return { count, form };
    });
  }

  private inRightHandSide<T>(value: boolean, read: () => T): T {
    const before = this.isRightHandSide;
    this.isRightHandSide = value;
    const result = read();
    this.isRightHandSide = before;
    return result;
  }

  private unary(): number {
    return this.nested(Form.other, () => {
      let isPlain = true;
      while (this.startsUnary()) {
        this.next();
        isPlain = false;
      }
      const form = this.primary(this.operand());
      return isPlain ? form : Form.other;
    });
  }

  private startsUnary(): boolean {
    if (this.kind === Token.additive) return !this.isText('|');
    if (this.kind === Token.multiplicative) return this.isText('&');
    return (
      this.kind === Token.not || this.kind === Token.tilde || this.kind === Token.star || this.kind === Token.arrow
    );
  }

  private operand(): number {
    if (this.take(Token.name)) return Form.name;
    if (this.is(literals)) {
      this.next();
      return Form.other;
    }
    if (this.take(Token.openParenthesis)) {
      this.expressionLevel += 1;
      this.rightHandSide();
      this.expressionLevel -= 1;
      this.expect(Token.closeParenthesis, "')'");
      return Form.parenthesized;
    }
    if (this.kind === Token.func) return this.functionLiteral();
    const form = this.tryType();
    if (form === Form.none) this.failExpecting('an expression');
    return form;
  }

  private functionLiteral(): number {
    this.next();
    this.signature();
    if (this.kind !== Token.openBrace) return Form.other;
    this.expressionLevel += 1;
    const level = this.expressionLevel;
    this.expressionLevel = 0;
    this.inRightHandSide(false, () => this.block());
    this.expressionLevel = level - 1;
    return Form.other;
  }

  /** Reads the selectors, indices, calls and composite literals after an operand. */
  protected primary(operand: number): number {
    let form = operand;
    for (;;) {
      if (this.take(Token.dot)) form = this.selector();
      else if (this.kind === Token.openBracket) form = this.index();
      else if (this.kind === Token.openParenthesis) form = this.call();
      else if (this.kind === Token.openBrace && this.mayBeLiteral(form)) form = this.literalValue();
      else return form;
    }
  }

  private mayBeLiteral(form: number): boolean {
    const isName = form === Form.name || form === Form.typeName;
    return form === Form.literalType || (isName && this.expressionLevel >= 0);
  }

  private selector(): number {
    if (this.take(Token.name)) return Form.typeName;
    if (!this.take(Token.openParenthesis)) {
      this.failExpecting('a name or a type assertion');
      return Form.other;
    }
    const isSwitch = this.take(Token.type);
    if (isSwitch) this.switches.push(this.at - 1);
    else this.type();
    this.expect(Token.closeParenthesis, "')'");
    return isSwitch ? Form.typeSwitch : Form.other;
  }

  private index(): number {
    this.next();
    if (this.kind === Token.closeBracket) this.failExpecting('an expression');
    this.expressionLevel += 1;
    if (this.kind !== Token.colon) this.rightHandSide();
    const isSlice = this.kind === Token.colon;
    for (let colons = 0; colons < 2 && this.take(Token.colon); colons += 1) {
      if (this.kind !== Token.colon && this.kind !== Token.closeBracket && this.kind !== Token.end)
        this.rightHandSide();
    }
    while (!isSlice && this.take(Token.comma)) {
      if (this.kind !== Token.closeBracket && this.kind !== Token.end) this.type();
    }
    this.expressionLevel -= 1;
    this.expect(Token.closeBracket, "']'");
    return isSlice ? Form.other : Form.typeName;
  }

  private call(): number {
    this.next();
    this.expressionLevel += 1;
    while (this.kind !== Token.closeParenthesis && this.kind !== Token.end) {
      this.rightHandSide();
      const isLast = this.take(Token.ellipsis);
      if (!this.takeComma('the arguments', Token.closeParenthesis) || isLast) break;
    }
    this.expressionLevel -= 1;
    this.expect(Token.closeParenthesis, "')'");
    return Form.call;
  }

  private literalValue(): number {
    return this.nested(Form.other, () => {
      this.next();
      this.expressionLevel += 1;
      while (this.kind !== Token.closeBrace && this.kind !== Token.end) {
        this.element();
        if (this.take(Token.colon)) this.element();
        if (!this.takeComma('the composite literal', Token.closeBrace)) break;
      }
      this.expressionLevel -= 1;
      this.expect(Token.closeBrace, "'}'");
      return Form.other;
    });
  }

  private element(): void {
    if (this.kind === Token.openBrace) this.literalValue();
    else this.expression();
  }
}
