// Holds the paths of the values that a scan of JSON cuts out, and what it has found there.
import type { JsonText } from './text.ts';

/** A value that was cut out, and its key where it is a member of an object, as it was written and as it reads. */
export interface CutValue {
  text: JsonText;
  keyText: string;
  key: string;
}

/** A part of the paths: what is below a key, and the values that were found there. */
export interface PathNode {
  below: Map<string, PathNode>;
  /** The values here are cut out. */
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

/** How many values were found at paths. */
export type FoundCounts = ReadonlyMap<PathNode, number>;

/** Counts what was found at a path and below it. */
export function countFound(node: PathNode): FoundCounts {
  const below = [...node.below.values()].flatMap((one) => [...countFound(one)]);
  return new Map([[node, node.found.length], ...below]);
}

/** Forgets what was found after the count. */
export function forgetLater(counts: FoundCounts): void {
  for (const [node, count] of counts) node.found.length = count;
}

/** Returns the key that a text stands for; an element of an array has none. */
export function decodeKey(keyText: string): string {
  return keyText.includes('\\') ? String(JSON.parse(keyText)) : keyText.slice(1, -1);
}
