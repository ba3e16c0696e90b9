// Where values go within a file: slots hold values, flows carry them on (scan policy §5.5: parameters, returns, containers,
// attributes). Control and order are ignored. Knows nothing of syntax; its work is bounded.
import type { NodeIndex } from '../reading/syntax-tree.ts';

/** A canonical dotted name, a function or lambda of the file, or a container whose items have a slot of their own. */
export type Value = string | { readonly definition: NodeIndex } | { readonly container: NodeIndex };

/** What is done with a value: an attribute taken, a call, an item taken; with the key or first argument where that is a literal. */
export type Step =
  | { kind: 'attribute'; name: string }
  | { kind: 'call'; literal?: string }
  | { kind: 'item'; literal?: string };

export interface Flow {
  to: Slot;
  steps: readonly Step[];
}

export class Slot {
  readonly values = new Set<Value>();
  readonly flows: Flow[] = [];
  /** Where values go as they are. */
  readonly direct = new Set<Slot>();
  /** Told of each value once. */
  readonly listeners: ((value: Value) => void)[] = [];
}

/** How dotted names change under a step; undefined where that leads nowhere. */
export type ApplyStep = (name: string, step: Step) => string | undefined;

/** Of functions and containers, which may multiply; beyond it they are followed no further. */
const deliveriesMax = 20_000;
const valuesMax = 16;
/** Of dotted names; beyond it the flows are not complete. */
const passesMax = 1_000_000;
const namesMax = 32;

export class FlowGraph {
  private readonly results = new Map<NodeIndex, Slot>();
  private readonly items = new Map<NodeIndex, Slot>();
  private readonly pending: { at: Slot; value: Value }[] = [];
  private readonly applyStep: ApplyStep;
  private readonly accepts: (name: string) => boolean;
  private deliveries = 0;
  private passes = 0;
  private overflowed = false;

  constructor(stepping: ApplyStep, accepts: (name: string) => boolean) {
    this.applyStep = stepping;
    this.accepts = accepts;
  }

  /** Whether every name has gone everywhere that it may. */
  get isComplete(): boolean {
    return !this.overflowed;
  }

  /** What calling the function gives. */
  resultOf(definition: NodeIndex): Slot {
    return slotFor(this.results, definition);
  }

  itemsOf(container: NodeIndex): Slot {
    return slotFor(this.items, container);
  }

  connect(from: Slot, to: Slot, steps: readonly Step[]): void {
    if (steps.length === 0) {
      if (from.direct.has(to)) return;
      from.direct.add(to);
    }
    from.flows.push({ to, steps });
    for (const value of from.values.values()) this.pass(value, { to, steps });
  }

  listen(at: Slot, listener: (value: Value) => void): void {
    at.listeners.push(listener);
    for (const value of at.values.values()) listener(value);
  }

  /** Takes the steps from a value, and puts what comes of it into the slot, now or when it is known. */
  pass(value: Value, { steps, to }: Flow): void {
    this.passes += 1;
    if (this.passes > passesMax) {
      this.overflowed = true;
      return;
    }
    let name = value;
    for (const [at, step] of steps.entries()) {
      const rest = steps.slice(at + 1);
      if (typeof name !== 'string') {
        const inner = this.innerSlot(name, step);
        if (inner) this.connect(inner, to, rest);
        return;
      }
      const next = this.applyStep(name, step);
      if (next === undefined) return;
      name = next;
    }
    this.pending.push({ at: to, value: name });
  }

  /** Where the step leads into a function or a container of the file. */
  private innerSlot(value: Exclude<Value, string>, step: Step): Slot | undefined {
    if ('definition' in value) return step.kind === 'call' ? this.resultOf(value.definition) : undefined;
    return step.kind === 'item' ? this.itemsOf(value.container) : undefined;
  }

  settle(): void {
    for (let next = this.pending.pop(); next; next = this.pending.pop()) {
      const { at, value } = next;
      if (at.values.has(value) || !this.admits(at, value)) continue;
      at.values.add(value);
      for (const listener of at.listeners) listener(value);
      // Flows that are added on the way see what is held for themselves.
      const { length } = at.flows;
      for (let flow = 0; flow < length; flow += 1) this.pass(value, at.flows[flow] ?? { to: at, steps: [] });
    }
  }

  /** Whether there is room for another value. */
  private admits({ values: held }: Slot, value: Value): boolean {
    if (typeof value !== 'string') return held.size < valuesMax && this.deliveries++ < deliveriesMax;
    if (!this.accepts(value)) return false;
    this.overflowed ||= held.size >= namesMax;
    return held.size < namesMax;
  }

  /** The functions and containers of which something comes that leads on: a name of that kind, or another of these. */
  taintedNodes(leads: (name: string) => boolean): Set<NodeIndex> {
    const found = new Set<NodeIndex>();
    const holders = new Map<NodeIndex, NodeIndex[]>();
    for (const [node, { values: held }] of [...this.results, ...this.items]) {
      for (const value of held.values()) {
        if (typeof value !== 'string') {
          const inner = nodeOf(value);
          const others = holders.get(inner) ?? [];
          others.push(node);
          holders.set(inner, others);
        } else if (leads(value)) {
          found.add(node);
        }
      }
    }
    // A set goes on over what is added on the way.
    for (const node of found) for (const holder of holders.get(node) ?? []) found.add(holder);
    return found;
  }

  /** The dotted names that come of a slot's values by the steps. Only when settled. */
  namesAfter(from: Slot, steps: readonly Step[]): Set<string> {
    const found = new Set<string>();
    const open = [...from.values.values()].map((value) => ({ value, at: 0 }));
    const seen = new Set<Slot>();
    for (let next = open.pop(); next; next = open.pop()) {
      const { at, value } = next;
      const step = steps[at];
      if (typeof value === 'string') {
        const name = step ? this.applyStep(value, step) : value;
        if (!step) found.add(value);
        else if (name !== undefined) open.push({ value: name, at: at + 1 });
      } else if (step) {
        const inner = this.innerSlot(value, step);
        if (!inner || seen.has(inner)) continue;
        seen.add(inner);
        for (const held of inner.values.values()) open.push({ value: held, at: at + 1 });
      }
    }
    return found;
  }
}

export function nodeOf(value: Exclude<Value, string>): NodeIndex {
  return 'definition' in value ? value.definition : value.container;
}

function slotFor(slots: Map<NodeIndex, Slot>, node: NodeIndex): Slot {
  const slot = slots.get(node) ?? new Slot();
  slots.set(node, slot);
  return slot;
}
