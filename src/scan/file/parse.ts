// Parses text with tree-sitter in steps, and frees the tree afterwards, because WASM memory isn't garbage-collected.
import type { Parser, Tree } from 'web-tree-sitter';
import type { Pausing } from './pauses.ts';
import type { Range } from './report.ts';

/** The tree of each parser that isn't freed yet. Work that was cut off at a pause never frees its own. */
const unfreed = new WeakMap<Parser, Tree>();

/** Progress reports of tree-sitter between two pauses. One stands for a fixed number of steps, about 25 µs. */
const reportsOfTurn = 400;

/** Called with each progress report. Ends the parse by returning true. */
export type Watch = (progress: { currentOffset: number; hasError: boolean }) => boolean;

/** Parses `text` and passes the tree to `use`. The tree is freed when `use` ends. Returns undefined if `watch` ended the parse. */
export function* withTree<T>(
  parser: Parser,
  text: string,
  use: (tree: Tree) => Pausing<T>,
  watch: Watch = () => false,
): Pausing<T | undefined> {
  unfreed.get(parser)?.delete();
  unfreed.delete(parser);
  parser.reset();
  const tree = yield* parse(parser, text, watch);
  if (!tree) return undefined;
  unfreed.set(parser, tree);
  try {
    return yield* use(tree);
  } finally {
    unfreed.delete(parser);
    tree.delete();
  }
}

/** A parse that ended early continues where it stopped. */
function* parse(parser: Parser, text: string, watch: Watch): Pausing<Tree | undefined> {
  let reports = 0;
  for (;;) {
    let isEnded = false;
    const progressCallback: Watch = (progress) => {
      isEnded = watch(progress);
      reports += 1;
      return isEnded || reports % reportsOfTurn === 0;
    };
    const before = reports;
    const tree = parser.parse(text, null, { progressCallback });
    if (tree) return tree;
    if (isEnded) return undefined;
    if (reports === before) throw new Error('the parser has no language');
    yield;
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
