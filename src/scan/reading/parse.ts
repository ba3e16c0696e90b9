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

/** The first place that the grammar has no reading for: an ERROR node, or a token that the parser made up. */
export function firstError(tree: Tree): { start: number; end: number } | undefined {
  if (!tree.rootNode.hasError) return undefined;
  const cursor = tree.walk();
  try {
    for (;;) {
      const { endIndex, hasError, isError, isMissing, startIndex } = cursor.currentNode;
      if (isError || isMissing) return { start: startIndex, end: endIndex };
      if (hasError && cursor.gotoFirstChild()) continue;
      if (!cursor.gotoNextSibling()) return { start: startIndex, end: endIndex };
    }
  } finally {
    cursor.delete();
  }
}
