// Folds an expression of the tree to the constants that it may be (scan policy §5.3). Operands are worked off from a stack, each
// node once, under a budget; names are followed to the values that their only binding gives them.
import type { References } from '../flows/references.ts';
import { alternativesOf } from '../flows/sources.ts';
import type { Bindings } from '../names/bindings.ts';
import { type BoundValue, type Variable, variablesRead } from '../names/scopes.ts';
import { Kind } from '../reading/kinds.ts';
import type { NodeIndex } from '../reading/syntax-tree.ts';
import type { TokenSelector } from '../reading/token-selector.ts';
import { type Constant, charactersMax, itemsOf } from './constant.ts';
import { expressionAt } from './expression.ts';
import type { Foldable } from './foldable.ts';

/** All results of one file together may hold so many characters and items. */
const budgetMax = 4_000_000;
const sourceMax = 8 * charactersMax;
/** How many bindings of one name are tried. */
const bindingsMax = 16;
/** How many items of what is looped over. */
const itemsMax = 256;
/** How many constants all questions for possible ones may be answered with. */
const answersMax = 500_000;

interface Frame {
  node: NodeIndex;
  expression: Foldable | undefined;
  /** How many of its operands are folded. */
  foldedCount: number;
}

export interface Possible {
  constants: readonly Constant[];
  /** Whether it can be nothing else. */
  complete: boolean;
}

const unknown: Possible = { constants: [], complete: false };

function union(parts: readonly Possible[]): Possible {
  return { constants: parts.flatMap(({ constants }) => constants), complete: parts.every(({ complete }) => complete) };
}

export class Constants {
  private readonly names: Bindings;
  private readonly references: References;
  private readonly selector: TokenSelector;
  private readonly folded = new Map<NodeIndex, Constant | undefined>();
  private readonly byVariable = new Map<Variable, Possible>();
  private budget = budgetMax;
  private answers = 0;

  constructor(names: Bindings, references: References, watch: TokenSelector) {
    this.names = names;
    this.references = references;
    this.selector = watch;
  }

  /** The constant that the expression is, or undefined when it cannot be folded. */
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

  /** The constants that the expression may be: of a condition, what each branch may be; of a name, what it may be given. */
  possible(root: NodeIndex): Possible {
    const single = this.fold(root);
    if (single) return { constants: [single], complete: true };
    const alternatives = alternativesOf(this.names.tree, root).map((node) => this.possibleOf(node));
    this.answers += alternatives.reduce((sum, { constants }) => sum + constants.length, alternatives.length);
    return this.isComplete ? union(alternatives) : unknown;
  }

  /** Whether every question was answered. */
  get isComplete(): boolean {
    return this.answers <= answersMax;
  }

  private possibleOf(node: NodeIndex | undefined): Possible {
    const single = node === undefined ? undefined : this.fold(node);
    if (single) return { constants: [single], complete: true };
    if (node === undefined || this.names.tree.kind(node) !== Kind.identifier) return unknown;
    const variable = this.variableAt(node);
    if (!variable || variable.bindings.length === 0) return unknown;
    const held = this.byVariable.get(variable) ?? this.possibleOfVariable(variable, this.names.tree.name(node));
    this.byVariable.set(variable, held);
    return held;
  }

  private possibleOfVariable(variable: Variable, name: string): Possible {
    const { bindings } = variable;
    // Any binding that has not been read may give another one.
    if (bindings.some(({ value }) => value?.kind === 'expression')) this.selector.demandName(name);
    const possibleOfBinding = union(bindings.slice(0, bindingsMax).map(({ value }) => this.bound(value)));
    const given = this.references.argumentsFor(variable).flatMap((argument) => this.fold(argument) ?? []);
    return { constants: [...possibleOfBinding.constants, ...given], complete: possibleOfBinding.complete };
  }

  /** What a binding may give. */
  private bound(value: BoundValue | undefined): Possible {
    if (value?.kind !== 'expression' && value?.kind !== 'element') return unknown;
    const folded = alternativesOf(this.names.tree, value.node).map((node) => node && this.fold(node));
    return union(
      folded.map((constant) => {
        const constants = constant && (value.kind === 'element' ? itemsOf(constant)?.slice(0, itemsMax) : [constant]);
        return constants ? { constants, complete: true } : unknown;
      }),
    );
  }

  private frameOf(node: NodeIndex): Frame {
    // Until it is settled a node counts as unfoldable, so that a name defined by itself ends the search.
    this.folded.set(node, undefined);
    const { tree } = this.names;
    const kind = tree.kind(node);
    const tooLong = kind === Kind.string && tree.end(node) - tree.start(node) > sourceMax;
    if (tooLong || (kind === Kind.identifier && !this.hasAllBindings(node)))
      return { node, foldedCount: 0, expression: undefined };
    return { node, foldedCount: 0, expression: expressionAt(node, this.names, this.references) };
  }

  /** Whether all is known that may be bound to the name. More is asked for only where that could leave it a single value. */
  private hasAllBindings(identifier: NodeIndex): boolean {
    const bindings = this.variableAt(identifier)?.bindings ?? [];
    const isOpen = bindings.every(({ value }) => value?.kind === 'expression') && bindings.length < 2;
    return !isOpen || this.selector.demandName(this.names.tree.name(identifier));
  }

  private variableAt(identifier: NodeIndex): Variable | undefined {
    const { names } = this;
    return variablesRead(names.scopeOf(identifier), names.tree.name(identifier), names.tree.start(identifier))[0];
  }

  private combine(expression: Foldable | undefined): Constant | undefined {
    if (!expression || this.budget <= 0) return undefined;
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
