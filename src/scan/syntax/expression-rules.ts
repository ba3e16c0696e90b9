// Declares what all expression rules share: the rules themselves, the shapes that they return, the tokens that they start with, and which
// part of a target has the wrong shape. The grammar is recursive, so readers of nested expressions and parameters receive the rules as an
// argument instead of importing them in a cycle.
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

interface Target {
  /** The shape that its parts must have. */
  shape: number;
  verb: 'assign to' | 'delete';
  /** Reads a part. */
  read(reader: Reader): number;
}

/**
 * Reports the part of the target, from `start` on, that lacks the shape, where CPython locates it: `1` in `(a, [b, 1]) = x`.
 */
export function failAtPart(reader: Reader, start: number, target: Target): void {
  reader.fail(`cannot ${target.verb} this expression`, wrongPart(reader.fork(start), target) ?? start);
}

/** Returns the first token of the wrong part. Undefined if these aren't parts of a target, as in a comprehension. */
function wrongPart(reader: Reader, target: Target): number | undefined {
  let wrong: number | undefined;
  do {
    reader.take(Token.star);
    const { at, kind } = reader;
    if (closers.has(kind)) break;
    const found = target.read(reader);
    if (wrong !== undefined || (found & target.shape) !== 0) continue;
    const isDisplay = kind === Token.openParenthesis || kind === Token.openBracket;
    const inner = isDisplay && reader.closesBefore(at) ? wrongPart(reader.fork(at + 1), target) : undefined;
    wrong = inner ?? at;
  } while (reader.take(Token.comma));
  return closers.has(reader.kind) || reader.problem === undefined ? wrong : undefined;
}

const closers: ReadonlySet<number> = new Set([Token.closeParenthesis, Token.closeBracket]);
