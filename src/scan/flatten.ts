// Reads tree-sitter's trees into flat arrays, each in one pass by cursor. A step of the cursor crosses into WASM, so statements in
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

/** The first node is the module, whose statements may come from several trees. */
const module: NodeIndex = 0;

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

/** Takes trees of consecutive parts of a text, and makes one flat tree of them. */
export class Flattening {
  private readonly text: string;
  private readonly selection: Selection;
  private table: Uint8Array = new Uint8Array(0);
  /** How many of the selected offsets are behind the cursor, and the next one. */
  private met = 0;
  private next: number;
  private columns: Columns;
  /** Where in the text the part starts that is being read. */
  private base = 0;
  /** Where the node that was read last ends. */
  private lastEnd = 0;

  constructor(text: string, selection: Selection) {
    const { offsets, whole } = selection;
    this.text = text;
    this.selection = selection;
    this.next = offsets[0] ?? Number.POSITIVE_INFINITY;
    this.columns = emptyColumns(256 + (whole ? text.length >> 1 : Math.min(offsets.length * 64, text.length)));
    this.columns.size = 1;
    this.columns.kinds[module] = Kind.module;
    this.columns.parents[module] = noNode;
    this.columns.ends[module] = text.length;
  }

  /** Adds the statements of a part that starts at `base`; false when they nest beyond the limit. */
  add(tree: Tree, base: number): boolean {
    const cursor = tree.walk();
    this.table = kindTable(tree.language);
    this.base = base;
    try {
      return !cursor.gotoFirstChild() || this.walk(cursor);
    } finally {
      cursor.delete();
    }
  }

  /** The flat tree; undefined when it is not made of the tokens and lines that CPython sees. */
  finish(): SyntaxTree | undefined {
    const { columns, selection, text } = this;
    columns.nexts[module] = columns.size;
    const tree = new SyntaxTree(text, columns);
    return this.met === selection.offsets.length && !crossesLines(tree, selection.lineEnds) ? tree : undefined;
  }

  private walk(cursor: TreeCursor): boolean {
    let parent: NodeIndex = module;
    let depth = 0;
    for (;;) {
      if (!this.skips(cursor, parent)) {
        const node = this.addNode(cursor, parent);
        if (this.kind(node) !== Kind.stringContent && cursor.gotoFirstChild()) {
          depth += this.weight(node);
          if (depth > limits.treeDepth) return false;
          parent = node;
          continue;
        }
        this.leaf(cursor, node);
      }
      while (!cursor.gotoNextSibling()) {
        if (parent === module) return true;
        cursor.gotoParent();
        this.close(parent);
        depth -= this.weight(parent);
        parent = this.columns.parents[parent] ?? module;
      }
    }
  }

  /** Whether the cursor is on a statement that is not selected. */
  private skips(cursor: TreeCursor, parent: NodeIndex): boolean {
    return !this.selection.whole && this.isStatementList(parent) && cursor.endIndex + this.base <= this.next;
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

  private addNode(cursor: TreeCursor, parent: NodeIndex): NodeIndex {
    if (this.columns.size === this.columns.kinds.length) this.columns = grown(this.columns);
    const { base, columns } = this;
    const node = columns.size;
    const kind = this.table[cursor.nodeTypeId] ?? Kind.other;
    columns.size += 1;
    columns.kinds[node] = kind;
    columns.parents[node] = parent;
    if (placed[kind] === 1) {
      columns.starts[node] = cursor.startIndex + base;
      columns.ends[node] = cursor.endIndex + base;
    }
    return node;
  }

  private leaf(cursor: TreeCursor, node: NodeIndex): void {
    const { base, columns } = this;
    const start = cursor.startIndex + base;
    this.lastEnd = cursor.endIndex + base;
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
