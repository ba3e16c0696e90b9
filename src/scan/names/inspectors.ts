// Recognizes calls of builtins that only inspect their arguments (scan policy §3.1, §10.15).
import { Kind } from '../reading/kinds.ts';
import type { NodeIndex } from '../reading/syntax-tree.ts';
import type { Bindings } from './bindings.ts';

const inspectors: ReadonlySet<string> = new Set([
  ...['bool', 'callable', 'dir', 'getattr', 'hasattr', 'id', 'isinstance', 'issubclass', 'len'],
  ...['print', 'repr', 'str', 'type', 'vars'],
]);

/** Returns whether the callee is a builtin that neither keeps its arguments nor passes them on. */
export function retainsNothing(names: Bindings, callee: NodeIndex): boolean {
  const { tree } = names;
  if (tree.kind(callee) !== Kind.identifier || !inspectors.has(tree.name(callee))) return false;
  return names.variablesRead(callee).length === 0;
}
