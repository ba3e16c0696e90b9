// Folds an expression to its possible constants (scan policy §5.3). Works through operands on an explicit stack, folds each node once,
// and stays within a budget. A name folds to the value of its only binding.
import { constantCharsMax } from '../../contract/limits/scans.ts';
import { type Constant, type Foldable, iterateConstant } from '../constants/constant.ts';
import { listAlternatives } from '../flows/sources.ts';
import type { Bindings } from '../names/bindings.ts';
import type { BoundValue } from '../names/bound-values.ts';
import type { Variable } from '../names/scopes.ts';
import { Kind } from '../reading/kinds.ts';
import type { NodeIndex } from '../reading/syntax-tree.ts';
import { expressionAt } from './foldable.ts';
import type { References } from './references.ts';

/** Maximum characters and items in all results of a file. */
const budgetMax = 4_000_000;
const sourceMax = 8 * constantCharsMax;
/** Maximum constants for one name. If there are more, its value counts as unknown. */
const valuesMax = constantCharsMax;
/** Maximum constants found by all calls of `possibleTexts`. */
const answersMax = 500_000;

interface Frame {
  node: NodeIndex;
  expression: Foldable | undefined;
  /** Number of operands folded so far. */
  foldedCount: number;
}

interface Possible {
  constants: readonly Constant[];
  /** True if these are all the possible values. */
  complete: boolean;
}

const unknown: Possible = { constants: [], complete: false };

function union(parts: readonly Possible[]): Possible {
  return { constants: parts.flatMap(({ constants }) => constants), complete: parts.every(({ complete }) => complete) };
}

export class Constants {
  private readonly names: Bindings;
  private readonly references: References;
  private readonly folded = new Map<NodeIndex, Constant | undefined>();
  private readonly byVariable = new Map<Variable, Possible>();
  private budget = budgetMax;
  private answers = 0;

  constructor(names: Bindings, references: References) {
    this.names = names;
    this.references = references;
  }

  /** Returns the expression's constant, or undefined if it can't be folded. */
  fold(root: NodeIndex): Constant | undefined {
    const open: Frame[] = this.folded.has(root) ? [] : [this.frameOf(root)];
    for (let top = open.at(-1); top; top = open.at(-1)) {
      const operand = top.expression?.operands[top.foldedCount];
      if (operand === undefined) {
        this.folded.set(top.node, this.combine(top.expression));
        open.pop();
      } else if (this.folded.has(operand)) {
        top.foldedCount += 1;
      } else {
        open.push(this.frameOf(operand));
      }
    }
    return this.folded.get(root);
  }

  /** Returns the texts that the expression may evaluate to, and whether the list is complete. */
  possibleTexts(root: NodeIndex): { texts: string[]; complete: boolean } {
    const { complete, constants } = this.possible(root);
    return { texts: constants.flatMap((constant) => (constant.kind === 'text' ? [constant.value] : [])), complete };
  }

  /** Returns the constants of all branches for a condition, or of all bindings for a name. */
  private possible(root: NodeIndex): Possible {
    const single = this.fold(root);
    if (single) return { constants: [single], complete: true };
    const alternatives = listAlternatives(this.names.tree, root).map((node) => this.possibleOf(node));
    this.answers += alternatives.reduce((sum, { constants }) => sum + constants.length, alternatives.length);
    return this.answers <= answersMax ? union(alternatives) : unknown;
  }

  /** True if every foldable expression was folded. */
  get isComplete(): boolean {
    return this.answers <= answersMax && this.budget > 0;
  }

  private possibleOf(node: NodeIndex | undefined): Possible {
    const single = node === undefined ? undefined : this.fold(node);
    if (single) return { constants: [single], complete: true };
    if (node === undefined || this.names.tree.kind(node) !== Kind.identifier) return unknown;
    const [variable] = this.names.variablesRead(node);
    if (!variable || variable.bindings.length === 0) return unknown;
    const possible = this.byVariable.get(variable) ?? this.possibleOfVariable(variable);
    this.byVariable.set(variable, possible);
    return possible;
  }

  private possibleOfVariable(variable: Variable): Possible {
    const values = new ConstantSet(valuesMax);
    for (const { value } of variable.bindings) this.addBinding(value, values);
    for (const argument of this.references.argumentsFor(variable)) {
      const constant = this.fold(argument);
      if (constant) values.add(constant);
    }
    return values;
  }

  /** Adds the constants that a binding may assign to its variable. */
  private addBinding(value: BoundValue | undefined, values: ConstantSet): void {
    if (!mayBeConstant(value)) {
      values.complete = false;
      return;
    }
    for (const node of listAlternatives(this.names.tree, value.node)) {
      const constant = node === undefined ? undefined : this.fold(node);
      const items = constant && (value.kind === 'element' ? iterateConstant(constant) : [constant]);
      if (!items) values.complete = false;
      else for (const item of items) values.add(item);
    }
  }

  private frameOf(node: NodeIndex): Frame {
    // A node counts as unfoldable until it is folded, so that a name that refers to itself ends the search.
    this.folded.set(node, undefined);
    const { tree } = this.names;
    const tooLong = tree.kind(node) === Kind.string && tree.end(node) - tree.start(node) > sourceMax;
    const expression = tooLong ? undefined : expressionAt(node, this.names, this.references);
    return { node, foldedCount: 0, expression };
  }

  private combine(expression: Foldable | undefined): Constant | undefined {
    // A literal costs no more than its text, so it is folded even when the budget is used up.
    if (!expression || (this.budget <= 0 && expression.operands.length > 0)) return undefined;
    const values: Constant[] = [];
    for (const operand of expression.operands) {
      const value = this.folded.get(operand);
      if (value === undefined) return undefined;
      values.push(value);
    }
    const result = expression.combine(values);
    this.budget -= 1 + (result ? sizeOf(result) : 0);
    return result;
  }
}

function mayBeConstant(
  value: BoundValue | undefined,
): value is Extract<BoundValue, { kind: 'expression' | 'element' }> {
  return value?.kind === 'expression' || value?.kind === 'element';
}

function sizeOf(constant: Constant): number {
  switch (constant.kind) {
    case 'integer':
      return 1;
    case 'sequence':
      return constant.items.length;
    case 'mapping':
      return constant.entries.size;
    default:
      return constant.value.length;
  }
}

class ConstantSet {
  /** True if these are all the possible values. */
  complete = true;
  readonly constants: Constant[] = [];
  private readonly seen = new Set<string>();
  private readonly max: number;

  constructor(max: number) {
    this.max = max;
  }

  /** Adds the constant unless it is already present. Doesn't compare sequences and mappings. */
  add(constant: Constant): void {
    const key = 'value' in constant ? `${constant.kind} ${constant.value}` : undefined;
    if (key !== undefined && this.seen.has(key)) return;
    if (this.constants.length === this.max) {
      this.complete = false;
      return;
    }
    if (key !== undefined) this.seen.add(key);
    this.constants.push(constant);
  }
}
