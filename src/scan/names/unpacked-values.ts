// Says what the targets of an unpacked value get, and the patterns that match one: `[a, [b], *c]` (scan policy §5.1).
import type { NodeIndex } from '../reading/syntax-tree.ts';
import type { BoundValue } from './scopes.ts';

/** A written expression, or something in it. */
export type Unpacked = Extract<BoundValue, { kind: 'expression' | 'element' | 'inside' }>;

/** Returns what one item of the value is. */
export function itemIn(value: Unpacked): Unpacked {
  if (value.kind === 'expression') return { kind: 'element', node: value.node };
  return { kind: 'inside', node: value.node, depth: depthOf(value) + 1 };
}

/** Returns what a mapping holds for one of its keys. It is not an item, since iterating gives the keys. */
export function entryIn(value: Unpacked): Unpacked {
  return { kind: 'inside', node: value.node, depth: depthOf(value) + 1 };
}

/** Returns what several items of the value are together. */
export function restOf(value: Unpacked): BoundValue {
  const depth = depthOf(value);
  return depth === 0 ? { kind: 'rest', node: value.node } : { kind: 'inside', node: value.node, depth };
}

export function expressionOf(node: NodeIndex): Unpacked {
  return { kind: 'expression', node };
}

function depthOf(value: Unpacked): number {
  if (value.kind === 'inside') return value.depth;
  return value.kind === 'element' ? 1 : 0;
}
