// Reads annotations and what else tree-sitter parses as a type: bounds of type parameters and the value of a type alias.
import type { ExpressionRules } from './expression-rules.ts';
import type { Reader } from './reader.ts';
import { Token } from './token.ts';

/** `x: a['b']('c')` is an expression like any other. tree-sitter takes `a['b']` for a generic type and stops there. */
export function readAnnotation(reader: Reader, { expression }: Pick<ExpressionRules, 'expression'>): void {
  if (reader.kind === Token.name && reader.kindAfter(1) === Token.openBracket) reader.noteMisreadStart();
  expression(reader);
}
