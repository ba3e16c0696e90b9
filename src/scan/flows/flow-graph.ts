// Propagates values through a file (scan policy §5.5: parameters, returns, containers, attributes). Slots hold values, and flows copy
// them from slot to slot. Ignores control flow and order, is independent of syntax, and does a bounded amount of work.
import type { Pausing } from '../file/pauses.ts';
import { cutOff } from '../linking/links.ts';
import type { Step } from '../names/bound-values.ts';
import type { NodeIndex } from '../reading/syntax-tree.ts';

/** Prefix of a name. Marks a holder: something that contains or received the named object, so any part of it may be that object. */
export const heldPrefix = '~';

/**
 * Prefix of a class's node and a name. Marks an instance of the class that received the named object. The instance isn't the object.
 */
const instancePrefix = '°';

export function instanceValue(definition: NodeIndex, value: string): string {
  return `${instancePrefix}${definition} ${plainName(value)}`;
}

/** Returns the class that the value is an instance of. */
export function instanceClass(value: string): NodeIndex | undefined {
  return value.startsWith(instancePrefix) ? Number.parseInt(value.slice(1), 10) : undefined;
}

/** Returns the name of what the value is, holds or received. */
export function plainName(value: string): string {
  if (value.startsWith(heldPrefix)) return value.slice(1);
  return value.startsWith(instancePrefix) ? value.slice(value.indexOf(' ') + 1) : value;
}

/** Returns the value for a holder of the given value. */
export function holderValue(value: string): string {
  return heldPrefix + plainName(value);
}

/** A canonical dotted name, a function or lambda in the file, or a container. A container's items have a slot of their own. */
export type Value = string | { readonly definition: NodeIndex } | { readonly container: NodeIndex };

export interface Flow {
  to: Slot;
  steps: readonly Step[];
}

export class Slot {
  readonly values = new Set<Value>();
  readonly flows: Flow[] = [];
  /** Slots that receive every value unchanged. */
  direct: Set<Slot> | undefined;
  /** Called once per value. */
  readonly listeners: ((value: Value) => void)[] = [];
}

/** Returns the dotted names that a step leads to; none if it leads nowhere of interest. */
export type ApplyStep = (name: string, step: Step) => readonly string[];

/**
 * Limits the functions and containers delivered, which can multiply, and the different names in one slot. Further values are cut off.
 */
const deliveriesMax = 100_000;
const valuesMax = 64;
/** Limits the total work. Beyond it, the flows are incomplete. */
const passesMax = 1_000_000;
/** Work between two pauses. */
const passesOfTurn = 8192;

export class FlowGraph {
  private readonly results = new Map<NodeIndex, Slot>();
  private readonly items = new Map<NodeIndex, Slot>();
  private readonly pending: { at: Slot; value: Value }[] = [];
  private readonly applyStep: ApplyStep;
  private readonly accepts: (name: string) => boolean;
  private deliveries = 0;
  private passes = 0;
  private pauseAt = passesOfTurn;
  private overflowed = false;

  constructor(applyStep: ApplyStep, accepts: (name: string) => boolean) {
    this.applyStep = applyStep;
    this.accepts = accepts;
  }

  /** True if every name was propagated everywhere it may go. */
  get isComplete(): boolean {
    return !this.overflowed;
  }

  /** Returns the slot for the function's results. */
  resultOf(definition: NodeIndex): Slot {
    return slotFor(this.results, definition);
  }

  itemsOf(container: NodeIndex): Slot {
    return slotFor(this.items, container);
  }

  connect(from: Slot, to: Slot, steps: readonly Step[]): void {
    if (steps.length === 0) {
      if (from.direct?.has(to)) return;
      from.direct ??= new Set();
      from.direct.add(to);
    }
    from.flows.push({ to, steps });
    for (const value of from.values.values()) this.pass(value, { to, steps });
  }

