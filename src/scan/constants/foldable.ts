// An expression that may fold: the parts that must fold first, and how their values combine.
import type { NodeIndex } from '../reading/syntax-tree.ts';
import type { Constant } from './constant.ts';

export interface Foldable {
  operands: readonly NodeIndex[];
  combine(values: readonly Constant[]): Constant | undefined;
}
