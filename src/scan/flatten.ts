// Reads tree-sitter's tree into flat arrays, in one pass by cursor. Each step of the cursor crosses into WASM, so statements in
// which nothing is watched are stepped over, not into.
import type { Tree, TreeCursor } from 'web-tree-sitter';
import { Kind, kindTable } from './kinds.ts';
import { limits } from './limits.ts';
import { type Columns, type NodeIndex, noNode, SyntaxTree } from './syntax-tree.ts';

export interface Selection {
  /** Offsets of tokens, ascending. Each must be where a token of the tree starts, or the two readings of the text differ. */
  offsets: readonly number[];
  /** Where logical lines end, ascending. No simple statement goes on beyond one. */
  lineEnds: readonly number[];
  /** Whether the statements without any of the offsets are read as well. */
  whole: boolean;
}

/** Too deep for the limit (scan policy §7), or not made of the tokens and lines that CPython sees. */
export type FlattenProblem = 'too deep' | 'misread';

export function flatten(tree: Tree, text: string, selection: Selection): SyntaxTree | FlattenProblem {
  const cursor = tree.walk();
  try {
    const flattening = new Flattening(cursor, kindTable(tree.language), selection);
    const columns = flattening.run(text.length);
    if (typeof columns === 'string') return columns;
    const flat = new SyntaxTree(text, columns, !flattening.skipped);
    return crossesLines(flat, selection.lineEnds) ? 'misread' : flat;
  } finally {
    cursor.delete();
  }
}

/** Nodes that stand for no level of CPython's syntax tree. */
const weightless = new Uint8Array(256);
for (const kind of [Kind.block, Kind.expressionStatement, Kind.parenthesizedExpression, Kind.argumentList, Kind.type]) {
  weightless[kind] = 1;
}

/** Nodes that nest in each other where CPython's tree has one level: `a and b and c`, `a = b = c`. */
const chained = new Uint8Array(256);
for (const kind of [Kind.booleanOperator, Kind.assignment]) chained[kind] = 1;

/** Nodes whose children do not tell their place: some are not read, or are hidden. */
const placed = new Uint8Array(256);
for (const kind of [Kind.module, Kind.block, Kind.formatSpecifier]) placed[kind] = 1;

class Flattening {
  private readonly cursor: TreeCursor;
  private readonly table: Uint8Array;
  private readonly selection: Selection;
  /** How many of the selected offsets are behind the cursor, and the next one. */
  private met = 0;
  /** Whether anything was left out. */
  skipped = false;
  private next: number;
  private columns = emptyColumns(0);
  /** Where the node that was read last ends. */
  private lastEnd = 0;

  constructor(cursor: TreeCursor, table: Uint8Array, selection: Selection) {
    this.cursor = cursor;
    this.table = table;
    this.selection = selection;
    this.next = selection.offsets[0] ?? Number.POSITIVE_INFINITY;
  }

  run(length: number): Columns | FlattenProblem {
    const { cursor } = this;
    const { offsets, whole } = this.selection;
    this.columns = emptyColumns(256 + (whole ? length >> 1 : Math.min(offsets.length * 64, length)));
    let parent = noNode;
    let depth = 0;
    for (;;) {
      if (!this.skips(parent)) {
        const node = this.add(parent);
        if (this.kind(node) !== Kind.stringContent && cursor.gotoFirstChild()) {
          depth += this.weight(node);
          if (depth > limits.treeDepth) return 'too deep';
          parent = node;
          continue;
        }
        this.leaf(node);
      }
      while (!cursor.gotoNextSibling()) {
        if (!cursor.gotoParent()) return this.met === offsets.length ? this.columns : 'misread';
        this.close(parent);
        depth -= this.weight(parent);
        parent = this.columns.parents[parent] ?? noNode;
      }
    }
  }

  /** Whether the cursor is on a statement that is not selected. */
  private skips(parent: NodeIndex): boolean {
    const skips = !this.selection.whole && this.isStatementList(parent) && this.cursor.endIndex <= this.next;
    this.skipped ||= skips;
    return skips;
  }

  private isStatementList(node: NodeIndex): boolean {
    const kind = this.kind(node);
    return kind === Kind.block || kind === Kind.module;
  }

  private kind(node: NodeIndex): number {
    return this.columns.kinds[node] ?? Kind.other;
  }

  private weight(node: NodeIndex): number {
    const kind = this.kind(node);
    if (weightless[kind] === 1) return 0;
    return chained[kind] === 1 && kind === this.kind(this.columns.parents[node] ?? noNode) ? 0 : 1;
  }

  private add(parent: NodeIndex): NodeIndex {
    if (this.columns.size === this.columns.kinds.length) this.columns = grown(this.columns);
    const { columns, cursor } = this;
    const node = columns.size;
    const kind = this.table[cursor.nodeTypeId] ?? Kind.other;
    columns.size += 1;
    columns.kinds[node] = kind;
    columns.parents[node] = parent;
    if (placed[kind] === 1) {
      columns.starts[node] = cursor.startIndex;
      columns.ends[node] = cursor.endIndex;
    }
    return node;
  }

  private leaf(node: NodeIndex): void {
    const { columns, cursor } = this;
    const start = cursor.startIndex;
    this.lastEnd = cursor.endIndex;
    columns.starts[node] = start;
    columns.ends[node] = this.lastEnd;
    columns.nexts[node] = columns.size;
    if (start !== this.next) return;
    this.met += 1;
    this.next = this.selection.offsets[this.met] ?? Number.POSITIVE_INFINITY;
  }

  /** A node starts where its first child starts and ends where its last one ends. */
  private close(node: NodeIndex): void {
    const { columns } = this;
    if (placed[this.kind(node)] === 1) {
      this.lastEnd = columns.ends[node] ?? 0;
    } else {
      columns.starts[node] = columns.starts[node + 1] ?? 0;
      columns.ends[node] = this.lastEnd;
    }
    columns.nexts[node] = columns.size;
  }
}

const compound: ReadonlySet<number> = new Set([
  Kind.ifStatement,
  Kind.forStatement,
  Kind.whileStatement,
  Kind.tryStatement,
  Kind.withStatement,
  Kind.matchStatement,
  Kind.caseClause,
  Kind.functionDefinition,
  Kind.classDefinition,
  Kind.decoratedDefinition,
  Kind.comment,
]);

/** tree-sitter takes a line break for a blank where it waits for more, so that a statement may swallow the next lines. */
function crossesLines(tree: SyntaxTree, lineEnds: readonly number[]): boolean {
  let line = 0;
  for (let node = 0; node < tree.size; node += 1) {
    const parentKind = tree.kind(tree.parent(node));
    if ((parentKind !== Kind.module && parentKind !== Kind.block) || compound.has(tree.kind(node))) continue;
    while ((lineEnds[line] ?? Number.POSITIVE_INFINITY) < tree.start(node)) line += 1;
    if ((lineEnds[line] ?? Number.POSITIVE_INFINITY) < tree.end(node)) return true;
  }
  return false;
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
  const larger = emptyColumns(columns.kinds.length * 2 + 256);
  larger.size = columns.size;
  larger.kinds.set(columns.kinds);
  larger.starts.set(columns.starts);
  larger.ends.set(columns.ends);
  larger.parents.set(columns.parents);
  larger.nexts.set(columns.nexts);
  return larger;
}
