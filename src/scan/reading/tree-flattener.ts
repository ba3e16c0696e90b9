// Flattens tree-sitter's trees into one SyntaxTree, reading each tree in a single pass with a cursor. Every cursor call crosses into
// WASM, so each node is visited once and queried as little as possible.
import type { Tree, TreeCursor } from 'web-tree-sitter';
import { limits } from '../../contract/limits/scans.ts';
import type { Pausing } from '../file/pauses.ts';
import type { Excerpt } from './excerpt.ts';
import { Kind, kindTable } from './kinds.ts';
import type { LogicalLines } from './logical-lines.ts';
import { type Columns, type NodeIndex, noNode, SyntaxTree } from './syntax-tree.ts';

/** The first node is the module. Its statements may come from several trees. */
const module: NodeIndex = 0;

/** Kinds of nodes that have no corresponding level in CPython's syntax tree. */
const levelless = new Uint8Array(256);
for (const kind of [Kind.block, Kind.expressionStatement, Kind.parenthesizedExpression, Kind.argumentList, Kind.type]) {
  levelless[kind] = 1;
}

/** Kinds of nodes that nest where CPython's tree has a single level: `a and b and c`, `a = b = c`. */
const chained = new Uint8Array(256);
for (const kind of [Kind.booleanOperator, Kind.assignment]) chained[kind] = 1;

/** Returns whether nodes of the kind have no children, or none that are needed. */
function isLeaf(kind: number): boolean {
  return kind >= Kind.token || kind === Kind.identifier || kind === Kind.stringContent;
}

/** Nodes between two pauses. */
const nodesOfTurn = 16_384;

export class TreeFlattener {
  private readonly text: string;
  private readonly watched: readonly number[];
  private readonly lines: LogicalLines;
  private table: Uint8Array = new Uint8Array(0);
  /** Number of watched tokens found in the trees so far, and the start of the next one. */
  private matched = 0;
  private nextWatchedStart = 0;
  private columns: Columns;
  private excerpt: Excerpt = { text: '', pieces: [], shifts: [] };
  /** The excerpt piece at the cursor, its end, and the amount to add to get offsets in the file. */
  private piece = 0;
  private pieceEnd = 0;
  private shift = 0;
  /** Next token in the file. */
  private token = 0;
  /** End of the previous leaf. */
  private lastEnd = 0;

  /** Every watched token must be a leaf in one of the trees. Otherwise, tree-sitter and the lexer disagree about the text. */
  constructor(text: string, lines: LogicalLines, watched: readonly number[]) {
    this.text = text;
    this.lines = lines;
    this.watched = watched;
    this.nextWatchedStart = this.watchedStart(0);
    this.columns = emptyColumns(256 + 2 * lines.tokens.size);
    this.columns.size = 1;
    this.columns.kinds[module] = Kind.module;
    this.columns.parents[module] = noNode;
    this.columns.ends[module] = text.length;
  }

  /** Adds the statements of an excerpt. Returns false if they nest beyond the limit. */
  *add(tree: Tree, excerpt: Excerpt): Pausing<boolean> {
    const cursor = tree.walk();
    this.table = kindTable(tree.language);
    this.excerpt = excerpt;
    this.enterPiece(0);
    try {
      return !cursor.gotoFirstChild() || (yield* this.walk(cursor));
    } finally {
      cursor.delete();
    }
  }

  /** Returns the flat tree, or undefined if its tokens or lines differ from CPython's. */
  finish(): SyntaxTree | undefined {
    const { columns, lines, text, watched } = this;
    columns.nexts[module] = columns.size;
    const tree = new SyntaxTree(text, columns, lines.tokens.nonAsciiNames.length === 0);
    return this.matched === watched.length && !crossesLines(tree, lines) ? tree : undefined;
  }

  private *walk(cursor: TreeCursor): Pausing<boolean> {
    let parent: NodeIndex = module;
    let depth = 0;
    for (;;) {
      const node = this.addNode(cursor, parent);
      if (node % nodesOfTurn === 0) yield;
      if (!isLeaf(this.kind(node)) && cursor.gotoFirstChild()) {
        depth += this.weight(node);
        if (depth > limits.treeDepth) return false;
        parent = node;
        continue;
      }
      this.closeLeaf(cursor, node);
      while (!cursor.gotoNextSibling()) {
        if (parent === module) return true;
        cursor.gotoParent();
        this.close(cursor, parent);
        depth -= this.weight(parent);
        parent = this.columns.parents[parent] ?? module;
      }
    }
  }

