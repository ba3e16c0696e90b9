// Where the value of an expression comes from: names, attributes by name, functions and containers written in place, and what is
// done with each on the way (scan policy §5.2, §5.5). One reading for the flows of a file and for questions about one expression.
import { stringLiteral } from '../constants/literals.ts';
import type { Bindings } from '../names/bindings.ts';
import { Kind } from '../reading/kinds.ts';
import { type NodeIndex, noNode, type SyntaxTree } from '../reading/syntax-tree.ts';
import type { Step } from './flow-graph.ts';

export type Origin =
  | { kind: 'name'; node: NodeIndex }
  /** Any attribute of this name: objects are not told apart. */
  | { kind: 'field'; name: string }
  | { kind: 'function'; node: NodeIndex }
  | { kind: 'container'; node: NodeIndex };

export interface Source {
  origin: Origin;
  steps: readonly Step[];
}

/** Nothing that the policy names is reached through more steps, and no honest expression has more alternatives. */
const stepsMax = 6;
const sourcesMax = 32;

const containers: ReadonlySet<number> = new Set([
  Kind.tuple,
  Kind.list,
  Kind.set,
  Kind.expressionList,
  Kind.dictionary,
  Kind.listComprehension,
  Kind.setComprehension,
  Kind.generatorExpression,
  Kind.dictionaryComprehension,
]);

export function isContainer(kind: number): boolean {
  return containers.has(kind);
}

export function sourcesOf({ tree }: Bindings, expression: NodeIndex): Source[] {
  const found: Source[] = [];
  const open: { node: NodeIndex; steps: readonly Step[] }[] = [{ node: expression, steps: [] }];
  for (let next = open.pop(); next && found.length < sourcesMax; next = open.pop()) {
    const { node, steps } = next;
    const kind = tree.kind(node);
    if (kind === Kind.identifier) found.push({ origin: { kind: 'name', node }, steps });
    else if (kind === Kind.lambda) found.push({ origin: { kind: 'function', node }, steps });
    else if (containers.has(kind)) found.push({ origin: { kind: 'container', node }, steps });
    else open.push(...alternatives(tree, node).map((inner) => ({ node: inner, steps })));
    const step = stepTaken(tree, node);
    if (!step || steps.length === stepsMax) continue;
    if (step.kind === 'attribute') found.push({ origin: { kind: 'field', name: step.name }, steps });
    open.push({ node: tree.firstPart(node), steps: [step, ...steps] });
  }
  return found;
}

/** The expressions of which the given one is one or the other, at most so many and then undefined. */
export function alternativesOf(tree: SyntaxTree, expression: NodeIndex): (NodeIndex | undefined)[] {
  const found: (NodeIndex | undefined)[] = [];
  const open = [expression];
  for (let node = open.pop(); node !== undefined; node = open.pop()) {
    if (found.length === sourcesMax) return [...found, undefined];
    const inner = alternatives(tree, node);
    if (inner.length === 0) found.push(node);
    open.push(...inner.reverse());
  }
  return found;
}

/** The expressions of which the node is one or the other: within parentheses, branches, operands of `or`. */
function alternatives(tree: SyntaxTree, node: NodeIndex): NodeIndex[] {
  const first = tree.firstPart(node);
  switch (tree.kind(node)) {
    case Kind.parenthesizedExpression:
      return [tree.nextPart(first)];
    case Kind.namedExpression:
    case Kind.await:
      return [tree.lastPart(node)];
    case Kind.conditionalExpression:
    case Kind.booleanOperator:
      return [first, tree.lastPart(node)];
    default:
      return [];
  }
}

function stepTaken(tree: SyntaxTree, node: NodeIndex): Step | undefined {
  const first = tree.firstPart(node);
  switch (tree.kind(node)) {
    case Kind.attribute:
      return { kind: 'attribute', name: tree.name(tree.lastPart(node)) };
    case Kind.call:
      return { kind: 'call', ...literalOf(tree, tree.nextPart(tree.firstPart(tree.lastPart(node)))) };
    case Kind.subscript:
      return { kind: 'item', ...literalOf(tree, tree.nextPart(tree.nextPart(first))) };
    default:
      return undefined;
  }
}

function literalOf(tree: SyntaxTree, node: NodeIndex): { literal?: string } {
  if (node === noNode || tree.kind(node) !== Kind.string) return {};
  const value = stringLiteral(tree.source(node));
  return value?.kind === 'text' ? { literal: value.value } : {};
}
