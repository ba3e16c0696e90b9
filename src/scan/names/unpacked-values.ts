// Determines the values of unpacking targets, and of patterns that match an unpacked value, such as `[a, [b], *c]` (scan policy §5.1).
import type { NodeIndex } from '../reading/syntax-tree.ts';
import type { BoundValue, PartStep } from './scopes.ts';

/** An expression as written, or a part of it. */
export type Unpacked = Extract<BoundValue, { kind: 'expression' | 'element' | 'inside' }>;

const item: PartStep = { kind: 'item' };

/** Returns one item of the value. */
export function itemIn(value: Unpacked): Unpacked {
  return value.kind === 'expression' ? { kind: 'element', node: value.node } : partIn(value, item);
}

/** Returns the value that a mapping has for one of its keys. It isn't an item, because iterating gives the keys. */
export function entryIn(value: Unpacked): Unpacked {
  return partIn(value, item);
}

export function attributeIn(value: Unpacked, name: string): Unpacked {
  return partIn(value, { kind: 'attribute', name });
}

/** Returns several items of the value as one. */
export function restOf(value: Unpacked): BoundValue {
  const steps = stepsTo(value);
  return steps.length === 0 ? { kind: 'rest', node: value.node } : { kind: 'inside', node: value.node, steps };
}

export function expressionOf(node: NodeIndex): Unpacked {
  return { kind: 'expression', node };
}

function partIn(value: Unpacked, step: PartStep): Unpacked {
  return { kind: 'inside', node: value.node, steps: [...stepsTo(value), step] };
}

/** Returns the steps from the expression to the value. */
export function stepsTo(value: BoundValue): readonly PartStep[] {
  if (value.kind === 'inside') return value.steps;
  return value.kind === 'element' ? [item] : [];
}
