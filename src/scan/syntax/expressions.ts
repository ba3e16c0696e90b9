// Recognizes Python expressions token by token (CPython's grammar, "Expressions" to "Comprehensions & generators"): operators,
// operands, targets. Operators are read in loops. Only brackets, lambdas and f-string fields recurse, and the reader limits how deep.
import { type ExpressionRules, failAtPart, Shape, startsExpression } from './expression-rules.ts';
import {
  readBraces,
  readCallArguments,
  readListDisplay,
  readParenthesized,
  readStringSequence,
  readSubscripts,
} from './nested-expressions.ts';
import { readParameters } from './parameters.ts';
import type { Reader } from './reader.ts';
import { kindFlags, Token } from './token.ts';

/** Reads an `expression`: a lambda, or a disjunction with an optional condition. */
export function expression(reader: Reader): number {
  if (!reader.enter()) return Shape.value;
  let plain = true;
  let start = reader.at;
  let shape = lambdaOrDisjunction(reader);
  while (shape === undefined || reader.take(Token.if)) {
    plain = false;
    if (shape !== undefined) {
      disjunction(reader);
      if (!reader.take(Token.else)) failWithoutElse(reader, start);
    }
    start = reader.at;
    shape = lambdaOrDisjunction(reader);
  }
  if (startsExpression(reader.kind)) failBetween(reader, start);
  reader.leave();
  return plain ? shape : Shape.value;
}

/** Fails if a second expression follows the one that starts at `start`. */
function failBetween(reader: Reader, start: number): void {
  if (reader.isWord('print', start) || reader.isWord('exec', start)) {
    reader.fail('this statement needs parentheses', start);
    return;
  }
  const isMaybeStatement = softKeywords.some((word) => reader.isWord(word, start)) || reader.isNameBeforeString(start);
  const second = reader.fork();
  if (!isMaybeStatement) expression(second);
  if (isMaybeStatement || second.problem || !reader.isInBrackets(second.at - 1)) reader.fail();
  else reader.fail('invalid syntax, perhaps a comma is missing', start);
}

const softKeywords = ['_', 'case', 'match', 'type'];

function failWithoutElse(reader: Reader, start: number): void {
  if (reader.kind === Token.colon) reader.fail();
  else reader.fail("expected 'else' after 'if' in an expression", start);
}

/** Fails at an `=` that follows an operand where a comparison makes sense. */
export function failAtAssignment(reader: Reader): void {
  reader.fail("'=' assigns a value: compare with '=='", reader.operand.start);
}

/** Reads a disjunction, or a lambda up to its colon. Returns undefined after `lambda …:`, whose body is another expression. */
function lambdaOrDisjunction(reader: Reader): number | undefined {
  if (!reader.take(Token.lambda)) return disjunction(reader);
  readParameters(reader, Token.colon, expressionRules);
  reader.expect(Token.colon);
  return undefined;
}

export function namedExpression(reader: Reader): number {
  if (reader.kind !== Token.name || reader.kindAfter(1) !== Token.walrus) return expression(reader);
  reader.skip();
  reader.skip();
  expression(reader);
  return Shape.value;
}

function disjunction(reader: Reader): number {
  let shape = notTest(reader);
  while (reader.kind === Token.and || reader.kind === Token.or) {
    reader.skip();
    notTest(reader);
    shape = Shape.value;
  }
  return shape;
}

function notTest(reader: Reader): number {
  let plain = true;
  while (reader.take(Token.not)) plain = false;
  const shape = arithmetic(reader);
  while (takeComparison(reader)) {
    plain = false;
    arithmetic(reader);
  }
  return plain ? shape : Shape.value;
}

function takeComparison(reader: Reader): boolean {
  if (reader.take(Token.comparison) || reader.take(Token.in)) return true;
  if (reader.take(Token.is)) {
    reader.take(Token.not);
    return true;
  }
  if (reader.kind !== Token.not) return false;
  reader.skip();
  reader.expect(Token.in);
  return true;
}