  private kind(node: NodeIndex): number {
    return this.columns.kinds[node] ?? Kind.other;
  }

  private weight(node: NodeIndex): number {
    const kind = this.kind(node);
    if (levelless[kind] === 1) return 0;
    return chained[kind] === 1 && kind === this.kind(this.columns.parents[node] ?? noNode) ? 0 : 1;
  }

  private addNode(cursor: TreeCursor, parent: NodeIndex): NodeIndex {
    if (this.columns.size === this.columns.kinds.length) this.columns = enlarged(this.columns);
    const { columns } = this;
    const node = columns.size;
    columns.size += 1;
    columns.kinds[node] = this.table[cursor.nodeTypeId] ?? Kind.other;
    columns.parents[node] = parent;
    return node;
  }

  private closeLeaf(cursor: TreeCursor, node: NodeIndex): void {
    const { columns } = this;
    const start = cursor.startIndex;
    while (start >= this.pieceEnd) this.enterPiece(this.piece + 1);
    const offset = start + this.shift;
    this.lastEnd = this.tokenEnd(offset) ?? cursor.endIndex + this.shift;
    columns.starts[node] = offset;
    columns.ends[node] = this.lastEnd;
    columns.nexts[node] = columns.size;
    if (offset !== this.nextWatchedStart) return;
    this.matched += 1;
    this.nextWatchedStart = this.watchedStart(this.matched);
  }

  /** Returns the end of the token that starts at the offset, if there is one. */
  private tokenEnd(offset: number): number | undefined {
    const { tokens } = this.lines;
    // Indents and dedents are empty and start at the first token of their line.
    while (this.token < tokens.size && (tokens.start(this.token) < offset || tokens.isEmpty(this.token)))
      this.token += 1;
    return tokens.start(this.token) === offset ? tokens.end(this.token) : undefined;
  }

  private enterPiece(piece: number): void {
    const { pieces, shifts } = this.excerpt;
    this.piece = piece;
    this.pieceEnd = pieces[piece + 1] ?? Number.POSITIVE_INFINITY;
    this.shift = shifts[piece] ?? 0;
  }

  private watchedStart(at: number): number {
    const token = this.watched[at];
    return token === undefined ? Number.POSITIVE_INFINITY : this.lines.tokens.start(token);
  }

  /** Sets the node's range to its children's, except for a format specifier, whose text has no nodes. */
  private close(cursor: TreeCursor, node: NodeIndex): void {
    const { columns } = this;
    const hasHiddenText = this.kind(node) === Kind.formatSpecifier;
    if (hasHiddenText) this.lastEnd = cursor.endIndex + this.shift;
    columns.starts[node] = hasHiddenText ? cursor.startIndex + this.shift : (columns.starts[node + 1] ?? 0);
    columns.ends[node] = this.lastEnd;
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

/**
 * Returns whether a statement extends past its logical line. tree-sitter may treat a line break as a blank and absorb the next line.
 */
function crossesLines(tree: SyntaxTree, lines: LogicalLines): boolean {
  let line = 0;
  const endOf = (at: number): number =>
    at < lines.count ? lines.tokens.start(lines.newline(at)) : Number.POSITIVE_INFINITY;
  for (let node = 0; node < tree.size; node += 1) {
    const parentKind = tree.kind(tree.parent(node));
    if ((parentKind !== Kind.module && parentKind !== Kind.block) || compound.has(tree.kind(node))) continue;
    while (endOf(line) < tree.start(node)) line += 1;
    if (endOf(line) < tree.end(node)) return true;
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

function enlarged(columns: Columns): Columns {
  const larger = emptyColumns(Math.ceil(columns.kinds.length * 1.5) + 256);
  larger.size = columns.size;
  larger.kinds.set(columns.kinds);
  larger.starts.set(columns.starts);
  larger.ends.set(columns.ends);
  larger.parents.set(columns.parents);
  larger.nexts.set(columns.nexts);
  return larger;
}
