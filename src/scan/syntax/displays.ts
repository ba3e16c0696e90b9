// Recognizes brackets that do not follow an operand: groups, tuples, lists, sets, dictionaries and comprehensions.
import type { ExpressionRules } from './expression-rules.ts';
import type { Reader } from './reader.ts';
import { Shape } from './shape.ts';
import { Token } from './token.ts';

/** Reads what follows `(`: nothing, a group, a tuple or a generator expression. */
export function parenthesized(reader: Reader, rules: ExpressionRules): number {
  if (reader.take(Token.closeParenthesis)) return Shape.assignable | Shape.deletable;
  if (reader.kind === Token.yield) {
    rules.yieldExpression(reader);
    reader.expect(Token.closeParenthesis);
    return Shape.value;
  }
  const first = rules.starNamedExpression(reader);
  if (reader.kind === Token.comma) return elements(reader, rules, first, Token.closeParenthesis);
  if (first & Shape.starred) {
    reader.fail('cannot use a starred expression here');
    return Shape.value;
  }
  const generates = comprehension(reader, rules);
  reader.expect(Token.closeParenthesis);
  return generates ? Shape.value : first;
}

export function listDisplay(reader: Reader, rules: ExpressionRules): number {
  if (reader.take(Token.closeBracket)) return Shape.assignable | Shape.deletable;
  const first = rules.starNamedExpression(reader);
  if (!(first & Shape.starred) && comprehension(reader, rules)) {
    reader.expect(Token.closeBracket);
    return Shape.value;
  }
  return elements(reader, rules, first, Token.closeBracket);
}

/** Reads the rest of a tuple or list after its first element. */
function elements(reader: Reader, rules: ExpressionRules, first: number, close: Token): number {
  let shape = first;
  while (reader.take(Token.comma)) {
    if (reader.kind === close) break;
    shape &= rules.starNamedExpression(reader);
  }
  reader.expect(close);
  return shape & (Shape.assignable | Shape.deletable);
}

/** Reads what follows `{`: a dictionary, a set, or a comprehension of either. */
export function braces(reader: Reader, rules: ExpressionRules): void {
  let pairs: boolean | undefined;
  let count = 0;
  while (reader.kind !== Token.closeBrace && reader.kind !== Token.end) {
    const isPair = braceElement(reader, rules, pairs);
    pairs ??= isPair.pair;
    count += 1;
    if (pairs !== isPair.pair) reader.fail();
    if (count === 1 && isPair.plain && comprehension(reader, rules)) break;
    if (!reader.take(Token.comma)) break;
  }
  reader.expect(Token.closeBrace);
}

/** Reads one element. `plain`: whether a comprehension may follow it. */
function braceElement(
  reader: Reader,
  rules: ExpressionRules,
  pairs: boolean | undefined,
): { pair: boolean; plain: boolean } {
  if (reader.take(Token.doubleStar)) {
    rules.arithmetic(reader);
    return { pair: true, plain: false };
  }
  const key = reader.at;
  if (pairs === true) {
    rules.expression(reader);
    if (reader.kind !== Token.colon) reader.fail("expected ':' after a dictionary key", key);
  } else {
    const isNamed = reader.kind === Token.name && reader.kindAfter(1) === Token.walrus;
    const shape = rules.starNamedExpression(reader);
    if (isNamed || reader.kind !== Token.colon) return { pair: false, plain: !(shape & Shape.starred) };
    if (shape & Shape.starred) reader.fail();
  }
  const colon = reader.at;
  reader.expect(Token.colon);
  if (reader.kind === Token.comma || reader.kind === Token.closeBrace) reader.fail('expected a value', colon);
  rules.expression(reader);
  return { pair: true, plain: true };
}

/** Reads `for … in … if …` clauses and returns whether there are any. */
export function comprehension(reader: Reader, rules: ExpressionRules): boolean {
  let any = false;
  while (reader.kind === Token.for || (reader.kind === Token.async && reader.kindAfter(1) === Token.for)) {
    any = true;
    reader.take(Token.async);
    reader.expect(Token.for);
    rules.starTargets(reader);
    reader.expect(Token.in);
    rules.disjunction(reader);
    while (reader.take(Token.if)) rules.disjunction(reader);
  }
  return any;
}
