// Proves what an expression refers to. Unlike References.of, which finds what it may refer to, this requires that all its alternatives
// and all bindings of its names are known (scan policy §9).
import { listAlternatives } from '../flows/sources.ts';
import type { Bindings } from '../names/bindings.ts';
import { type Binding, isImport } from '../names/bound-values.ts';
import { listParameters } from '../names/calls.ts';
import { Kind } from '../reading/kinds.ts';
import type { NodeIndex, SyntaxTree } from '../reading/syntax-tree.ts';
import type { References } from './references.ts';

/** Maximum number of variable aliases to follow. */
const aliasesMax = 16;

export class Proofs {
  private readonly names: Bindings;
  private readonly references: References;

  constructor(names: Bindings, references: References) {
    this.names = names;
    this.references = references;
  }

  /** Returns whether the expression can only refer to something whose canonical name matches. */
  isAlways(expression: NodeIndex, name: RegExp): boolean {
    return this.holds(expression, { name, function: false });
  }

  /** Returns whether the expression can only be a function or lambda of this file. */
  isFunction(expression: NodeIndex): boolean {
    return this.holds(expression, { name: undefined, function: true });
  }

  private holds(expression: NodeIndex, goal: Goal, depth = 0): boolean {
    if (depth > aliasesMax) return false;
    const { tree } = this.names;
    return listAlternatives(tree, expression).every((node) => {
      if (node === undefined) return false;
      if (tree.kind(node) === Kind.identifier) return this.everyBinding(node, goal, depth);
      if (tree.kind(node) === Kind.lambda) return goal.function;
      const names =
        tree.kind(node) === Kind.attribute && this.isImported(rootOf(tree, node)) ? this.references.of(node) : [];
      return isEvery([...names], goal);
    });
  }

  private everyBinding(identifier: NodeIndex, goal: Goal, depth: number): boolean {
    if (this.isParameter(identifier)) return false;
    const bindings = this.names.variablesRead(identifier).flatMap((variable) => variable.bindings);
    const holds = ({ value }: Binding): boolean => {
      if (value?.kind === 'expression') return this.holds(value.node, goal, depth + 1);
      if (value?.kind === 'member') return isEvery([`${value.module}.${value.member}`], goal);
      return value?.kind === 'function' && goal.function;
    };
    return bindings.length > 0 && bindings.every(holds);
  }

  /** Returns whether the node is anything but a name, or a name that only imports bind. */
  private isImported(node: NodeIndex): boolean {
    if (this.names.tree.kind(node) !== Kind.identifier) return true;
    if (this.isParameter(node)) return false;
    const bindings = this.names.variablesRead(node).flatMap((variable) => variable.bindings);
    return bindings.length > 0 && bindings.every(isImport);
  }

  /** Returns whether the name's value is set only by callers. */
  private isParameter(identifier: NodeIndex): boolean {
    const { names } = this;
    const definition = names.definitionOf(names.scopeOf(identifier));
    return (
      definition !== undefined && listParameters(names.tree, definition).positions.has(names.tree.name(identifier))
    );
  }
}

interface Goal {
  name: RegExp | undefined;
  function: boolean;
}

function isEvery(names: readonly string[], { name: pattern }: Goal): boolean {
  return pattern !== undefined && names.length > 0 && names.every((name) => pattern.test(name));
}

/** Returns `a` of `a.b.c`. */
function rootOf(tree: SyntaxTree, node: NodeIndex): NodeIndex {
  let root = node;
  while (tree.kind(root) === Kind.attribute) root = tree.firstPart(root);
  return root;
}
