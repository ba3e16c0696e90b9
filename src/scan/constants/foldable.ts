// Describes an expression that can be folded: its operands, which must be folded first, and how to combine their values.
import type { NodeIndex } from '../reading/syntax-tree.ts';
import type { Constant } from './constant.ts';

export interface Foldable {
  operands: readonly NodeIndex[];
  combine(values: readonly Constant[]): Constant | undefined;
}
