// Text to tree-sitter's tree. Whoever gets a tree frees it: WASM memory is not garbage collected.
import type { Parser, Tree } from 'web-tree-sitter';

/** Parses `text` and hands the tree to `use`; the tree lives only that long. */
export function withTree<T>(parser: Parser, text: string, use: (tree: Tree) => T): T {
  const tree = parser.parse(text);
  if (!tree) throw new Error('the parser has no language');
  try {
    return use(tree);
  } finally {
    tree.delete();
  }
}
