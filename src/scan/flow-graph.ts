// Where values go within a file: slots hold values, flows carry them on (scan policy §5.5: parameters, returns, containers,
// attributes). Control and order are ignored. Knows nothing of syntax; its work is bounded.
import type { NodeIndex } from './syntax-tree.ts';

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
  /** Values by what tells them apart. */
  readonly held = new Map<Value, Value>();
  readonly flows: Flow[] = [];
  /** Told of each value once. */
  readonly listeners: ((value: Value) => void)[] = [];
}

/** How dotted names change under a step; undefined where that leads nowhere. */
export type Stepping = (name: string, step: Step) => string | undefined;

const deliveriesMax = 20_000;
const heldMax = 16;

export class FlowGraph {
  private readonly results = new Map<NodeIndex, Slot>();
  private readonly items = new Map<NodeIndex, Slot>();
  private readonly arrived: { at: Slot; value: Value }[] = [];
  private readonly stepping: Stepping;
  private readonly accepts: (name: string) => boolean;
  private deliveries = 0;

  constructor(stepping: Stepping, accepts: (name: string) => boolean) {
    this.stepping = stepping;
    this.accepts = accepts;
  }

  /** What calling the function gives. */
  resultOf(definition: NodeIndex): Slot {
    return slotIn(this.results, definition);
  }

  itemsOf(container: NodeIndex): Slot {
    return slotIn(this.items, container);
  }

  connect(from: Slot, to: Slot, steps: readonly Step[]): void {
    from.flows.push({ to, steps });
    for (const value of from.held.values()) this.pass(value, { to, steps });
  }

  listen(at: Slot, listener: (value: Value) => void): void {
    at.listeners.push(listener);
    for (const value of at.held.values()) listener(value);
  }

  /** Takes the steps from a value, and puts what comes of it into the slot, now or when it is known. */
  pass(value: Value, { steps, to }: Flow): void {
    let name = value;
    for (const [at, step] of steps.entries()) {
      const rest = steps.slice(at + 1);
      if (typeof name !== 'string') {
        const inner = this.within(name, step);
        if (inner) this.connect(inner, to, rest);
        return;
      }
      const next = this.stepping(name, step);
      if (next === undefined) return;
      name = next;
    }
    this.arrived.push({ at: to, value: name });
  }

  /** Where the step leads into a function or a container of the file. */
  private within(value: Exclude<Value, string>, step: Step): Slot | undefined {
    if ('definition' in value) return step.kind === 'call' ? this.resultOf(value.definition) : undefined;
    return step.kind === 'item' ? this.itemsOf(value.container) : undefined;
  }

  settle(): void {
    for (let next = this.arrived.pop(); next; next = this.arrived.pop()) {
      const { at, value } = next;
      if (at.held.has(value) || (typeof value === 'string' && !this.accepts(value))) continue;
      // Dotted names are few, and each goes everywhere once; functions and containers may multiply.
      if (typeof value !== 'string' && (at.held.size >= heldMax || this.deliveries++ >= deliveriesMax)) continue;
      at.held.set(value, value);
      for (const listener of at.listeners) listener(value);
      // Flows that are added on the way see what is held for themselves.
      const { length } = at.flows;
      for (let flow = 0; flow < length; flow += 1) this.pass(value, at.flows[flow] ?? { to: at, steps: [] });
    }
  }

  /** The dotted names that come of a slot's values by the steps. Only when settled. */
  namesAfter(from: Slot, steps: readonly Step[]): Set<string> {
    const found = new Set<string>();
    const open = [...from.held.values()].map((value) => ({ value, at: 0 }));
    const seen = new Set<Slot>();
    for (let next = open.pop(); next; next = open.pop()) {
      const { at, value } = next;
      const step = steps[at];
      if (typeof value === 'string') {
        const name = step ? this.stepping(value, step) : value;
        if (!step) found.add(value);
        else if (name !== undefined) open.push({ value: name, at: at + 1 });
      } else if (step) {
        const inner = this.within(value, step);
        if (!inner || seen.has(inner)) continue;
        seen.add(inner);
        for (const held of inner.held.values()) open.push({ value: held, at: at + 1 });
      }
    }
    return found;
  }
}

function slotIn(slots: Map<NodeIndex, Slot>, node: NodeIndex): Slot {
  const slot = slots.get(node) ?? new Slot();
  slots.set(node, slot);
  return slot;
}
