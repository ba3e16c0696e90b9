// Reads a Go file's declarations from its tokens: the package clause, the imports, and everything after them. Parses imports by Go's
// own grammar, so that none can hide from the scan.
import type { Range, SyntaxProblem } from '../file/report.ts';
import { stringValue } from './literals.ts';
import { bracketStep, kindFlags, Token, type Tokens } from './tokens.ts';

export interface Import {
  /** Package name in this file: a name, `.` or `_`. Undefined if the import doesn't give one. */
  as: string | undefined;
  path: string;
  /** Range of the path literal. */
  range: Range;
}

export interface Declarations {
  imports: Import[];
  /** The first token of each declaration, ascending. The first declaration is `package`. */
  starts: number[];
  problem?: SyntaxProblem;
}

const declaring = kindFlags(Token.const, Token.func, Token.type, Token.var);

/** Reads the declarations. The brackets in the tokens must match. */
export function readDeclarations(text: string, tokens: Tokens): Declarations {
  const starts: number[] = [];
  const imports: Import[] = [];
  const fail = (index: number, detail: string): Declarations => {
    return { imports, starts, problem: { ruleId: 'SLP601', detail, ...tokens.range(index) } };
  };
  let importsEnded = false;
  for (let index = 0; index < tokens.size || starts.length === 0; index = nextDeclaration(tokens, index)) {
    const kind = tokens.kind(index);
    if (starts.length === 0) {
      if (kind !== Token.package || tokens.kind(index + 1) !== Token.name) return fail(index, 'missing package clause');
    } else if (kind === Token.import && !importsEnded) {
      const invalidToken = readImports(text, tokens, index, imports);
      if (invalidToken !== undefined) return fail(invalidToken, 'invalid import declaration');
    } else if (declaring[kind] === 1) {
      importsEnded = true;
    } else {
      return fail(index, 'expected a declaration');
    }
    starts.push(index);
  }
  return { imports, starts };
}

/** Returns the token after the semicolon that ends the declaration. */
function nextDeclaration(tokens: Tokens, start: number): number {
  let depth = 0;
  let index = start;
  for (; index < tokens.size; index += 1) {
    const kind = tokens.kind(index);
    if (kind === Token.semicolon && depth === 0) return index + 1;
    depth += bracketStep(kind);
  }
  return index;
}

/** Adds the declaration's imports. Returns the first token that doesn't fit the grammar; undefined if all do. */
function readImports(text: string, tokens: Tokens, start: number, imports: Import[]): number | undefined {
  const isGroup = tokens.kind(start + 1) === Token.openParenthesis;
  let index = isGroup ? start + 2 : start + 1;
  while (!isGroup || tokens.kind(index) !== Token.closeParenthesis) {
    const isNamed = tokens.kind(index) === Token.name || tokens.kind(index) === Token.dot;
    const path = isNamed ? index + 1 : index;
    if (tokens.kind(path) !== Token.string) return path;
    const literal = text.slice(tokens.start(path), tokens.end(path));
    const as = isNamed ? text.slice(tokens.start(index), tokens.end(index)) : undefined;
    imports.push({ as, path: stringValue(literal), range: tokens.range(path) });
    index = path + 1;
    if (!isGroup) break;
    if (tokens.kind(index) === Token.semicolon) index += 1;
    else if (tokens.kind(index) !== Token.closeParenthesis) return index;
  }
  if (isGroup) index += 1;
  return tokens.kind(index) === Token.semicolon || index >= tokens.size ? undefined : index;
}
