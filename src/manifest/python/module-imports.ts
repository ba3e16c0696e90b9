// Finds the modules that a source file imports by their absolute name.
import type { Node } from 'web-tree-sitter';
import { partsOf, type Span, spanOf } from './syntax.ts';

export interface ModuleImport {
  at: Span;
  /** The top-level module: `a` of `import a.b`. */
  root: string;
}

/** Prefilter on a file's text. */
export const importsModule = /^[^\S\n]*(?:import|from[\s\\]+[^\s.])/m;

/**
 * Returns the modules that running the file may import. Leaves out imports that may fail, within try with an except clause, and those
 * for type checkers.
 */
export function moduleImportsOf(module: Node, isGuarded: (statement: Node) => boolean): ModuleImport[] {
  const typeOnly = module.descendantsOfType('if_statement').filter(isTypeChecking);
  return module.descendantsOfType(['import_statement', 'import_from_statement']).flatMap((statement) => {
    if (isGuarded(statement) || typeOnly.some((block) => contains(block, statement))) return [];
    const source = statement.childForFieldName('module_name');
    const names = source ? [source] : partsOf(statement).map((part) => part.childForFieldName('name') ?? part);
    return names
      .filter(({ type }) => type === 'dotted_name')
      .map((name) => ({ at: spanOf(statement), root: rootOf(name) }));
  });
}

function rootOf(dotted: Node): string {
  return (dotted.text.normalize('NFKC').split('.', 1)[0] ?? '').replace(/[\s\\]/g, '');
}

function isTypeChecking(statement: Node): boolean {
  const condition = statement.childForFieldName('condition')?.text ?? '';
  return /^(?:\w+\.)?TYPE_CHECKING$/.test(condition.slice(0, 80));
}

/** Whether the statement is in the block that runs if the condition is true. */
function contains(branch: Node, statement: Node): boolean {
  const block = branch.childForFieldName('consequence');
  return block !== null && block.startIndex <= statement.startIndex && statement.endIndex <= block.endIndex;
}
