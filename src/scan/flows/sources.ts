// Finds the sources of an expression's value: names, attributes, functions and containers written in place, each with the steps taken
// from it (scan policy §5.2, §5.5). Used to build a file's flows and to resolve single expressions.
import { stringLiteral } from '../constants/literals.ts';
import type { Bindings } from '../names/bindings.ts';
import type { Step } from '../names/bound-values.ts';
import { knownArguments } from '../names/calls.ts';
import { builtinsName } from '../policy/policy-table.ts';
import { Kind } from '../reading/kinds.ts';
import { type NodeIndex, noNode, type SyntaxTree } from '../reading/syntax-tree.ts';

export type Origin =
  | { kind: 'name'; node: NodeIndex }
  /** Any attribute of this name. Objects are not distinguished. */
  | { kind: 'field'; name: string }
  | { kind: 'function'; node: NodeIndex }
  | { kind: 'container'; node: NodeIndex }
  /** `__builtins__`, whatever binds the name or has the attribute (scan policy §10.1). */
  | { kind: 'builtins' }
  /** More than the limits allow. */
  | { kind: 'cut off' };

export interface Source {
  origin: Origin;
  steps: readonly Step[];
}

/** Ordinary expressions have fewer steps and alternatives. Beyond these limits, an expression may evaluate to anything. */
const stepsMax = 48;
const sourcesMax = 128;
/** Maximum parts of a name that is written as a sum, such as `'a' + 'b'`. Names never have more. */
const literalPartsMax = 16;

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

export function findSources(names: Bindings, expression: NodeIndex): Source[] {
  const { tree } = names;
  const sources: Source[] = [];
  const open: { node: NodeIndex; steps: readonly Step[] }[] = [{ node: expression, steps: [] }];
  for (let next = open.pop(); next; next = open.pop()) {
    if (sources.length >= sourcesMax) return [...sources, { origin: { kind: 'cut off' }, steps: [] }];
    const { node, steps } = next;
    const kind = tree.kind(node);
    if (yieldsBuiltins(names, node)) sources.push({ origin: { kind: 'builtins' }, steps });
    if (kind === Kind.identifier) sources.push({ origin: { kind: 'name', node }, steps });
    else if (kind === Kind.lambda) sources.push({ origin: { kind: 'function', node }, steps });
    else if (containers.has(kind)) sources.push({ origin: { kind: 'container', node }, steps });
    else open.push(...[...alternatives(tree, node), ...defaultOf(tree, node)].map((inner) => ({ node: inner, steps })));
    for (const { object, step } of stepsTaken(tree, node)) {
      if (steps.length === stepsMax) {
        sources.push({ origin: { kind: 'cut off' }, steps: [] });
        continue;
      }
      if (step.kind === 'attribute') sources.push({ origin: { kind: 'field', name: step.name }, steps });
      open.push({ node: object, steps: [step, ...steps] });
    }
  }
  return sources;
}

/** Returns the sources of the value that the steps reach from the expression. */
export function findSourcesOfPart(names: Bindings, expression: NodeIndex, steps: readonly Step[]): Source[] {
  const sources = findSources(names, expression).map((source) => ({ ...source, steps: [...source.steps, ...steps] }));
  for (const [at, step] of steps.entries()) {
    if (step.kind !== 'attribute') continue;
    const after = steps.slice(at + 1);
    sources.push({ origin: { kind: 'field', name: step.name }, steps: after });
    if (step.name === builtinsName) sources.push({ origin: { kind: 'builtins' }, steps: after });
  }
  return sources;
}

