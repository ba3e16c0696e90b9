// Which values lead on: names by which the policy knows something, and functions and containers of which such a name comes.
import type { ScanPolicy } from '../policy/policy.ts';
import type { NodeIndex } from '../reading/syntax-tree.ts';
import { type FlowGraph, nodeOf, type Slot, type Value } from './flow-graph.ts';

export class Leading {
  private readonly policy: ScanPolicy;
  private readonly nodes: ReadonlySet<NodeIndex>;
  private readonly known = new Map<Slot, boolean>();

  /** Of flows that are settled. */
  constructor(graph: FlowGraph, policy: ScanPolicy) {
    this.policy = policy;
    this.nodes = graph.leading((name) => policy.isSensitive(name));
  }

  value(value: Value): boolean {
    return typeof value === 'string' ? this.policy.isSensitive(value) : this.node(nodeOf(value));
  }

  /** A function or container. */
  node(node: NodeIndex): boolean {
    return this.nodes.has(node);
  }

  slot(slot: Slot): boolean {
    const found = this.known.get(slot) ?? [...slot.held].some((value) => this.value(value));
    this.known.set(slot, found);
    return found;
  }
}
