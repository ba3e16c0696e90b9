// How the expressions are read that others hold. Their grammar goes round: whoever reads brackets, fields or parameters is handed
// these.
import type { Reader } from './reader.ts';

/** Each reads one and says which shape it has (shape.ts). */
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
