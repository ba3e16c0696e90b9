// Decides which values are sensitive: names that the policy gives a meaning, and functions and containers that yield such a name.
import { ownPrefix } from '../linking/links.ts';
import type { ScanPolicy } from '../policy/policy.ts';
import type { NodeIndex } from '../reading/syntax-tree.ts';
import { cutOff, type FlowGraph, nodeOf, type Slot, type Value } from './flow-graph.ts';

export class TaintSet {
  private readonly policy: ScanPolicy;
  private readonly nodes: ReadonlySet<NodeIndex>;
  private readonly slots = new Map<Slot, boolean>();

  /** The graph must be settled. */
  constructor(graph: FlowGraph, policy: ScanPolicy) {
    this.policy = policy;
    this.nodes = graph.taintedNodes((name) => isSensitive(policy, name));
  }

  hasValue(value: Value): boolean {
    return typeof value === 'string' ? isSensitive(this.policy, value) : this.hasNode(nodeOf(value));
  }

  /** Whether the function or container yields a sensitive name. */
  hasNode(node: NodeIndex): boolean {
    return this.nodes.has(node);
  }

  hasSlot(slot: Slot): boolean {
    const isTainted = this.slots.get(slot) ?? [...slot.values].some((value) => this.hasValue(value));
    this.slots.set(slot, isTainted);
    return isTainted;
  }
}

/** Says whether a name is sensitive. A result that a limit cut off, and the plugin's own modules, may lead to anything. */
function isSensitive(policy: ScanPolicy, name: string): boolean {
  return name === cutOff || name.startsWith(ownPrefix) || policy.isSensitive(name);
}
