// Recognizes Go's types as go/parser does: names, composite types, and the fields of structs and interfaces.
import { kindFlags, Token } from '../tokens.ts';
import { TokenReader } from './token-reader.ts';

/** Form of an expression or type, as far as it decides what may follow. */
export const Form = {
  other: 0,
  name: 1,
  /** A selector or index expression, which may name a type. */
  typeName: 2,
  /** An array, slice, struct or map type: a composite literal may follow. */
  literalType: 3,
  call: 4,
  /** `x.(type)`. */
  typeSwitch: 5,
  parenthesized: 6,
  /** No type begins here. */
  none: 7,
} as const;

const typeStarts = kindFlags(
  ...[Token.name, Token.star, Token.arrow, Token.func, Token.chan, Token.map, Token.struct, Token.interface],
  Token.openParenthesis,
);

export abstract class TypeReader extends TokenReader {
  protected abstract rightHandSide(): number;
  protected abstract expression(): number;
  protected abstract signature(): void;

  protected name(): void {
    this.expect(Token.name, 'a name');
  }

  protected type(): void {
    if (this.tryType() === Form.none) this.failExpecting('a type');
  }

  /** Reads a type if one begins here. */
  protected tryType(): number {
    return this.nested(Form.none, () => this.typeHere());
  }

  private typeHere(): number {
    switch (this.kind) {
      case Token.name:
        return this.qualifiedName();
      case Token.openBracket:
        this.next();
        this.arrayLength();
        return Form.literalType;
      case Token.struct:
        this.structType();
        return Form.literalType;
      case Token.map:
        this.mapType();
        return Form.literalType;
      case Token.func:
        this.next();
        this.signature();
        return Form.other;
      case Token.interface:
        this.interfaceType();
        return Form.other;
      case Token.star:
        this.next();
        this.type();
        return Form.other;
      case Token.chan:
        this.next();
        this.take(Token.arrow);
        this.type();
        return Form.other;
      case Token.arrow:
        this.next();
        this.expect(Token.chan, "'chan'");
        this.type();
        return Form.other;
      case Token.openParenthesis:
        this.next();
        this.type();
        this.expect(Token.closeParenthesis, "')'");
        return Form.other;
      default:
        return Form.none;
    }
  }

  /** Reads a name, possibly of another package and with type arguments. */
  protected qualifiedName(): number {
    this.name();
    this.afterName();
    return Form.typeName;
  }

  private afterName(): void {
    if (this.take(Token.dot)) this.name();
    if (this.kind === Token.openBracket) this.typeArguments();
  }

  private typeArguments(): void {
    this.next();
    if (this.kind === Token.closeBracket) this.failExpecting('a type argument');
    this.expressionLevel += 1;
    while (this.kind !== Token.closeBracket && this.kind !== Token.end) {
      this.type();
      if (!this.takeComma('the type arguments', Token.closeBracket)) break;
    }
    this.expressionLevel -= 1;
    this.expect(Token.closeBracket, "']'");
  }

  /** Reads the rest of an array or slice type after its `[`. */
  protected arrayLength(): void {
    this.expressionLevel += 1;
    if (!this.take(Token.ellipsis) && this.kind !== Token.closeBracket) this.rightHandSide();
    this.expressionLevel -= 1;
    this.expect(Token.closeBracket, "']'");
    this.type();
  }

  /** Reads `[N]T`, `[]T` or type arguments after a name. Returns whether the name is that of a field or parameter. */
  protected arrayOrTypeArguments(): boolean {
    this.next();
    let count = 0;
    this.expressionLevel += 1;
    while (this.kind !== Token.closeBracket && this.kind !== Token.end) {
      this.rightHandSide();
      count += 1;
      if (!this.take(Token.comma)) break;
    }
    this.expressionLevel -= 1;
    this.expect(Token.closeBracket, "']'");
    if (count === 0) this.type();
    return count === 0 || (count === 1 && this.tryType() !== Form.none);
  }

  private mapType(): void {
    this.next();
    this.expect(Token.openBracket, "'['");
    this.type();
    this.expect(Token.closeBracket, "']'");
    this.type();
  }

  private structType(): void {
    this.next();
    this.expect(Token.openBrace, "'{'");
    while (this.kind === Token.name || this.kind === Token.star || this.kind === Token.openParenthesis) this.field();
    this.expect(Token.closeBrace, "'}' or a field");
  }

  private field(): void {
    if (this.kind === Token.name) this.namedField();
    else {
      this.take(Token.star);
      this.qualifiedName();
    }
    this.take(Token.string);
    this.expectSemicolon();
  }

  private namedField(): void {
    this.name();
    if (this.kind === Token.dot) this.afterName();
    else if (this.kind !== Token.string && this.kind !== Token.semicolon && this.kind !== Token.closeBrace) {
      const isAlone = this.kind !== Token.comma;
      while (this.take(Token.comma)) this.name();
      if (isAlone && this.kind === Token.openBracket) this.arrayOrTypeArguments();
      else this.type();
    }
  }

  private interfaceType(): void {
    this.next();
    this.expect(Token.openBrace, "'{'");
    while (this.kind === Token.tilde || this.is(typeStarts) || this.kind === Token.openBracket) {
      if (this.kind === Token.name) this.method();
      else this.typeTerm();
      this.typeUnion();
      this.expectSemicolon();
    }
    this.expect(Token.closeBrace, "'}' or a method");
  }

  private method(): void {
    this.name();
    if (this.kind === Token.openParenthesis) this.signature();
    else this.afterName();
  }

  /** Reads the rest of a union of types after its first term: `~int | string`. */
  protected typeUnion(): void {
    while (this.isText('|')) {
      this.next();
      this.typeTerm();
    }
  }

  protected typeTerm(): void {
    this.take(Token.tilde);
    this.type();
  }

  protected startsType(): boolean {
    return this.is(typeStarts);
  }
}
