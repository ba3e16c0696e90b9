// Defines the values that names are bound to, as far as the syntax shows them, and determines those of unpacking targets and of patterns
// that match an unpacked value, such as `[a, [b], *c]` (scan policy §5.1).
import type { NodeIndex } from '../reading/syntax-tree.ts';

/** A step from a value to a part of it. */
export type PartStep = { kind: 'item' } | { kind: 'attribute'; name: string };

/** An operation on a value: attribute access, call or item access. `literal` is the key or the first argument, if that is a literal. */
export type Step =
  | { kind: 'attribute'; name: string }
  | { kind: 'call'; literal?: string }
  | { kind: 'item'; literal?: string };

/** A binding's value, if the syntax shows it. */
export type BoundValue =
  | { kind: 'module'; module: string }
  | { kind: 'member'; module: string; member: string }
  | { kind: 'expression'; node: NodeIndex }
  /** One item of the expression. */
  | { kind: 'element'; node: NodeIndex }
  /** Part of the expression that these steps lead to. */
  | { kind: 'inside'; node: NodeIndex; steps: readonly PartStep[] }
  /** Several items of the expression. */
  | { kind: 'rest'; node: NodeIndex }
  /** The expression, unless a caller passes another value. */
  | { kind: 'default'; node: NodeIndex }
  | { kind: 'function'; node: NodeIndex };

export interface Binding {
  node: NodeIndex;
  value?: BoundValue;
}

/** Returns whether an import binds the name. */
export function isImport({ value }: Binding): boolean {
  return value?.kind === 'module' || value?.kind === 'member';
}

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
