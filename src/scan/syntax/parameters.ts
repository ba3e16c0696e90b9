// Recognizes function and lambda parameter lists, PEP 695 type parameters, and annotations.
import type { ExpressionRules } from './expression-rules.ts';
import type { Reader } from './reader.ts';
import { Token } from './token.ts';

/** State of a parameter list so far. Each flag rules out something later in the list. */
interface ParameterList {
  count: number;
  slash: boolean;
  star: boolean;
  defaults: boolean;
}

/** Reads up to the closing token, which isn't read: `)` of a def or `:` of a lambda. Only a def's parameters have annotations. */
export function readParameters(reader: Reader, close: Token, rules: ExpressionRules): void {
  const annotated = close === Token.closeParenthesis;
  const list: ParameterList = { count: 0, slash: false, star: false, defaults: false };
  while (reader.kind !== close && reader.kind !== Token.end) {
    if (reader.take(Token.doubleStar)) {
      reader.expect(Token.name);
      if (annotated && reader.take(Token.colon)) readAnnotation(reader, rules);
      reader.take(Token.comma);
      return;
    }
    if (reader.kind === Token.slash) slash(reader, list);
    else if (reader.kind === Token.star) star(reader, list, annotated, rules);
    else plain(reader, list, annotated, rules);
    list.count += 1;
    if (!reader.take(Token.comma)) return;
  }
}

function slash(reader: Reader, list: ParameterList): void {
  if (list.slash || list.star || list.count === 0) reader.fail("'/' in the wrong place in a parameter list");
  reader.skip();
  list.slash = true;
}

function star(reader: Reader, list: ParameterList, annotated: boolean, rules: ExpressionRules): void {
  if (list.star) reader.fail("more than one '*' in a parameter list");
  reader.skip();
  list.star = true;
  if (reader.kind === Token.comma) {
    if (reader.kindAfter(1) !== Token.name) reader.fail("named parameters must follow a bare '*'");
    return;
  }
  reader.expect(Token.name);
  if (!annotated || !reader.take(Token.colon)) return;
  reader.take(Token.star);
  readAnnotation(reader, rules);
}

function plain(reader: Reader, list: ParameterList, annotated: boolean, rules: ExpressionRules): void {
  reader.expect(Token.name);
  if (annotated && reader.take(Token.colon)) readAnnotation(reader, rules);
  if (reader.take(Token.equals)) {
    if (reader.kind === Token.comma || reader.kind === Token.closeParenthesis)
      reader.fail('expected a default value', reader.at - 1);
    rules.expression(reader);
    list.defaults = true;
  } else if (list.defaults && !list.star) {
    reader.fail('parameter without a default follows parameter with a default');
  }
}

/** Reads `[T, U: bound = default, *Ts, **P]` if it is there. */
export function readTypeParameters(reader: Reader, rules: ExpressionRules): void {
  if (!reader.take(Token.openBracket)) return;
  do {
    const isTuple = reader.take(Token.star);
    const isPack = isTuple || reader.take(Token.doubleStar);
    reader.expect(Token.name);
    if (!isPack && reader.take(Token.colon)) readAnnotation(reader, rules);
    if (reader.kind === Token.equals) typeDefault(reader, isTuple, rules);
  } while (reader.take(Token.comma) && reader.kind !== Token.closeBracket);
  reader.expect(Token.closeBracket);
}

/** Reads `= default` (PEP 696), which tree-sitter doesn't support. */
function typeDefault(reader: Reader, isTuple: boolean, rules: ExpressionRules): void {
  reader.noteMisreadStart();
  reader.skip();
  if (isTuple && reader.take(Token.star)) readAnnotation(reader, { expression: rules.arithmetic });
  else readAnnotation(reader, rules);
}

/**
 * Reads an annotation. `x: a['b']('c')` is an ordinary expression, but tree-sitter takes `a['b']` for a generic type and stops there.
 */
export function readAnnotation(reader: Reader, { expression }: Pick<ExpressionRules, 'expression'>): void {
  if (reader.kind === Token.name && reader.kindAfter(1) === Token.openBracket) reader.noteMisreadStart();
  expression(reader);
}
