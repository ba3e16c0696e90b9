// Recognizes adjacent string literals, and the replacement fields of f-strings among them.
import type { ExpressionRules } from './expression-rules.ts';
import type { Reader } from './reader.ts';
import { Token } from './token.ts';

/** Reads adjacent literals: either all of them are bytes, or none is. */
export function strings(reader: Reader, rules: ExpressionRules): void {
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