/** Returns the expression's alternatives. If there are more than `sourcesMax`, the last one is undefined. */
export function listAlternatives(tree: SyntaxTree, expression: NodeIndex): (NodeIndex | undefined)[] {
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

/** Returns the operands that the node may evaluate to: the content of parentheses, branches, operands of `and` and `or`. */
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

/**
 * Returns whether the node is `__builtins__`, an attribute of that name, or a lookup of it, such as `f.__globals__['__builtins__']`.
 */
function yieldsBuiltins(names: Bindings, node: NodeIndex): boolean {
  const { tree } = names;
  const first = tree.firstPart(node);
  switch (tree.kind(node)) {
    case Kind.identifier:
    case Kind.attribute:
      return tree.lastName(node) === builtinsName;
    case Kind.subscript:
      return isBuiltinsKey(names, tree.nextPart(tree.nextPart(first)));
    case Kind.call:
      for (let key = tree.firstPart(tree.lastPart(node)); key !== noNode; key = tree.nextPart(key))
        if (isBuiltinsKey(names, key)) return true;
      return false;
    default:
      return false;
  }
}

/**
 * Returns whether a lookup with this key yields `__builtins__`, because the key is written that way or an earlier analysis folded it to
 * that.
 */
export function isBuiltinsKey({ builtinsKeys, tree }: Bindings, key: NodeIndex): boolean {
  return builtinsKeys.has(tree.start(key)) || literalOf(tree, key).literal === builtinsName;
}

interface Taken {
  object: NodeIndex;
  step: Step;
}

/** Returns the step from the node's first part to the node. Also reads `getattr(m, 'os')` as `m.os`. */
function stepsTaken(tree: SyntaxTree, node: NodeIndex): Taken[] {
  const step = stepTaken(tree, node);
  if (!step) return [];
  const taken: Taken = { object: tree.firstPart(node), step };
  const looked = step.kind === 'call' ? attributeLookedUp(tree, node) : undefined;
  return looked ? [looked, taken] : [taken];
}

/** Returns whether the called function is named getattr. */
function isGetattr(tree: SyntaxTree, call: NodeIndex): boolean {
  let callee = tree.firstPart(call);
  while (tree.kind(callee) === Kind.parenthesizedExpression) callee = tree.nextPart(tree.firstPart(callee));
  return tree.lastName(callee) === 'getattr';
}

/** Returns the value that `getattr(object, name, default)` may return instead of an attribute. */
function defaultOf(tree: SyntaxTree, node: NodeIndex): NodeIndex[] {
  if (tree.kind(node) !== Kind.call || !isGetattr(tree, node)) return [];
  const [, , otherwise] = knownArguments(tree, node).positional;
  return otherwise === undefined ? [] : [otherwise];
}

function attributeLookedUp(tree: SyntaxTree, call: NodeIndex): Taken | undefined {
  if (!isGetattr(tree, call)) return undefined;
  const [object, key = noNode] = knownArguments(tree, call).positional;
  const { literal } = literalOf(tree, key);
  return object === undefined || literal === undefined
    ? undefined
    : { object, step: { kind: 'attribute', name: literal } };
}

function stepTaken(tree: SyntaxTree, node: NodeIndex): Step | undefined {
  const first = tree.firstPart(node);
  switch (tree.kind(node)) {
    case Kind.attribute:
      return { kind: 'attribute', name: tree.attributeName(node) };
    case Kind.call:
      return { kind: 'call', ...literalOf(tree, tree.nextPart(tree.firstPart(tree.lastPart(node)))) };
    case Kind.subscript:
      return { kind: 'item', ...literalOf(tree, tree.nextPart(tree.nextPart(first))) };
    default:
      return undefined;
  }
}

function literalOf(tree: SyntaxTree, node: NodeIndex): { literal?: string } {
  const literal = node === noNode ? undefined : textOf(tree, node, literalPartsMax);
  return literal === undefined ? {} : { literal };
}

/** Returns the value of a literal, or of literals that are adjacent or added. */
function textOf(tree: SyntaxTree, node: NodeIndex, partsMax: number): string | undefined {
  const kind = tree.kind(node);
  if (kind === Kind.string) {
    const value = stringLiteral(tree.source(node));
    return value?.kind === 'text' ? value.value : undefined;
  }
  const isSum = kind === Kind.binaryOperator && tree.source(tree.nextPart(tree.firstPart(node))) === '+';
  if (partsMax === 0 || !(isSum || kind === Kind.concatenatedString)) return undefined;
  let text = '';
  for (const part of tree.items(node)) {
    const value = textOf(tree, part, partsMax - 1);
    if (value === undefined) return undefined;
    text += value;
  }
  return text;
}
