// Recognizes the parameters of Go's functions and types as go/parser does. Whether names or types are meant shows only at the end of a
// list.
import { Token } from '../tokens.ts';
import { TypeReader } from './type-reader.ts';

/** The first tokens of a parameter's name and type. */
interface Parameter {
  name?: number;
  type?: number;
  /** The `...` before its type. */
  dots?: number;
}

type Closing = typeof Token.closeParenthesis | typeof Token.closeBracket;

export abstract class ParameterReader extends TypeReader {
  /** Reads the parameters and results of a function. */
  protected signature(): void {
    if (this.kind === Token.openBracket) this.fail('a function type has no type parameters');
    this.parameters();
    if (this.kind === Token.openParenthesis) this.parameters({ areResults: true });
    else this.tryType();
  }

  protected parameters({ areResults = false } = {}): void {
    this.expect(Token.openParenthesis, "'('");
    const list = this.parameterList([], Token.closeParenthesis);
    const isLast = (at: number) =>
      at === list.length - 1 && (at === 0 || list[at - 1]?.type !== undefined || !list[at]?.name);
    const stray = list.find(({ dots }, at) => dots !== undefined && (areResults || !isLast(at)));
    if (stray?.dots !== undefined) this.fail("'...' may be used only with the last parameter", stray.dots);
    this.expect(Token.closeParenthesis, "')'");
  }

  protected typeParameters(): void {
    this.next();
    if (this.kind === Token.closeBracket) this.fail('no type parameters');
    this.parameterList([], Token.closeBracket);
    this.expect(Token.closeBracket, "']'");
  }

  /** Reads the parameters up to `closing`, after those that were read already. */
  protected parameterList(list: Parameter[], closing: Closing): readonly Parameter[] {
    let isOpen = list.length === 0 || this.takeComma('the parameters', closing);
    while (isOpen && this.kind !== closing && this.kind !== Token.end) {
      list.push(this.parameter(closing === Token.closeBracket));
      isOpen = this.takeComma('the parameters', closing);
    }
    this.checkNames(list, closing);
    return list;
  }

  private parameter(isConstraint: boolean): Parameter {
    const start = this.at;
    if (this.kind === Token.name) {
      this.next();
      return this.afterParameterName(start, isConstraint);
    }
    if (this.take(Token.ellipsis)) {
      this.type();
      return { type: start, dots: start };
    }
    if (isConstraint && this.kind === Token.tilde) this.typeTerm();
    else if (this.startsType() || this.kind === Token.openBracket) this.type();
    else this.failExpecting("')'");
    if (isConstraint) this.typeUnion();
    return { type: start };
  }

  protected afterParameterName(name: number, isConstraint: boolean): Parameter {
    const type = this.at;
    if (this.kind === Token.openBracket) {
      const isNamed = this.arrayOrTypeArguments();
      if (isConstraint) this.typeUnion();
      return isNamed ? { name, type } : { type: name };
    }
    if (this.take(Token.dot)) {
      this.name();
      if (this.kind === Token.openBracket) this.arrayOrTypeArguments();
      return { type: name };
    }
    if (this.take(Token.ellipsis)) {
      this.type();
      return { name, type, dots: type };
    }
    if (this.startsType()) this.type();
    else if (isConstraint && this.kind === Token.tilde) this.typeTerm();
    else if (!(isConstraint && this.isText('|'))) return { name };
    else {
      this.typeUnion();
      return { type: name };
    }
    if (isConstraint) this.typeUnion();
    return { name, type };
  }

  /** Either all parameters have a name, or none has. A name without a type has that of the next parameter. */
  private checkNames(list: readonly Parameter[], closing: Closing): void {
    const named = list.filter(({ name, type }) => name !== undefined && type !== undefined).length;
    if (named === list.length || (named === 0 && closing === Token.closeParenthesis)) return;
    const typed = list.filter(({ type }) => type !== undefined).length;
    const unnamed = list.find(({ name }) => name === undefined);
    if (unnamed && typed > named) this.fail('a parameter without a name', unnamed.type);
    else if (list.at(-1)?.type === undefined) this.fail('a parameter without a type');
  }
}
