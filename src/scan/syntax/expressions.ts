// Python's expressions, recognised token by token (CPython's grammar, "Expressions" to "Comprehensions & generators"). Operators
// are read in loops; only brackets, lambdas and f-string fields nest, and the reader bounds how deeply.
import { startsExpression } from './expression-starts.ts';
import { readParameters } from './parameters.ts';
import type { Reader } from './reader.ts';
import { kindFlags, Token } from './token.ts';

/** What an expression can stand for besides its value. */
export const Shape = {
  value: 0,
  /** One name, attribute or subscript: what `+=` and annotations take. */
  single: 1,
  /** What `=`, `for` and `as` take. */
  assignable: 2,
  /** What `del` takes. */
  deletable: 4,
  starred: 8,
  any: 7,
} as const;

/** `expression`: a lambda, or a disjunction with perhaps a condition. */
export function expression(reader: Reader): number {
  if (!reader.enter()) return Shape.value;
  let plain = true;
  let shape = lambdaOrDisjunction(reader);
  while (shape === undefined || reader.take(Token.if)) {
    plain = false;
    if (shape !== undefined) {
      disjunction(reader);
      reader.expect(Token.else);
    }
    shape = lambdaOrDisjunction(reader);
  }
  reader.leave();
  return plain ? shape : Shape.value;
}

