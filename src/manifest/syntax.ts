// Small readings of tree-sitter-python's nodes that every file of manifest/ needs. Nothing here recurses on the input's depth.
import type { Node } from 'web-tree-sitter';

/** Where something stands, 1-based, in UTF-16 code units, as findings count (scan policy §1). */
export interface Span {
  line: number;
  column: number;
  endLine: number;
  endColumn: number;
}

export const fileStart: Span = { line: 1, column: 1, endLine: 1, endColumn: 1 };

export function spanOf(node: Node): Span {
  const { startPosition: start, endPosition: end } = node;
  return { line: start.row + 1, column: start.column + 1, endLine: end.row + 1, endColumn: end.column + 1 };
}

/** The children that mean something: comments and line continuations stand anywhere in a tree. */
export function partsOf(node: Node): Node[] {
  return node.namedChildren.filter((child) => !child.isExtra);
}

/** A name as Python compares it: after NFKC. */
export function nameOf(node: Node): string {
  return node.text.normalize('NFKC');
}

/** `typing.List` → `List`, `BaseModel` → `BaseModel`; undefined for anything that is no dotted name. */
export function lastNameOf(node: Node): string | undefined {
  if (node.type === 'identifier') return nameOf(node);
  const attribute = node.type === 'attribute' ? node.childForFieldName('attribute') : null;
  return attribute ? nameOf(attribute) : undefined;
}

/** The variable at the root of `a.b["c"].d`. */
export function rootNameOf(node: Node): string | undefined {
  let at: Node | null = node;
  while (at && at.type !== 'identifier') {
    at = at.childForFieldName(at.type === 'subscript' ? 'value' : at.type === 'attribute' ? 'object' : 'function');
  }
  return at ? nameOf(at) : undefined;
}

/** The names that an assignment's or a loop's target binds: `x`, `(a, *b)`, but not `x.y` and `x[0]`, which bind none. */
export function boundBy(target: Node): string[] {
  if (target.type === 'identifier') return [nameOf(target)];
  const names: string[] = [];
  const waiting = [target];
  for (let node = waiting.pop(); node; node = waiting.pop()) {
    if (node.type === 'identifier') names.push(nameOf(node));
    else if (/(?:pattern|pattern_target|_list|tuple|list|parenthesized_expression)$/.test(node.type)) {
      waiting.push(...partsOf(node).reverse());
    }
  }
  return names;
}

/** The names that an import statement binds; a star import gives `*`. */
export function importedBy(statement: Node): string[] {
  return partsOf(statement).flatMap((part) => {
    if (part.type === 'wildcard_import') return ['*'];
    if (part.type === 'aliased_import') return (part.childForFieldName('alias')?.text ?? '').normalize('NFKC');
    const isModule = part.type === 'relative_import' || part.id === statement.childForFieldName('module_name')?.id;
    if (part.type !== 'dotted_name' || isModule) return [];
    return nameOf(part).split('.')[0] ?? [];
  });
}
