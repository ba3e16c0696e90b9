// Finds what an expression may refer to while modules are still being followed (scan policy §10.15): names, and the file's functions
// and classes, whether direct or in containers and function results.
import type { Slot, Value } from '../flows/flow-graph.ts';
import type { Flows } from '../flows/flows.ts';
import { findSources } from '../flows/sources.ts';
import type { Scope } from '../names/scopes.ts';
import { Kind } from '../reading/kinds.ts';
import type { NodeIndex } from '../reading/syntax-tree.ts';

/** Returns the dotted names of a name, an attribute or a call. */
export function resolveNames(flows: Flows, expression: NodeIndex): Set<string> {
  const names = new Set<string>();
  for (const { origin, steps } of findSources(flows.names, expression)) {
    if (origin.kind !== 'name') continue;
    const variables = flows.names.variablesRead(origin.node);
    if (variables.length === 0 && steps.length === 0)
      names.add(flows.meanings.freeName(flows.names.tree.name(origin.node)));
    for (const variable of variables)
      for (const name of flows.graph.namesAfter(flows.slotOf(variable), steps)) names.add(name);
  }
  return names;
}

/** Returns whether the name or attribute may be a function of this file. */
export function isLocalFunction(flows: Flows, callee: NodeIndex): boolean {
  const { tree } = flows.names;
  const field = tree.kind(callee) === Kind.attribute ? flows.fieldSlots.get(tree.attributeName(callee)) : undefined;
  const slots =
    tree.kind(callee) === Kind.identifier
      ? flows.names.variablesRead(callee).map((variable) => flows.slotOf(variable))
      : field
        ? [field]
        : [];
  return slots.some(({ values }) => [...values].some((value) => typeof value !== 'string' && 'definition' in value));
}

/** Returns the class in this file that a call of the name instantiates, if its instances have only what their methods give them. */
export function plainClass(flows: Flows, callee: NodeIndex): NodeIndex | undefined {
  const { tree } = flows.names;
  if (tree.kind(callee) !== Kind.identifier) return undefined;
  const [only, ...others] = flows.names.variablesRead(callee).flatMap((variable) => variable.bindings);
  if (only === undefined || others.length > 0) return undefined;
  const definition = tree.parent(only.node);
  return flows.classes.isPlain(definition) ? definition : undefined;
}

/** Maximum nodes to check per expression, and maximum functions that it may lead to. */
const nodesMax = 400;
const functionsMax = 400;

export function findFunctions(flows: Flows, expression: NodeIndex): Set<NodeIndex> {
  const { tree } = flows.names;
  const found = new Set<NodeIndex>();
  const slots = new Set<Slot>();
  const add = (values: Iterable<Value>): void => {
    for (const value of values) {
      if (typeof value === 'string') continue;
      if ('container' in value) slots.add(flows.graph.itemsOf(value.container));
      else addFunction(value.definition);
    }
  };
  const addFunction = (definition: NodeIndex): void => {
    if (found.size >= functionsMax) return;
    found.add(definition);
    slots.add(flows.graph.resultOf(definition));
  };
  const end = Math.min(tree.next(expression), expression + nodesMax);
  for (let node = expression; node < end; node += 1) {
    const kind = tree.kind(node);
    if (kind === Kind.lambda) addFunction(node);
    if (kind === Kind.identifier)
      for (const variable of flows.names.variablesRead(node)) slots.add(flows.slotOf(variable));
    if (kind !== Kind.attribute) continue;
    const field = flows.fieldSlots.get(tree.attributeName(node));
    if (field) slots.add(field);
  }
  // Iterating a Set also visits elements added during the loop.
  for (const { values } of slots) add(values);
  return found;
}

/** Returns the scopes of classes bound to names in the expression. */
export function findClassScopes(flows: Flows, expression: NodeIndex): Scope[] {
  const { names } = flows;
  const { tree } = names;
  const scopes: Scope[] = [];
  const end = Math.min(tree.next(expression), expression + nodesMax);
  for (let node = expression; node < end; node += 1) {
    if (tree.kind(node) !== Kind.identifier) continue;
    for (const binding of flows.names.variablesRead(node).flatMap(({ bindings }) => bindings)) {
      const definition = tree.parent(binding.node);
      if (tree.kind(definition) === Kind.classDefinition) scopes.push(names.scopeOf(tree.lastPart(definition)));
    }
  }
  return scopes;
}
