// Parses text with tree-sitter and frees the tree afterwards, because WASM memory isn't garbage-collected.
import type { Parser, Tree } from 'web-tree-sitter';
import type { Range } from '../report.ts';

/** Parses `text` and passes the tree to `use`. The tree is freed when `use` returns. */
export function withTree<T>(parser: Parser, text: string, use: (tree: Tree) => T): T {
  const tree = parser.parse(text);
  if (!tree) throw new Error('the parser has no language');
  try {
    return use(tree);
  } finally {
    tree.delete();
  }
}

/** Finds the first syntax error, which is an ERROR node or a token that the parser inserted. */
export function firstError(tree: Tree): Range | undefined {
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
