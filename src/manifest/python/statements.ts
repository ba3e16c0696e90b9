// Lists the statements that run when a module is imported, in source order, including the bodies of if, try, for, while, with and match.
// Functions and classes are single statements; their bodies are not included.
import type { Node } from 'web-tree-sitter';
import { nameParts } from './syntax.ts';

export interface Statement {
  node: Node;
  /** True inside if, try, for, while, with or match, where the statement may not run at all or may run repeatedly. */
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
  const stack: Statement[] = nameParts(module)
    .reverse()
    .map((node) => ({ node, conditional: false }));
  for (let statement = stack.pop(); statement; statement = stack.pop()) {
    const { node } = statement;
    if (!clause.has(node.type)) yield statement;
    if (!clause.has(node.type) && !compound.has(node.type)) continue;
    for (const part of nameParts(node).reverse()) {
      const runs = clause.has(part.type) || node.type === 'block';
      if (runs && !(part.type === 'block' && isMainGuard(node))) stack.push({ node: part, conditional: true });
    }
  }
}

/** Returns whether this is `if __name__ == "__main__":`, which is always false in an imported module. */
function isMainGuard(node: Node): boolean {
  if (node.type !== 'if_statement') return false;
  return mainGuard.test(node.childForFieldName('condition')?.text.slice(0, 80) ?? '');
}
