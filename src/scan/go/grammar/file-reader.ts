// Finds the first place at which go/parser rejects a file, which the grammar that the scan parses with may accept or report elsewhere.
import type { Lexed, SyntaxProblem } from '../lexer.ts';
import { kindFlags, Token } from '../tokens.ts';
import { StatementReader } from './statement-reader.ts';

export interface GoSyntax {
  /** The first problem that go/parser reports. */
  problem: SyntaxProblem | undefined;
  /** The `type` of every `x.(type)` outside of a switch. go/parser accepts it, and no other tool does. */
  strayTypes: readonly number[];
}

export function readSyntax(text: string, { problem: lexical, tokens }: Lexed): GoSyntax {
  const reader = new FileReader(text, tokens);
  reader.file();
  const { problem, strayTypes } = reader;
  if (!problem || (lexical && lexical.start <= problem.start)) return { problem: lexical, strayTypes };
  const isAtEnd = problem.start >= text.length && text.endsWith('\n');
  const atEnd = { start: text.length - 1, end: text.length - 1 };
  return { problem: isAtEnd ? { ...problem, ...atEnd } : problem, strayTypes };
}

const literals = kindFlags(Token.number, Token.rune);

class FileReader extends StatementReader {
  get strayTypes(): readonly number[] {
    return this.switches;
  }

  file(): void {
    this.expect(Token.package, "'package'");
    this.name();
    this.expectSemicolon();
    let mayImport = true;
    while (this.kind !== Token.end) {
      if (this.kind === Token.import && !mayImport) this.fail('an import after other declarations');
      mayImport &&= this.kind === Token.import;
      this.declaration();
    }
  }

  protected declaration(): void {
    const { kind } = this;
    if (kind === Token.func) this.functionDeclaration();
    else if (kind === Token.import) this.specifications(() => this.importPath());
    else if (kind === Token.const) this.specifications(() => this.constant());
    else if (kind === Token.var) this.specifications(() => this.variable());
    else if (kind === Token.type) this.specifications(() => this.typeDeclaration());
    else this.failExpecting('a declaration');
  }

  private specifications(read: () => void): void {
    this.next();
    if (!this.take(Token.openParenthesis)) {
      read();
      return;
    }
    while (this.kind !== Token.closeParenthesis && this.kind !== Token.end) read();
    this.expect(Token.closeParenthesis, "')'");
    this.expectSemicolon();
  }

  private importPath(): void {
    if (this.kind === Token.name || this.kind === Token.dot) this.next();
    if (this.is(literals)) this.failExpecting('an import path in quotes');
    this.expect(Token.string, 'an import path');
    this.expectSemicolon();
  }

  private names(): void {
    do this.name();
    while (this.take(Token.comma));
  }

  private constant(): void {
    this.names();
    this.tryType();
    this.values();
  }

  private variable(): void {
    this.names();
    if (!this.isText('=')) this.type();
    this.values();
  }

  private values(): void {
    if (this.isText('=')) {
      this.next();
      this.expressions(true);
    }
    this.expectSemicolon();
  }

  private typeDeclaration(): void {
    this.name();
    if (this.take(Token.openBracket)) this.arrayOrGenericType();
    else {
      if (this.isText('=')) this.next();
      this.type();
    }
    this.expectSemicolon();
  }

  /** Reads `[N]T`, or type parameters and a type. Only what follows the first name shows which it is. */
  private arrayOrGenericType(): void {
    const name = this.at;
    if (!this.take(Token.name)) {
      this.arrayLength();
      return;
    }
    if (this.startsConstraint()) {
      const first = this.kind === Token.comma ? { name } : this.afterParameterName(name, true);
      this.parameterList([first], Token.closeBracket);
      this.expect(Token.closeBracket, "']'");
      if (this.isText('=')) this.next();
    } else {
      this.restOfLength(name);
    }
    this.type();
  }

  /** Whether a type parameter's name was read. A `*` or a `(` after it may belong to an array's length as well. */
  private startsConstraint(): boolean {
    if (this.kind === Token.star || this.kind === Token.openParenthesis) return false;
    return this.startsType() || [Token.openBracket, Token.tilde, Token.comma].some((kind) => kind === this.kind);
  }

  /** Reads the rest of an array's length that begins with a name, or `[P *T, Q any]`. */
  private restOfLength(name: number): void {
    this.expressionLevel += 1;
    this.lengthAfterName();
    this.expressionLevel -= 1;
    if (this.kind === Token.comma) this.parameterList([{ name, type: name + 1 }], Token.closeBracket);
    this.expect(Token.closeBracket, "']'");
  }

  private functionDeclaration(): void {
    this.next();
    if (this.kind === Token.openParenthesis) this.parameters();
    this.name();
    if (this.kind === Token.openBracket) this.typeParameters();
    this.signature();
    if (this.kind === Token.openBrace) this.block();
    this.expectSemicolon();
    if (this.kind === Token.openBrace) this.fail("'{' on the line after its function");
  }
}
