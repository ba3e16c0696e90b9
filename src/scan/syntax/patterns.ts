// Recognizes `case` patterns (PEP 634) token by token.
import type { Reader } from './reader.ts';
import { Token } from './token.ts';

/** Reads the patterns between `case` and its guard or colon. */
export function readPatterns(reader: Reader): void {
  const starred = readElement(reader);
  if (starred && reader.kind !== Token.comma) reader.fail();
  while (reader.take(Token.comma) && !patternEnds.has(reader.kind)) readElement(reader);
}

const patternEnds: ReadonlySet<number> = new Set([Token.colon, Token.if]);

/** Reads an element of a sequence pattern and returns whether it is starred. */
function readElement(reader: Reader): boolean {
  if (!reader.take(Token.star)) {
    readPattern(reader);
    return false;
  }
  reader.expect(Token.name);
  return true;
}

function readPattern(reader: Reader): void {
  if (!reader.enter()) return;
  do readClosed(reader);
  while (reader.take(Token.pipe));
  if (reader.take(Token.as)) {
    if (reader.isWord('_')) reader.fail("cannot use '_' as a target");
    reader.expect(Token.name);
  }
  reader.leave();
}

function readClosed(reader: Reader): void {
  switch (reader.kind) {
    case Token.minus:
    case Token.number:
      readNumber(reader);
      return;
    case Token.True:
    case Token.False:
    case Token.None:
      reader.skip();
      return;
    case Token.string:
    case Token.bytes:
      readStrings(reader);
      return;
    case Token.name:
      readNameOrClass(reader);
      return;
    case Token.openParenthesis:
      reader.skip();
      readSequence(reader, Token.closeParenthesis);
      return;
    case Token.openBracket:
      reader.skip();
      readSequence(reader, Token.closeBracket);
      return;
    case Token.openBrace:
      reader.skip();
      readMapping(reader);
      return;
    default:
      reader.fail();
  }
}

/** Reads `-1`, `1.5` or `1 + 2j`. */
function readNumber(reader: Reader): void {
  reader.take(Token.minus);
  const real = !reader.isImaginary();
  reader.expect(Token.number);
  if (reader.kind !== Token.plus && reader.kind !== Token.minus) return;
  reader.skip();
  if (!real || !reader.isImaginary()) reader.fail('invalid complex number in a pattern');
  reader.expect(Token.number);
}

function readStrings(reader: Reader): void {
  const first = reader.kind;
  while (reader.kind === first) reader.skip();
  if (reader.kind === Token.string || reader.kind === Token.bytes)
    reader.fail('cannot mix bytes and nonbytes literals');
}

/** Reads a capture, the wildcard, a dotted value, or a class with its arguments. */
function readNameOrClass(reader: Reader): void {
  const wildcard = reader.isWord('_');
  reader.expectDottedName();
  if (reader.kind !== Token.openParenthesis) return;
  if (wildcard && reader.kindAfter(-2) !== Token.dot) reader.fail();
  reader.skip();
  readClassArguments(reader);
}

/** Reads a group or a sequence after `(` or `[`. A single starred element is a sequence only in square brackets. */
function readSequence(reader: Reader, close: Token): void {
  let lone = false;
  let count = 0;
  while (reader.kind !== close && reader.kind !== Token.end) {
    lone = readElement(reader);
    count += 1;
    if (!reader.take(Token.comma)) break;
    lone = false;
  }
  if (lone && count === 1 && close === Token.closeParenthesis) reader.fail();
  reader.expect(close);
}

function readMapping(reader: Reader): void {
  while (reader.kind !== Token.closeBrace && reader.kind !== Token.end) {
    if (reader.take(Token.doubleStar)) {
      if (reader.isWord('_')) reader.fail("cannot use '_' as a target");
      reader.expect(Token.name);
      reader.take(Token.comma);
      break;
    }
    readKey(reader);
    reader.expect(Token.colon);
    readPattern(reader);
    if (!reader.take(Token.comma)) break;
  }
  reader.expect(Token.closeBrace);
}

/** Reads a literal or a dotted name. */
function readKey(reader: Reader): void {
  const isName = reader.kind === Token.name;
  if (isName && reader.kindAfter(1) !== Token.dot) reader.fail();
  if (isName) reader.expectDottedName();
  else if (keyStarts.has(reader.kind)) readClosed(reader);
  else reader.fail();
}

const keyStarts: ReadonlySet<number> = new Set([
  Token.minus,
  Token.number,
  Token.string,
  Token.bytes,
  Token.True,
  Token.False,
  Token.None,
]);

/** Reads the arguments that follow a class pattern's `(`, positional ones first. */
function readClassArguments(reader: Reader): void {
  let keywords = false;
  while (reader.kind !== Token.closeParenthesis && reader.kind !== Token.end) {
    if (reader.kind === Token.name && reader.kindAfter(1) === Token.equals) {
      keywords = true;
      reader.skip();
      reader.skip();
    } else if (keywords) {
      reader.fail('positional pattern follows keyword pattern');
    }
    readPattern(reader);
    if (!reader.take(Token.comma)) break;
  }
  reader.expect(Token.closeParenthesis);
}