/** Undefined after `lambda …:`, whose body is an expression in turn. */
function lambdaOrDisjunction(reader: Reader): number | undefined {
  if (!reader.take(Token.lambda)) return disjunction(reader);
  readParameters(reader, Token.colon, { expression, starExpressions });
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

export function disjunction(reader: Reader): number {
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

/** `bitwise_or` and all that binds tighter. */
export function arithmetic(reader: Reader): number {
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

/** An atom and what trails it. */
export function primary(reader: Reader): number {
  let shape = atom(reader);
  for (;;) {
    if (reader.take(Token.dot)) {
      reader.expect(Token.name);
      shape = Shape.any;
    } else if (reader.take(Token.openParenthesis)) {
      callArguments(reader);
      shape = Shape.value;
    } else if (reader.take(Token.openBracket)) {
      subscripts(reader);
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
      strings(reader);
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
      return parenthesized(reader);
    case Token.openBracket:
      reader.skip();
      return listDisplay(reader);
    case Token.openBrace:
      reader.skip();
      braces(reader);
      return Shape.value;
    default:
      reader.fail('invalid syntax');
      return Shape.value;
  }
}

/** Neighbouring literals: all of them bytes, or none. */
function strings(reader: Reader): void {
  const bytes = reader.kind === Token.bytes;
  for (;;) {
    if (reader.kind === Token.fStringStart || reader.kind === Token.string) {
      if (bytes) reader.fail('cannot mix bytes and text literals');
      else if (reader.take(Token.fStringStart)) formatFields(reader, Token.fStringEnd);
      else reader.skip();
    } else if (reader.kind === Token.bytes) {
      if (bytes) reader.skip();
      else reader.fail('cannot mix bytes and text literals');
    } else {
      return;
    }
  }
}

/** The replacement fields of an f-string, or of a format specifier within one. */
function formatFields(reader: Reader, end: Token): void {
  while (reader.take(Token.openBrace)) {
    if (reader.kind === Token.yield) yieldExpression(reader);
    else starExpressions(reader);
    reader.take(Token.equals);
    if (reader.take(Token.exclamation)) conversion(reader);
    if (reader.take(Token.colon)) formatFields(reader, Token.closeBrace);
    else reader.expect(Token.closeBrace);
  }
  reader.expect(end);
}

function conversion(reader: Reader): void {
  const known = reader.isWord('r') || reader.isWord('s') || reader.isWord('a');
  if (known && reader.touches()) reader.skip();
  else reader.fail('invalid conversion in an f-string');
}

/** After `(`: nothing, a group, a tuple or a generator. */
function parenthesized(reader: Reader): number {
  if (reader.take(Token.closeParenthesis)) return Shape.assignable | Shape.deletable;
  if (reader.kind === Token.yield) {
    yieldExpression(reader);
    reader.expect(Token.closeParenthesis);
    return Shape.value;
  }
  const first = starNamedExpression(reader);
  if (reader.kind === Token.comma) return elements(reader, first, Token.closeParenthesis);
  if (first & Shape.starred) {
    reader.fail('cannot use a starred expression here');
    return Shape.value;
  }
  const generates = comprehension(reader);
  reader.expect(Token.closeParenthesis);
  return generates ? Shape.value : first;
}

function listDisplay(reader: Reader): number {
  if (reader.take(Token.closeBracket)) return Shape.assignable | Shape.deletable;
  const first = starNamedExpression(reader);
  if (!(first & Shape.starred) && comprehension(reader)) {
    reader.expect(Token.closeBracket);
    return Shape.value;
  }
  return elements(reader, first, Token.closeBracket);
}

/** The rest of a tuple or list after its first element. */
function elements(reader: Reader, first: number, close: Token): number {
  let shape = first;
  while (reader.take(Token.comma)) {
    if (reader.kind === close) break;
    shape &= starNamedExpression(reader);
  }
  reader.expect(close);
  return shape & (Shape.assignable | Shape.deletable);
}

/** After `{`: a dictionary, a set, or a comprehension of either. */
function braces(reader: Reader): void {
  let pairs: boolean | undefined;
  let count = 0;
  while (reader.kind !== Token.closeBrace && reader.kind !== Token.end) {
    const isPair = braceElement(reader, pairs);
    pairs ??= isPair.pair;
    count += 1;
    if (pairs !== isPair.pair) reader.fail('invalid syntax');
    if (count === 1 && isPair.plain && comprehension(reader)) break;
    if (!reader.take(Token.comma)) break;
  }
  reader.expect(Token.closeBrace);
}

/** One element; `plain` when a comprehension may follow it. */
function braceElement(reader: Reader, pairs: boolean | undefined): { pair: boolean; plain: boolean } {
  if (reader.take(Token.doubleStar)) {
    arithmetic(reader);
    return { pair: true, plain: false };
  }
  if (pairs === true) {
    expression(reader);
  } else {
    const isNamed = reader.kind === Token.name && reader.kindAfter(1) === Token.walrus;
    const shape = starNamedExpression(reader);
    if (isNamed || reader.kind !== Token.colon) return { pair: false, plain: !(shape & Shape.starred) };
    if (shape & Shape.starred) reader.fail('invalid syntax');
  }
  reader.expect(Token.colon);
  expression(reader);
  return { pair: true, plain: true };
}

/** `for … in … if …` clauses, if any. */
function comprehension(reader: Reader): boolean {
  let any = false;
  while (reader.kind === Token.for || (reader.kind === Token.async && reader.kindAfter(1) === Token.for)) {
    any = true;
    reader.take(Token.async);
    reader.expect(Token.for);
    starTargets(reader);
    reader.expect(Token.in);
    disjunction(reader);
    while (reader.take(Token.if)) disjunction(reader);
  }
  return any;
}

/** The targets of `for`: what stands before its `in`. */
export function starTargets(reader: Reader): void {
  do starTarget(reader);
  while (reader.take(Token.comma) && reader.kind !== Token.in);
}

export function starTarget(reader: Reader): void {
  reader.take(Token.star);
  if (!(primary(reader) & Shape.assignable)) reader.fail('cannot assign to this expression');
}

/** After `(` of a call, or of a class's bases. */
export function callArguments(reader: Reader): void {
  let keywords = false;
  let unpacked = false;
  let count = 0;
  while (reader.kind !== Token.closeParenthesis && reader.kind !== Token.end) {
    if (reader.take(Token.doubleStar)) {
      expression(reader);
      unpacked = true;
    } else if (reader.kind === Token.name && reader.kindAfter(1) === Token.equals) {
      reader.skip();
      reader.skip();
      expression(reader);
      keywords = true;
    } else if (reader.kind === Token.star) {
      if (unpacked) reader.fail('iterable argument unpacking follows keyword argument unpacking');
      reader.skip();
      expression(reader);
    } else {
      if (keywords || unpacked) reader.fail('positional argument follows keyword argument');
      namedExpression(reader);
      if (comprehension(reader)) {
        if (count > 0) reader.fail('a generator must be the only argument, or in parentheses');
        break;
      }
    }
    count += 1;
    if (!reader.take(Token.comma)) break;
  }
  reader.expect(Token.closeParenthesis);
}

/** After `[` of a subscript. */
function subscripts(reader: Reader): void {
  do {
    if (reader.take(Token.star)) arithmetic(reader);
    else slice(reader);
  } while (reader.take(Token.comma) && reader.kind !== Token.closeBracket);
  reader.expect(Token.closeBracket);
}

function slice(reader: Reader): void {
  if (reader.kind === Token.name && reader.kindAfter(1) === Token.walrus) {
    namedExpression(reader);
    return;
  }
  if (reader.kind !== Token.colon) expression(reader);
  for (let parts = 1; parts < 3 && reader.take(Token.colon); parts += 1) {
    if (!sliceEnds.has(reader.kind)) expression(reader);
  }
}

const sliceEnds: ReadonlySet<number> = new Set([Token.colon, Token.comma, Token.closeBracket]);

/** `*x` or an expression, with `:=` allowed: an element of a display. */
export function starNamedExpression(reader: Reader): number {
  return reader.kind === Token.star ? starred(reader) : namedExpression(reader);
}

function starred(reader: Reader): number {
  reader.skip();
  return (arithmetic(reader) & Shape.assignable) | Shape.starred;
}

/** `star_expressions`: one expression, or a tuple without parentheses. */
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
