// Answers what an expression may be while modules are still followed (scan policy §10.15).
import { Kind } from '../reading/kinds.ts';
import type { NodeIndex } from '../reading/syntax-tree.ts';
import type { Flows } from './flows.ts';
import { sourcesOf } from './sources.ts';

/** Returns the dotted names of a name, an attribute or a call. */
export function namesIn(flows: Flows, expression: NodeIndex): Set<string> {
  const names = new Set<string>();
  for (const { origin, steps } of sourcesOf(flows.names, expression)) {
    if (origin.kind !== 'name') continue;
    const variables = flows.variablesOf(origin.node);
    if (variables.length === 0 && steps.length === 0) names.add(flows.freeName(flows.names.tree.name(origin.node)));
    for (const variable of variables)
      for (const name of flows.graph.namesAfter(flows.slotOf(variable), steps)) names.add(name);
  }
  return names;
}

/** Whether the name or attribute may be a function of this file. */
export function isLocalFunction(flows: Flows, callee: NodeIndex): boolean {
  const { tree } = flows.names;
  const field = tree.kind(callee) === Kind.attribute ? flows.fieldSlot(tree.name(tree.lastPart(callee))) : undefined;
  const slots =
    tree.kind(callee) === Kind.identifier
      ? flows.variablesOf(callee).map((variable) => flows.slotOf(variable))
      : field
        ? [field]
        : [];
  return slots.some(({ values }) => [...values].some((value) => typeof value !== 'string' && 'definition' in value));
}

/** Returns the class of the file that a call of the name makes an instance of, if instances have nothing but what their methods give them. */
export function plainClass(flows: Flows, callee: NodeIndex): NodeIndex | undefined {
  const { tree } = flows.names;
  if (tree.kind(callee) !== Kind.identifier) return undefined;
  const [only, ...others] = flows.variablesOf(callee).flatMap((variable) => variable.bindings);
  if (only === undefined || others.length > 0) return undefined;
  const definition = tree.parent(only.node);
  return flows.classes.isPlain(definition) ? definition : undefined;
}
