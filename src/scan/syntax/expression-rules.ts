// Declares the expression rules that nested constructs need. The grammar is recursive, so the readers of brackets, replacement
// fields and parameters receive the rules as an argument instead of importing them in a cycle.
import type { Reader } from './reader.ts';

/** Each rule reads one expression. Most return its shape (shape.ts). */
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
