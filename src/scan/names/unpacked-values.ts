// Says what the targets of an unpacked value get, and the patterns that match one: `[a, [b], *c]` (scan policy §5.1).
import type { NodeIndex } from '../reading/syntax-tree.ts';
import type { BoundValue, PartStep } from './scopes.ts';

/** A written expression, or something in it. */
export type Unpacked = Extract<BoundValue, { kind: 'expression' | 'element' | 'inside' }>;

const item: PartStep = { kind: 'item' };

/** Returns what one item of the value is. */
export function itemIn(value: Unpacked): Unpacked {
  return value.kind === 'expression' ? { kind: 'element', node: value.node } : partIn(value, item);
}

/** Returns what a mapping holds for one of its keys. It is not an item, since iterating gives the keys. */
export function entryIn(value: Unpacked): Unpacked {
  return partIn(value, item);
}

export function attributeIn(value: Unpacked, name: string): Unpacked {
  return partIn(value, { kind: 'attribute', name });
}

/** Returns what several items of the value are together. */
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

/** Returns the steps that lead from the expression to the value. */
export function stepsTo(value: BoundValue): readonly PartStep[] {
  if (value.kind === 'inside') return value.steps;
  return value.kind === 'element' ? [item] : [];
}
