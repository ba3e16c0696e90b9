// Recognizes brackets after an operand: call arguments, subscripts and slices.
import { comprehension } from './displays.ts';
import type { ExpressionRules } from './expression-rules.ts';
import { startsExpression } from './expression-starts.ts';
import type { Reader } from './reader.ts';
import { Token } from './token.ts';

/** Reads what follows `(` in a class definition. */
export function bases(reader: Reader, rules: ExpressionRules): void {
  readArguments(reader, rules, false);
}

/** Reads what follows `(` of a call. */
export function callArguments(reader: Reader, rules: ExpressionRules): void {
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
      if (mayGenerate && comprehension(reader, rules)) {
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

/** Reads what follows `[` of a subscript. */
export function subscripts(reader: Reader, rules: ExpressionRules): void {
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
