// The declarations of a Go file, told from its tokens: the package, then imports, then the rest. What is imported is read here, by
// Go's own grammar of it, so that no import can hide.
import type { Range, SyntaxProblem } from './lexer.ts';
import { stringValue } from './strings.ts';
import { kindFlags, Token, type Tokens } from './tokens.ts';

export interface Import {
  /** What the package is called in the file: a name, `.`, `_`; undefined where it goes by its own name. */
  as: string | undefined;
  path: string;
  /** Of the path's literal. */
  range: Range;
}

export interface Declarations {
  imports: Import[];
  /** The tokens that start a declaration, ascending; the first one is `package`. */
  starts: number[];
  problem?: SyntaxProblem;
}

const opening = kindFlags(Token.openParenthesis, Token.openBracket, Token.openBrace);
const closing = kindFlags(Token.closeParenthesis, Token.closeBracket, Token.closeBrace);
const declaring = kindFlags(Token.const, Token.func, Token.type, Token.var);

/** The brackets of the tokens match. */
export function readDeclarations(text: string, tokens: Tokens): Declarations {
  const starts: number[] = [];
  const imports: Import[] = [];
  const failed = (index: number, detail: string): Declarations => {
    return { imports, starts, problem: { ruleId: 'SLP601', detail, ...tokens.range(index) } };
  };
  let importsOver = false;
  for (let index = 0; index < tokens.size || starts.length === 0; index = nextDeclaration(tokens, index)) {
    const kind = tokens.kind(index);
    if (starts.length === 0) {
      if (kind !== Token.package || tokens.kind(index + 1) !== Token.name) return failed(index, 'no package clause');
    } else if (kind === Token.import && !importsOver) {
      const wrong = readImports(text, tokens, index, imports);
      if (wrong !== undefined) return failed(wrong, 'not an import');
    } else if (declaring[kind] === 1) {
      importsOver = true;
    } else {
      return failed(index, 'not a declaration');
    }
    starts.push(index);
  }
  return { imports, starts };
}

/** Behind the semicolon that ends the declaration. */
function nextDeclaration(tokens: Tokens, start: number): number {
  let depth = 0;
  let index = start;
  for (; index < tokens.size; index += 1) {
    const kind = tokens.kind(index);
    if (kind === Token.semicolon && depth === 0) return index + 1;
    depth += (opening[kind] ?? 0) - (closing[kind] ?? 0);
  }
  return index;
}

/** The token at which the declaration stops being one of imports; undefined when it is one. */
function readImports(text: string, tokens: Tokens, start: number, imports: Import[]): number | undefined {
  const isGroup = tokens.kind(start + 1) === Token.openParenthesis;
  let index = isGroup ? start + 2 : start + 1;
  while (!isGroup || tokens.kind(index) !== Token.closeParenthesis) {
    const isNamed = tokens.kind(index) === Token.name || tokens.kind(index) === Token.dot;
    const path = isNamed ? index + 1 : index;
    if (tokens.kind(path) !== Token.string) return path;
    const literal = text.slice(tokens.start(path), tokens.finish(path));
    const as = isNamed ? text.slice(tokens.start(index), tokens.finish(index)) : undefined;
    imports.push({ as, path: stringValue(literal), range: tokens.range(path) });
    index = path + 1;
    if (!isGroup) break;
    if (tokens.kind(index) === Token.semicolon) index += 1;
    else if (tokens.kind(index) !== Token.closeParenthesis) return index;
  }
  if (isGroup) index += 1;
  return tokens.kind(index) === Token.semicolon || index >= tokens.size ? undefined : index;
}