const binaryOperators = kindFlags(
  Token.star,
  Token.doubleStar,
  Token.plus,
  Token.minus,
  Token.slash,
  Token.pipe,
  Token.at,
  Token.arithmetic,
);

/** Reads `bitwise_or` and everything that binds tighter. */
export function arithmetic(reader: Reader): number {
  const { operand, at: start } = reader;
  const shape = operators(reader);
  operand.start = start;
  operand.after = reader.at;
  return shape;
}

function operators(reader: Reader): number {
  let plain = true;
  for (;;) {
    while (reader.kind === Token.minus || reader.kind === Token.plus || reader.kind === Token.tilde) {
      reader.skip();
      plain = false;
    }
    if (reader.take(Token.await)) plain = false;
    const shape = primary(reader);
    if (binaryOperators[reader.kind] !== 1) return plain ? shape : Shape.value;
    reader.skip();
    plain = false;
  }
}

/** Reads an atom with its attributes, calls and subscripts. */
function primary(reader: Reader): number {
  let shape = atom(reader);
  for (;;) {
    if (reader.take(Token.dot)) {
      reader.expect(Token.name);
      shape = Shape.any;
    } else if (reader.take(Token.openParenthesis)) {
      readCallArguments(reader, expressionRules);
      shape = Shape.value;
    } else if (reader.take(Token.openBracket)) {
      readSubscripts(reader, expressionRules);
      shape = Shape.any;
    } else {
      return shape;
    }
  }
}

function atom(reader: Reader): number {
  switch (reader.kind) {
    case Token.name:
      reader.skip();
      return Shape.any;
    case Token.string:
    case Token.bytes:
    case Token.fStringStart:
      readStringSequence(reader, expressionRules);
      return Shape.value;
    case Token.number:
    case Token.True:
    case Token.False:
    case Token.None:
    case Token.ellipsis:
      reader.skip();
      return Shape.value;
    case Token.openParenthesis:
      reader.skip();
      return readParenthesized(reader, expressionRules);
    case Token.openBracket:
      reader.skip();
      return readListDisplay(reader, expressionRules);
    case Token.openBrace:
      reader.skip();
      readBraces(reader, expressionRules);
      return Shape.value;
    default:
      reader.fail();
      return Shape.value;
  }
}

/** Reads the targets of `for`, up to its `in`. */
export function starTargets(reader: Reader): void {
  do starTarget(reader);
  while (reader.take(Token.comma) && reader.kind !== Token.in);
}

export function starTarget(reader: Reader): void {
  reader.take(Token.star);
  const start = reader.at;
  if (!(primary(reader) & Shape.assignable))
    failAtPart(reader, start, { shape: Shape.assignable, verb: 'assign to', read: arithmetic });
}

/** Reads an element of a display: `*x`, or an expression in which `:=` is allowed. */
export function starNamedExpression(reader: Reader): number {
  return reader.kind === Token.star ? starred(reader) : namedExpression(reader);
}

function starred(reader: Reader): number {
  reader.skip();
  return (arithmetic(reader) & Shape.assignable) | Shape.starred;
}

/** Reads `star_expressions`: one expression, or a tuple without parentheses. */
export function starExpressions(reader: Reader): number {
  let shape = starExpression(reader);
  if (reader.kind !== Token.comma) return shape;
  while (reader.take(Token.comma)) {
    if (!startsExpression(reader.kind)) break;
    shape &= starExpression(reader);
  }
  return shape & (Shape.assignable | Shape.deletable);
}

function starExpression(reader: Reader): number {
  return reader.kind === Token.star ? starred(reader) : expression(reader);
}

export function yieldExpression(reader: Reader): void {
  reader.expect(Token.yield);
  if (reader.take(Token.from)) expression(reader);
  else if (startsExpression(reader.kind)) starExpressions(reader);
}

/** The rules as an object, for the readers of constructs that contain expressions. */
export const expressionRules: ExpressionRules = {
  expression,
  namedExpression,
  disjunction,
  arithmetic,
  starExpressions,
  starNamedExpression,
  yieldExpression,
  starTargets,
};
