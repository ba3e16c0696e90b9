// Declares what all expression rules share: the rules themselves, the shapes that they return, and the tokens that they start with. The
// grammar is recursive, so readers of nested expressions and parameters receive the rules as an argument instead of importing them in a
// cycle.
import type { Reader } from './reader.ts';
import { kindFlags, Token } from './token.ts';

/** Each rule reads one expression. Most return its shape. */
export interface ExpressionRules {
  expression(reader: Reader): number;
  namedExpression(reader: Reader): number;
  disjunction(reader: Reader): number;
  arithmetic(reader: Reader): number;
  starExpressions(reader: Reader): number;
  starNamedExpression(reader: Reader): number;
  yieldExpression(reader: Reader): void;
  starTargets(reader: Reader): void;
}

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

export const Shape = {
  value: 0,
  /** A single name, attribute or subscript, which is allowed before `+=` and annotations. */
  single: 1,
  /** Allowed as a target of `=`, `for` and `as`. */
  assignable: 2,
  /** Allowed after `del`. */
  deletable: 4,
  starred: 8,
  any: 7,
} as const;
