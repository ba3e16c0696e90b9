// Recognizes Python's simple statements token by token.
import { failAtPart, Shape, startsExpression } from './expression-rules.ts';
import {
  arithmetic,
  expression,
  expressionRules,
  starExpressions,
  starNamedExpression,
  yieldExpression,
} from './expressions.ts';
import { readAnnotation, readTypeParameters } from './parameters.ts';
import type { Reader } from './reader.ts';
import { Token } from './token.ts';

export function readSimpleStatements(reader: Reader): void {
  do {
    if (reader.kind === Token.newline) break;
    simpleStatement(reader);
  } while (reader.take(Token.semicolon));
  reader.expect(Token.newline);
}

function simpleStatement(reader: Reader): void {
  const simple = keywordStatements[reader.kind];
  if (simple) {
    reader.skip();
    simple(reader);
  } else if (reader.isWord('type') && reader.kindAfter(1) === Token.name) {
    reader.skip();
    reader.skip();
    readTypeParameters(reader, expressionRules);
    reader.expect(Token.equals);
    readAnnotation(reader, expressionRules);
  } else {
    expressionStatement(reader);
  }
}

/** Reads an expression or an assignment of any form. */
function expressionStatement(reader: Reader): void {
  if (reader.kind === Token.yield) {
    yieldExpression(reader);
    return;
  }
  let start = reader.at;
  let shape = starExpressions(reader);
  if (reader.kind === Token.augmented || reader.kind === Token.colon) {
    const annotates = reader.kind === Token.colon;
    if (!(shape & Shape.single)) reader.fail('cannot assign to this expression', start);
    reader.skip();
    if (annotates) {
      readAnnotation(reader, expressionRules);
      if (!reader.take(Token.equals)) return;
    }
    yieldOrExpressions(reader);
    return;
  }
  while (reader.kind === Token.equals) {
    if (!(shape & Shape.assignable))
      failAtPart(reader, start, { shape: Shape.assignable, verb: 'assign to', read: starNamedExpression });
    reader.skip();
    start = reader.at;
    shape = yieldOrExpressions(reader);
  }
}

function yieldOrExpressions(reader: Reader): number {
  if (reader.kind !== Token.yield) return starExpressions(reader);
  yieldExpression(reader);
  return Shape.value;
}

function importStatement(reader: Reader): void {
  do {
    reader.expectDottedName();
    if (reader.take(Token.as)) reader.expect(Token.name);
  } while (reader.take(Token.comma));
}

function importFromStatement(reader: Reader): void {
  let relative = false;
  while (reader.take(Token.dot) || reader.take(Token.ellipsis)) relative = true;
  if (!relative || reader.kind === Token.name) reader.expectDottedName();
  reader.expect(Token.import);
  if (reader.take(Token.star)) return;
  const close = reader.take(Token.openParenthesis) ? Token.closeParenthesis : undefined;
  do {
    if (close !== undefined && reader.kind === close && reader.kindAfter(-1) === Token.comma) break;
    reader.expect(Token.name);
    if (reader.take(Token.as)) reader.expect(Token.name);
  } while (reader.take(Token.comma));
  if (close !== undefined) reader.expect(close);
}

function names(reader: Reader): void {
  do reader.expect(Token.name);
  while (reader.take(Token.comma));
}

function deleteStatement(reader: Reader): void {
  do {
    if (!startsExpression(reader.kind)) break;
    const start = reader.at;
    if (!(arithmetic(reader) & Shape.deletable))
      failAtPart(reader, start, { shape: Shape.deletable, verb: 'delete', read: starNamedExpression });
  } while (reader.take(Token.comma));
  if (reader.kindAfter(-1) === Token.del) reader.fail();
}

function raiseStatement(reader: Reader): void {
  if (!startsExpression(reader.kind)) return;
  expression(reader);
  if (reader.take(Token.from)) expression(reader);
}

function returnStatement(reader: Reader): void {
  if (startsExpression(reader.kind)) starExpressions(reader);
}

function assertStatement(reader: Reader): void {
  expression(reader);
  if (reader.take(Token.comma)) expression(reader);
}

/** Rules for what follows a statement's keyword. */
const keywordStatements: (((reader: Reader) => void) | undefined)[] = [];
keywordStatements[Token.import] = importStatement;
keywordStatements[Token.from] = importFromStatement;
keywordStatements[Token.global] = names;
keywordStatements[Token.nonlocal] = names;
keywordStatements[Token.del] = deleteStatement;
keywordStatements[Token.raise] = raiseStatement;
keywordStatements[Token.return] = returnStatement;
keywordStatements[Token.assert] = assertStatement;
keywordStatements[Token.pass] = nothing;
keywordStatements[Token.break] = nothing;
keywordStatements[Token.continue] = nothing;

function nothing(): void {}
