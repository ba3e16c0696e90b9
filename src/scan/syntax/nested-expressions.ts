// Recognizes constructs with nested expressions: brackets that don't follow an operand (groups, tuples, lists, sets, dictionaries and
// comprehensions), brackets that do (call arguments, subscripts and slices), and strings with f-string replacement fields.
import { type ExpressionRules, Shape, startsExpression } from './expression-rules.ts';
import type { Reader } from './reader.ts';
import { Token } from './token.ts';

/** Reads what follows `(`: nothing, a group, a tuple or a generator expression. */
export function readParenthesized(reader: Reader, rules: ExpressionRules): number {
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
  const generates = readComprehension(reader, rules);
  reader.expect(Token.closeParenthesis);
  return generates ? Shape.value : first;
}

export function readListDisplay(reader: Reader, rules: ExpressionRules): number {
  if (reader.take(Token.closeBracket)) return Shape.assignable | Shape.deletable;
  const first = rules.starNamedExpression(reader);
  if (!(first & Shape.starred) && readComprehension(reader, rules)) {
    reader.expect(Token.closeBracket);
    return Shape.value;
  }
  return elements(reader, rules, first, Token.closeBracket);
}

/** Reads the elements of a tuple or list that follow the first one. */
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
export function readBraces(reader: Reader, rules: ExpressionRules): void {
  let pairs: boolean | undefined;
  let count = 0;
  while (reader.kind !== Token.closeBrace && reader.kind !== Token.end) {
    const isPair = braceElement(reader, rules, pairs);
    pairs ??= isPair.pair;
    count += 1;
    if (pairs !== isPair.pair) reader.fail();
    if (count === 1 && isPair.plain && readComprehension(reader, rules)) break;
    if (!reader.take(Token.comma)) break;
  }
  reader.expect(Token.closeBrace);
}

/** Reads one element. `plain` is true if a comprehension may follow it. */
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

/** Reads `for … in … if …` clauses. Returns whether there are any. */
function readComprehension(reader: Reader, rules: ExpressionRules): boolean {
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

/** Reads adjacent literals, which must all be bytes or all be text. */
export function readStringSequence(reader: Reader, rules: ExpressionRules): void {
  const bytes = reader.kind === Token.bytes;
  for (;;) {
    if (reader.kind === Token.fStringStart || reader.kind === Token.string) {
      if (bytes) reader.fail('cannot mix bytes and nonbytes literals');
      else if (reader.take(Token.fStringStart)) formatFields(reader, rules, Token.fStringEnd);
      else reader.skip();
    } else if (reader.kind === Token.bytes) {
      if (bytes) reader.skip();
      else reader.fail('cannot mix bytes and nonbytes literals');
    } else {
      return;
    }
  }
}

/** Reads the replacement fields of an f-string, or of a format specifier inside one. */
function formatFields(reader: Reader, rules: ExpressionRules, end: Token): void {
  while (reader.take(Token.openBrace)) {
    const first = reader.at;
    if (reader.kind === Token.yield) rules.yieldExpression(reader);
    else rules.starExpressions(reader);
    reader.blameOperator(first);
    reader.take(Token.equals);
    reader.take(Token.conversion);
    if (reader.take(Token.colon)) formatFields(reader, rules, Token.closeBrace);
    else reader.expect(Token.closeBrace);
  }
  reader.expect(end);
}

/** Reads what follows `(` in a class definition. */
export function readBases(reader: Reader, rules: ExpressionRules): void {
  readArguments(reader, rules, false);
}

/** Reads what follows a call's `(`. */
export function readCallArguments(reader: Reader, rules: ExpressionRules): void {
  readArguments(reader, rules, true);
}

function readArguments(reader: Reader, rules: ExpressionRules, mayGenerate: boolean): void {
  let keywords = false;
  let unpacked = false;
  let count = 0;
  while (reader.kind !== Token.closeParenthesis && reader.kind !== Token.end) {
    if (reader.take(Token.doubleStar)) {
      rules.expression(reader);
      unpacked = true;
    } else if (reader.kind === Token.name && reader.kindAfter(1) === Token.equals) {
      const name = reader.at;
      reader.skip();
      reader.skip();
      if (argumentEnds.has(reader.kind)) reader.fail('expected a value', name);
      rules.expression(reader);
      keywords = true;
    } else if (reader.kind === Token.star) {
      if (unpacked) reader.fail('iterable argument unpacking follows keyword argument unpacking');
      reader.skip();
      rules.expression(reader);
    } else {
      if ((keywords || unpacked) && startsExpression(reader.kind))
        reader.failAtClose('positional argument follows keyword argument');
      const start = reader.at;
      rules.namedExpression(reader);
      if (mayGenerate && readComprehension(reader, rules)) {
        if (count > 0 || reader.kind === Token.comma)
          reader.fail('generator expression must be parenthesized unless it is the only argument', start);
        break;
      }
    }
    count += 1;
    if (!reader.take(Token.comma)) break;
  }
  reader.expect(Token.closeParenthesis);
}

/** Reads what follows a subscript's `[`. */
export function readSubscripts(reader: Reader, rules: ExpressionRules): void {
  do {
    if (reader.take(Token.star)) rules.arithmetic(reader);
    else slice(reader, rules);
  } while (reader.take(Token.comma) && reader.kind !== Token.closeBracket);
  reader.expect(Token.closeBracket);
}

function slice(reader: Reader, rules: ExpressionRules): void {
  if (reader.kind === Token.name && reader.kindAfter(1) === Token.walrus) {
    rules.namedExpression(reader);
    return;
  }
  if (reader.kind !== Token.colon) rules.expression(reader);
  for (let parts = 1; parts < 3 && reader.take(Token.colon); parts += 1) {
    if (!sliceEnds.has(reader.kind)) rules.expression(reader);
  }
}

const sliceEnds: ReadonlySet<number> = new Set([Token.colon, Token.comma, Token.closeBracket]);
const argumentEnds: ReadonlySet<number> = new Set([Token.comma, Token.closeParenthesis]);
