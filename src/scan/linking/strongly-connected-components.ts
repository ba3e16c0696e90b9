// Finds a graph's strongly connected components, which are groups of nodes connected by cycles.

/** Returns the components, each after those that it leads to. Iterative, so that no graph is too deep. */
export function stronglyConnectedComponents<Node>(
  nodes: Iterable<Node>,
  next: (node: Node) => Iterable<Node>,
): Node[][] {
  const components: Node[][] = [];
  const indexes = new Map<Node, number>();
  const lowest = new Map<Node, number>();
  const stack: Node[] = [];
  const stacked = new Set<Node>();
  const path: { node: Node; rest: Iterator<Node> }[] = [];
  const low = (node: Node): number => lowest.get(node) ?? 0;
  const enter = (node: Node): void => {
    indexes.set(node, indexes.size);
    lowest.set(node, indexes.size - 1);
    stack.push(node);
    stacked.add(node);
    path.push({ node, rest: next(node)[Symbol.iterator]() });
  };
  for (const start of nodes) {
    if (!indexes.has(start)) enter(start);
    for (let top = path.at(-1); top; top = path.at(-1)) {
      const { done, value } = top.rest.next();
      if (!done) {
        if (!indexes.has(value)) enter(value);
        else if (stacked.has(value)) lowest.set(top.node, Math.min(low(top.node), indexes.get(value) ?? 0));
        continue;
      }
      path.pop();
      const { node } = top;
      const around = path.at(-1)?.node;
      if (around !== undefined) lowest.set(around, Math.min(low(around), low(node)));
      if (low(node) === indexes.get(node)) components.push(takeFrom(stack, stacked, node));
    }
  }
  return components;
}

/** Pops a component's nodes off the stack, up to and including the given one. */
function takeFrom<Node>(stack: Node[], stacked: Set<Node>, last: Node): Node[] {
  const component = stack.splice(stack.lastIndexOf(last));
  for (const node of component) stacked.delete(node);
  return component;
}
