// tree-sitter's tree as flat arrays in document order, read in one pass by cursor: every later question is answered without
// crossing into WASM again, and nothing recurses on the depth of the input.
import type { Tree } from 'web-tree-sitter';
import { Kind, kindTable } from './kinds.ts';

/** A node is its index in document order; its descendants follow it, up to `next`. */
export type NodeIndex = number;
export const noNode: NodeIndex = -1;

export class SyntaxTree {
  readonly text: string;
  readonly size: number;
  private readonly kinds: Uint8Array;
  private readonly starts: Int32Array;
  private readonly ends: Int32Array;
  private readonly parents: Int32Array;
  private readonly nexts: Int32Array;

  constructor(text: string, columns: Columns) {
    this.text = text;
    this.size = columns.size;
    this.kinds = columns.kinds;
    this.starts = columns.starts;
    this.ends = columns.ends;
    this.parents = columns.parents;
    this.nexts = columns.nexts;
  }

  kind(node: NodeIndex): number {
    return this.kinds[node] ?? Kind.other;
  }

  start(node: NodeIndex): number {
    return this.starts[node] ?? 0;
  }

  end(node: NodeIndex): number {
    return this.ends[node] ?? 0;
  }

  parent(node: NodeIndex): NodeIndex {
    return this.parents[node] ?? noNode;
  }

  /** The first node after this one's descendants. */
  next(node: NodeIndex): NodeIndex {
    return this.nexts[node] ?? this.size;
  }

  firstChild(node: NodeIndex): NodeIndex {
    return this.next(node) > node + 1 ? node + 1 : noNode;
  }

  nextSibling(node: NodeIndex): NodeIndex {
    const sibling = this.next(node);
    return sibling < this.next(this.parent(node)) ? sibling : noNode;
  }

  /** The next sibling that is no comment. */
  nextPart(node: NodeIndex): NodeIndex {
    let part = this.nextSibling(node);
    while (part !== noNode && this.kind(part) === Kind.comment) part = this.nextSibling(part);
    return part;
  }

  /** A keyword or punctuation. */
  isToken(node: NodeIndex): boolean {
    return this.kind(node) >= Kind.token;
  }

  firstPart(node: NodeIndex): NodeIndex {
    const child = this.firstChild(node);
    return child !== noNode && this.kind(child) === Kind.comment ? this.nextPart(child) : child;
  }

  lastPart(node: NodeIndex): NodeIndex {
    let last = noNode;
    for (let part = this.firstPart(node); part !== noNode; part = this.nextPart(part)) last = part;
    return last;
  }

  childOfKind(node: NodeIndex, kind: number): NodeIndex {
    let child = this.firstChild(node);
    while (child !== noNode && this.kind(child) !== kind) child = this.nextSibling(child);
    return child;
  }

  source(node: NodeIndex): string {
    return this.text.slice(this.start(node), this.end(node));
  }

  /** The identifier as Python compares it: NFKC-normalised (scan policy §7). */
  name(node: NodeIndex): string {
    return normalizedName(this.source(node));
  }

  /** `a.b.c` of a dotted_name, however it is spaced. */
  dottedName(node: NodeIndex): string {
    const names: string[] = [];
    for (let part = this.firstChild(node); part !== noNode; part = this.nextSibling(part)) {
      if (this.kind(part) === Kind.identifier) names.push(this.name(part));
    }
    return names.join('.');
  }
}

export function normalizedName(name: string): string {
  return /^\w*$/.test(name) ? name : name.normalize('NFKC');
}

interface Columns {
  size: number;
  kinds: Uint8Array;
  starts: Int32Array;
  ends: Int32Array;
  parents: Int32Array;
  nexts: Int32Array;
}

/** The whole tree, or undefined when it is deeper than `depthMax`. */
export function flatten(tree: Tree, text: string, depthMax: number): SyntaxTree | undefined {
  const table = kindTable(tree.language);
  const cursor = tree.walk();
  try {
    let columns = emptyColumns(1024 + (text.length >> 1));
    let parent = noNode;
    let depth = 0;
    for (;;) {
      if (columns.size === columns.kinds.length) columns = grown(columns);
      const node = columns.size;
      const kind = table[cursor.nodeTypeId] ?? Kind.other;
      columns.size += 1;
      columns.kinds[node] = kind;
      columns.parents[node] = parent;
      if (kind !== Kind.stringContent && cursor.gotoFirstChild()) {
        parent = node;
        depth += 1;
        if (depth > depthMax) return undefined;
        continue;
      }
      columns.starts[node] = cursor.startIndex;
      columns.ends[node] = cursor.endIndex;
      columns.nexts[node] = columns.size;
      while (!cursor.gotoNextSibling()) {
        if (parent === noNode) return new SyntaxTree(text, columns);
        cursor.gotoParent();
        close(columns, parent);
        parent = columns.parents[parent] ?? noNode;
        depth -= 1;
      }
    }
  } finally {
    cursor.delete();
  }
}

/** A node starts where its first child starts and ends where its last descendant ends. */
function close(columns: Columns, node: NodeIndex): void {
  columns.starts[node] = columns.starts[node + 1] ?? 0;
  columns.ends[node] = columns.ends[columns.size - 1] ?? 0;
  columns.nexts[node] = columns.size;
}

function emptyColumns(capacity: number): Columns {
  return {
    size: 0,
    kinds: new Uint8Array(capacity),
    starts: new Int32Array(capacity),
    ends: new Int32Array(capacity),
    parents: new Int32Array(capacity),
    nexts: new Int32Array(capacity),
  };
}

function grown(columns: Columns): Columns {
  const larger = emptyColumns(columns.kinds.length * 2);
  larger.size = columns.size;
  larger.kinds.set(columns.kinds);
  larger.starts.set(columns.starts);
  larger.ends.set(columns.ends);
  larger.parents.set(columns.parents);
  larger.nexts.set(columns.nexts);
  return larger;
}
