// Finds where the value of an expression comes from: names, attributes, functions and containers written in place, each with the
// steps applied to it (scan policy §5.2, §5.5). Used both to build the flows of a file and to resolve a single expression.
import { stringLiteral } from '../constants/literals.ts';
import type { Bindings } from '../names/bindings.ts';
import { Kind } from '../reading/kinds.ts';
import { type NodeIndex, noNode, type SyntaxTree } from '../reading/syntax-tree.ts';
import type { Step } from './flow-graph.ts';

export type Origin =
  | { kind: 'name'; node: NodeIndex }
  /** Any attribute of this name. Objects are not distinguished. */
  | { kind: 'field'; name: string }
  | { kind: 'function'; node: NodeIndex }
  | { kind: 'container'; node: NodeIndex }
  /** More than the limits allow. */
  | { kind: 'cut off' };

export interface Source {
  origin: Origin;
  steps: readonly Step[];
}

/** No ordinary expression has more steps or alternatives. Beyond the limits it may evaluate to anything. */
const stepsMax = 48;
const sourcesMax = 128;

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
  const sources: Source[] = [];
  const open: { node: NodeIndex; steps: readonly Step[] }[] = [{ node: expression, steps: [] }];
  for (let next = open.pop(); next; next = open.pop()) {
    if (sources.length >= sourcesMax) return [...sources, { origin: { kind: 'cut off' }, steps: [] }];
    const { node, steps } = next;
    const kind = tree.kind(node);
    if (kind === Kind.identifier) sources.push({ origin: { kind: 'name', node }, steps });
    else if (kind === Kind.lambda) sources.push({ origin: { kind: 'function', node }, steps });
    else if (containers.has(kind)) sources.push({ origin: { kind: 'container', node }, steps });
    else open.push(...alternatives(tree, node).map((inner) => ({ node: inner, steps })));
    const step = stepTaken(tree, node);
    if (!step) continue;
    if (steps.length === stepsMax) {
      sources.push({ origin: { kind: 'cut off' }, steps: [] });
      continue;
    }
    if (step.kind === 'attribute') sources.push({ origin: { kind: 'field', name: step.name }, steps });
    open.push({ node: tree.firstPart(node), steps: [step, ...steps] });
  }
  return sources;
}

/** Returns the expressions that the given one may evaluate to. A final undefined means that there are more than `sourcesMax`. */
export function alternativesOf(tree: SyntaxTree, expression: NodeIndex): (NodeIndex | undefined)[] {
  const leaves: (NodeIndex | undefined)[] = [];
  const open = [expression];
  for (let node = open.pop(); node !== undefined; node = open.pop()) {
    if (leaves.length === sourcesMax) return [...leaves, undefined];
    const inner = alternatives(tree, node);
    if (inner.length === 0) leaves.push(node);
    open.push(...inner.reverse());
  }
  return leaves;
}

/** Returns the operands that the node may evaluate to: inside parentheses, branches, operands of `and` and `or`. */
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
