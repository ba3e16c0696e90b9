// Lists the tokens that an expression may begin with.
import { kindFlags, Token } from './token.ts';

const expressionStarts = kindFlags(
  Token.name,
  Token.number,
  Token.string,
  Token.bytes,
  Token.fStringStart,
  Token.True,
  Token.False,
  Token.None,
  Token.ellipsis,
  Token.openParenthesis,
  Token.openBracket,
  Token.openBrace,
  Token.minus,
  Token.plus,
  Token.tilde,
  Token.not,
  Token.lambda,
  Token.await,
  Token.star,
  Token.invalid,
);

export function startsExpression(kind: number): boolean {
  return expressionStarts[kind] === 1;
}
