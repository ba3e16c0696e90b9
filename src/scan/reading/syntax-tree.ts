// Holds tree-sitter's tree as flat arrays in document order, so that queries don't cross into WASM and nothing recurses as deep as the
// input is nested. Filled by tree-flattener.ts.
import { normalizeName } from '../../core/normalization.ts';
import type { Range } from '../file/report.ts';
import { Kind } from './kinds.ts';

/** A node, identified by its index in document order. Its descendants follow, up to `next`. */
export type NodeIndex = number;
export const noNode: NodeIndex = -1;

export class SyntaxTree {
  readonly text: string;
  readonly size: number;
  private readonly isAscii: boolean;
  private readonly kinds: Uint8Array;
  private readonly starts: Int32Array;
  private readonly ends: Int32Array;
  private readonly parents: Int32Array;
  private readonly nexts: Int32Array;

  /** `isAscii` is true if all names are ASCII and so need no normalization. */
  constructor(text: string, columns: Columns, isAscii: boolean) {
    this.text = text;
    this.size = columns.size;
    this.isAscii = isAscii;
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

  range(node: NodeIndex): Range {
    return { start: this.start(node), end: this.end(node) };
  }

  parent(node: NodeIndex): NodeIndex {
    return this.parents[node] ?? noNode;
  }

  /** Returns the first node after this one's descendants. */
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

  /** Returns the next sibling that is neither a comment nor a line continuation. */
  nextPart(node: NodeIndex): NodeIndex {
    let part = this.nextSibling(node);
    while (part !== noNode && this.kind(part) === Kind.comment) part = this.nextSibling(part);
    return part;
  }

  /** Returns whether the node is a keyword or punctuation. */
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

  /** Returns whether the node is the callee of a call. */
  isCallee(node: NodeIndex): boolean {
    const parent = this.parent(node);
    return this.kind(parent) === Kind.call && this.firstPart(parent) === node;
  }

  /** Returns the attribute name that the node reads: `b` for `a.b`. */
  attributeName(attribute: NodeIndex): string {
    return this.name(this.lastPart(attribute));
  }

  /** Returns the name, or the last name of an attribute: `c` for `a.b.c`. Undefined for other expressions. */
  lastName(node: NodeIndex): string | undefined {
    if (this.kind(node) === Kind.identifier) return this.name(node);
    return this.kind(node) === Kind.attribute ? this.attributeName(node) : undefined;
  }

  /** Returns the parts without the tokens between them: a list's items, a call's arguments, or a block's statements. */
  items(node: NodeIndex): NodeIndex[] {
    const items: NodeIndex[] = [];
    for (let part = this.firstPart(node); part !== noNode; part = this.nextPart(part))
      if (!this.isToken(part)) items.push(part);
    return items;
  }

  childOfKind(node: NodeIndex, kind: number): NodeIndex {
    let child = this.firstChild(node);
    while (child !== noNode && this.kind(child) !== kind) child = this.nextSibling(child);
    return child;
  }

  source(node: NodeIndex): string {
    return this.text.slice(this.start(node), this.end(node));
  }

  /** Returns an identifier as Python compares it: NFKC-normalized (scan policy §7). */
  name(node: NodeIndex): string {
    return this.isAscii ? this.source(node) : normalizedName(this.source(node));
  }

  /** Returns `a.b.c` for a dotted_name, without whitespace around the dots. */
  dottedName(node: NodeIndex): string {
    const names: string[] = [];
    for (let part = this.firstChild(node); part !== noNode; part = this.nextSibling(part)) {
      if (this.kind(part) === Kind.identifier) names.push(this.name(part));
    }
    return names.join('.');
  }
}

export function normalizedName(name: string): string {
  return /^\w*$/.test(name) ? name : normalizeName(name);
}

export interface Columns {
  size: number;
  kinds: Uint8Array;
  starts: Int32Array;
  ends: Int32Array;
  parents: Int32Array;
  nexts: Int32Array;
}
