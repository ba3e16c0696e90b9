// Helpers for reading tree-sitter-python nodes, used throughout manifest/. None of them recurses as deep as the input is nested.
import type { Node } from 'web-tree-sitter';
import { normalizeName } from '../../core/normalization.ts';

/** A source range in a file: 1-based, in UTF-16 code units, as in findings (scan policy §1). */
export interface Span {
  line: number;
  column: number;
  endLine: number;
  endColumn: number;
}

export const fileStart: Span = { line: 1, column: 1, endLine: 1, endColumn: 1 };

export function nodeSpan(node: Node): Span {
  const { startPosition: start, endPosition: end } = node;
  return { line: start.row + 1, column: start.column + 1, endLine: end.row + 1, endColumn: end.column + 1 };
}

/** Returns the named children, except comments and line continuations, which can occur anywhere. */
export function nameParts(node: Node): Node[] {
  return node.namedChildren.filter((child) => !child.isExtra);
}

/** Returns a predicate for nodes inside one of the outer nodes. Call it for nodes in document order. */
export function insideAny(outer: readonly Node[]): (node: Node) => boolean {
  let next = 0;
  let insideUpTo = 0;
  return ({ endIndex, startIndex }) => {
    for (; (outer[next]?.startIndex ?? Number.POSITIVE_INFINITY) <= startIndex; next += 1) {
      insideUpTo = Math.max(insideUpTo, outer[next]?.endIndex ?? 0);
    }
    return endIndex <= insideUpTo;
  };
}

/** Returns a dotted name as Python compares it, normalized to NFKC. */
export function dottedName(node: Node): string {
  return normalizeName(node.text);
}

/** Returns `List` for `typing.List` and `BaseModel` for `BaseModel`; undefined for anything but a dotted name. */
export function lastName(node: Node): string | undefined {
  if (node.type === 'identifier') return dottedName(node);
  const attribute = node.type === 'attribute' ? node.childForFieldName('attribute') : null;
  return attribute ? dottedName(attribute) : undefined;
}

/** Returns the variable at the root of an expression: `a` for `a.b["c"].d`. */
export function rootName(node: Node): string | undefined {
  let at: Node | null = node;
  while (at && at.type !== 'identifier') {
    at = at.childForFieldName(at.type === 'subscript' ? 'value' : at.type === 'attribute' ? 'object' : 'function');
  }
  return at ? dottedName(at) : undefined;
}

/** Returns the names that an assignment or loop target binds: `x`, `(a, *b)`. `x.y` and `x[0]` bind none. */
export function boundBy(target: Node): string[] {
  if (target.type === 'identifier') return [dottedName(target)];
  const names: string[] = [];
  const stack = [target];
  for (let node = stack.pop(); node; node = stack.pop()) {
    if (node.type === 'identifier') names.push(dottedName(node));
    else if (/(?:pattern|pattern_target|_list|tuple|list|parenthesized_expression)$/.test(node.type)) {
      stack.push(...nameParts(node).reverse());
    }
  }
  return names;
}

/** Returns the names that an import statement binds; `*` for a star import. */
export function importedBy(statement: Node): string[] {
  return importsOf(statement).map(([name]) => name);
}

/** Returns the names that an import statement binds, each with what it stands for: `datetime.date` for `from datetime import date as d`. */
export function importsOf(statement: Node): [name: string, origin: string][] {
  const moduleNode = statement.childForFieldName('module_name');
  const module = moduleNode ? `${dottedName(moduleNode)}.` : '';
  return nameParts(statement).flatMap((part): [string, string][] => {
    if (part.type === 'wildcard_import') return [['*', `${module}*`]];
    if (part.type === 'aliased_import') {
      const [name, alias] = [part.childForFieldName('name'), part.childForFieldName('alias')];
      return name && alias ? [[dottedName(alias), module + dottedName(name)]] : [];
    }
    if (part.type !== 'dotted_name' || part.id === moduleNode?.id) return [];
    const [first = ''] = dottedName(part).split('.');
    return [[first, module + first]];
  });
}
