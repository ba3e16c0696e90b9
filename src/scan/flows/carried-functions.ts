// Finds the functions and classes of a file that an expression may refer to, directly or in containers and results of functions (scan
// policy §10.15).
import type { Scope } from '../names/scopes.ts';
import { Kind } from '../reading/kinds.ts';
import type { NodeIndex } from '../reading/syntax-tree.ts';
import type { Slot, Value } from './flow-graph.ts';
import type { Flows } from './flows.ts';

/** Nodes of an expression that are looked at, and functions that one may lead to. */
const nodesMax = 400;
const functionsMax = 400;

export function functionsIn(flows: Flows, expression: NodeIndex): Set<NodeIndex> {
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
    if (kind === Kind.identifier) for (const variable of flows.variablesOf(node)) slots.add(flows.slotOf(variable));
    if (kind !== Kind.attribute) continue;
    const field = flows.fieldSlot(tree.name(tree.lastPart(node)));
    if (field) slots.add(field);
  }
  // Iterating a Set also visits what is added during the loop.
  for (const { values } of slots) add(values);
  return found;
}

/** Returns the scopes of the classes that names in the expression are bound to. */
export function classesIn(flows: Flows, expression: NodeIndex): Scope[] {
  const { names } = flows;
  const { tree } = names;
  const scopes: Scope[] = [];
  const end = Math.min(tree.next(expression), expression + nodesMax);
  for (let node = expression; node < end; node += 1) {
    if (tree.kind(node) !== Kind.identifier) continue;
    for (const binding of flows.variablesOf(node).flatMap(({ bindings }) => bindings)) {
      const definition = tree.parent(binding.node);
      if (tree.kind(definition) === Kind.classDefinition) scopes.push(names.scopeOf(tree.lastPart(definition)));
    }
  }
  return scopes;
}
