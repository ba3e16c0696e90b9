// Holds the paths of values that a JSON scan cuts out, and the values found there.
import type { JsonText } from './text.ts';

/** A cut-out value and, for an object member, its key as written and decoded. */
export interface CutValue {
  text: JsonText;
  keyText: string;
  key: string;
}

/** A node of the paths: its children by key, and the values found there. */
export interface PathNode {
  below: Map<string, PathNode>;
  /** True if values at this node are cut out. */
  isEnd: boolean;
  found: CutValue[];
}

export function pathTree(paths: readonly string[]): PathNode {
  const root: PathNode = { below: new Map(), isEnd: false, found: [] };
  for (const path of paths) {
    let node = root;
    for (const name of path.split('.')) {
      const next = node.below.get(name) ?? { below: new Map(), isEnd: false, found: [] };
      node.below.set(name, next);
      node = next;
    }
    node.isEnd = true;
  }
  return root;
}

export function nodeAt(root: PathNode, path: string): PathNode | undefined {
  return path.split('.').reduce<PathNode | undefined>((node, name) => node?.below.get(name), root);
}

/** Number of values found per path. */
export type FoundCounts = ReadonlyMap<PathNode, number>;

/** Counts the values found at and below a path. */
export function countFound(node: PathNode): FoundCounts {
  const below = [...node.below.values()].flatMap((one) => [...countFound(one)]);
  return new Map([[node, node.found.length], ...below]);
}

/** Drops values found after the count. */
export function forgetLater(counts: FoundCounts): void {
  for (const [node, count] of counts) node.found.length = count;
}

/** Returns the key that a text stands for. An array element has none. */
export function decodeKey(keyText: string): string {
  return keyText.includes('\\') ? String(JSON.parse(keyText)) : keyText.slice(1, -1);
}
