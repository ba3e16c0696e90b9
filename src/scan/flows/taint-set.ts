// Which values lead on: names by which the policy knows something, and functions and containers of which such a name comes.
import type { ScanPolicy } from '../policy/policy.ts';
import type { NodeIndex } from '../reading/syntax-tree.ts';
import { type FlowGraph, nodeOf, type Slot, type Value } from './flow-graph.ts';

export class TaintSet {
  private readonly policy: ScanPolicy;
  private readonly nodes: ReadonlySet<NodeIndex>;
  private readonly slots = new Map<Slot, boolean>();

  /** Of flows that are settled. */
  constructor(graph: FlowGraph, policy: ScanPolicy) {
    this.policy = policy;
    this.nodes = graph.taintedNodes((name) => policy.isSensitive(name));
  }

  hasValue(value: Value): boolean {
    return typeof value === 'string' ? this.policy.isSensitive(value) : this.hasNode(nodeOf(value));
  }

  /** A function or container. */
  hasNode(node: NodeIndex): boolean {
    return this.nodes.has(node);
  }

  hasSlot(slot: Slot): boolean {
    const found = this.slots.get(slot) ?? [...slot.values].some((value) => this.hasValue(value));
    this.slots.set(slot, found);
    return found;
  }
}
