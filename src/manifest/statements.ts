// The statements that run when a module is imported, in the order they are written, bodies of if, try, for, while, with and match included.
// Functions and classes are statements; what is inside them is not.
import type { Node } from 'web-tree-sitter';
import { partsOf } from './syntax.ts';

export interface Statement {
  node: Node;
  /** Inside if, try, for, while, with or match: it may run or not, and more than once. */
  conditional: boolean;
}

const compound: ReadonlySet<string> = new Set([
  'if_statement',
  'try_statement',
  'for_statement',
  'while_statement',
  'with_statement',
  'match_statement',
]);

const clause: ReadonlySet<string> = new Set([
  'block',
  'elif_clause',
  'else_clause',
  'except_clause',
  'except_group_clause',
  'finally_clause',
  'case_clause',
]);

const mainGuard = /^\(?\s*__name__\s*==\s*(['"])__main__\1\s*\)?$/;

export function* moduleStatements(module: Node): Generator<Statement> {
  const waiting: Statement[] = partsOf(module)
    .reverse()
    .map((node) => ({ node, conditional: false }));
  for (let statement = waiting.pop(); statement; statement = waiting.pop()) {
    const { node } = statement;
    if (!clause.has(node.type)) yield statement;
    if (!clause.has(node.type) && !compound.has(node.type)) continue;
    for (const part of partsOf(node).reverse()) {
      const runs = clause.has(part.type) || node.type === 'block';
      if (runs && !(part.type === 'block' && isMainGuard(node))) waiting.push({ node: part, conditional: true });
    }
  }
}

/** `if __name__ == "__main__":` never holds for an imported module. */
function isMainGuard(node: Node): boolean {
  if (node.type !== 'if_statement') return false;
  return mainGuard.test(node.childForFieldName('condition')?.text.slice(0, 80) ?? '');
}