  listen(at: Slot, listener: (value: Value) => void): void {
    at.listeners.push(listener);
    for (const value of at.values.values()) listener(value);
  }

  /** Applies the steps to a value and delivers the result to the slot as soon as it is known. */
  pass(value: Value, { steps, to }: Flow): void {
    this.passes += 1;
    if (this.passes > passesMax) {
      this.overflowed = true;
      return;
    }
    const [step, ...rest] = steps;
    if (!step) {
      this.pending.push({ at: to, value });
    } else if (typeof value === 'string') {
      for (const next of this.applyStep(value, step)) this.pass(next, { to, steps: rest });
    } else {
      const inner = this.innerSlot(value, step);
      if (inner) this.connect(inner, to, rest);
    }
  }

  /** Returns the slot from which a step on a function or container reads. */
  private innerSlot(value: Exclude<Value, string>, step: Step): Slot | undefined {
    if ('definition' in value) return step.kind === 'call' ? this.resultOf(value.definition) : undefined;
    return step.kind === 'item' ? this.itemsOf(value.container) : undefined;
  }

  *settle(): Pausing<void> {
    for (let next = this.pending.pop(); next; next = this.pending.pop()) {
      if (this.passes >= this.pauseAt) {
        this.pauseAt = this.passes + passesOfTurn;
        yield;
      }
      const { at } = next;
      if (at.values.has(next.value) || (typeof next.value === 'string' && !this.accepts(next.value))) continue;
      const value = this.hasRoom(at, next.value) ? next.value : cutOff;
      if (at.values.has(value)) continue;
      at.values.add(value);
      for (const listener of at.listeners) listener(value);
      // Flows added during this loop receive the slot's values when they are connected.
      const { length } = at.flows;
      for (let flow = 0; flow < length; flow += 1) this.pass(value, at.flows[flow] ?? { to: at, steps: [] });
    }
  }

  private hasRoom({ values }: Slot, value: Value): boolean {
    if (values.size >= valuesMax) return false;
    return typeof value === 'string' || this.deliveries++ < deliveriesMax;
  }

  /** Returns the dotted names that the steps lead to from a slot's values. The graph must be settled. */
  namesAfter(from: Slot, steps: readonly Step[]): Set<string> {
    const names = new Set<string>();
    const open = [...from.values.values()].map((value) => ({ value, at: 0 }));
    const seen = new Set<Slot>();
    for (let next = open.pop(); next; next = open.pop()) {
      const { at, value } = next;
      const step = steps[at];
      if (typeof value === 'string') {
        if (!step) names.add(value);
        else for (const name of this.applyStep(value, step)) open.push({ value: name, at: at + 1 });
      } else if (step) {
        const inner = this.innerSlot(value, step);
        if (!inner || seen.has(inner)) continue;
        seen.add(inner);
        for (const inside of inner.values.values()) open.push({ value: inside, at: at + 1 });
      }
    }
    return names;
  }
}

export function valueNode(value: Exclude<Value, string>): NodeIndex {
  return 'definition' in value ? value.definition : value.container;
}

export function slotFor<Key>(slots: Map<Key, Slot>, key: Key): Slot {
  const slot = slots.get(key) ?? new Slot();
  slots.set(key, slot);
  return slot;
}

/** Returns the attribute that an item lookup reads: `m.__dict__['os']` and `m.__dict__.get('os')` are `m.os`. */
export function attributeLookedUp(name: string, step: Step): { object: string; step: Step } | undefined {
  if (step.kind === 'attribute' || step.literal === undefined || !name.includes('.__dict__')) return undefined;
  const object = (step.kind === 'item' ? namespaceName : namespaceMethod).exec(name)?.[1];
  return object === undefined ? undefined : { object, step: { kind: 'attribute', name: step.literal } };
}

const namespaceName = /^(.+)\.__dict__$/;
const namespaceMethod = /^(.+)\.__dict__\.(?:get|pop|setdefault|__getitem__)$/;
