// Follows modules, and functions that look up names, through everything that a file's flows don't model: calls of outside functions,
// containers and their methods, generators, decorators, exceptions, patterns (scan policy §10.15). Whatever contains or receives such a
// value is a holder from then on, and anything taken out of a holder may be the value again. This overapproximates, but code rarely does
// anything with a module except take names from it.
import type { Pausing } from '../file/pauses.ts';
import { heldPrefix, plainName, type Slot, slotFor, type Value } from '../flows/flow-graph.ts';
import type { Flows } from '../flows/flows.ts';
import { type Bindings, Use } from '../names/bindings.ts';
import { retainsNothing } from '../names/calls.ts';
import type { Variable } from '../names/scopes.ts';
import { mayBeModule } from '../policy/listed-modules.ts';
import { builtinsName } from '../policy/policy-table.ts';
import { Kind } from '../reading/kinds.ts';
import { type NodeIndex, noNode } from '../reading/syntax-tree.ts';
import { resolveNames } from './known-so-far.ts';
import { HolderTargets } from './targets.ts';

/** Functions that look up a name given as an argument. */
export const lookupFunctions: ReadonlySet<string> = new Set(['getattr', 'attrgetter', 'methodcaller']);

/** Maximum steps through the syntax tree, for all values together. */
const stepsMax = 1_000_000;
/** Steps and nodes between two pauses. */
const stepsOfTurn = 8192;
const nodesOfTurn = 8192;

export class Holders {
  private readonly flows: Flows;
  private readonly targets: HolderTargets;
  /** Values that each expression holds. */
  private readonly held = new Map<NodeIndex, Set<string>>();
  private readonly loadsByName = new Map<string, NodeIndex[]>();
  private readonly attributesByName = new Map<string, NodeIndex[]>();
  private readonly open: { node: NodeIndex; value: string }[] = [];
  private stepsLeft = stepsMax;

  constructor(flows: Flows) {
    this.flows = flows;
    this.targets = new HolderTargets(flows, {
      variable: (variable, value) => this.give(flows.slotOf(variable), value),
      field: (name, value) => this.giveField(name, value),
      expression: (node, value) => this.open.push({ node, value }),
    });
  }

  /** Follows all values. */
  *follow(): Pausing<void> {
    const { fieldSlots, variableSlots } = this.flows;
    yield* this.index();
    if (!this.areValuesUsed()) return;
    yield;
    for (const [variable, slot] of variableSlots) this.watch(slot, () => this.loadsOf(variable));
    for (const [name, slot] of fieldSlots) this.watch(slot, () => this.attributesByName.get(name) ?? []);
    let pauseAt = stepsMax;
    for (let next = this.open.pop(); next && this.isComplete; next = this.open.pop()) {
      this.climb(next.node, next.value);
      yield* this.flows.graph.settle();
      if (this.stepsLeft > pauseAt) continue;
      pauseAt = this.stepsLeft - stepsOfTurn;
      yield;
    }
  }

  /** True if all values were followed to their end. */
  get isComplete(): boolean {
    return this.stepsLeft > 0;
  }

  /** Returns what the expression may be or hold. */
  of(expression: NodeIndex): ReadonlySet<string> | undefined {
    return this.held.get(expression);
  }

  /**
   * Returns whether the file does anything with a module or lookup function except call it or take names from it. Uses of
   * `__builtins__` have rules of their own.
   */
  private areValuesUsed(): boolean {
    const { names, variableSlots } = this.flows;
    const isPassedOn = (node: NodeIndex) => isValue(names, node);
    const matters = (value: Value) =>
      typeof value === 'string' && value !== builtinsName && this.flows.meanings.isModuleOrLookup(value);
    return (
      this.open.some(({ node, value }) => names.tree.kind(node) !== Kind.call && matters(value) && isPassedOn(node)) ||
      [...variableSlots].some(
        ([variable, { values }]) => [...values].some(matters) && this.loadsOf(variable).some(isPassedOn),
      )
    );
  }

  private *index(): Pausing<void> {
    const { flows, attributesByName, loadsByName } = this;
    const { tree } = flows.names;
    for (let node = 0; node < tree.size; node += 1) {
      const kind = tree.kind(node);
      if (node % nodesOfTurn === 0) yield;
      if (kind === Kind.attribute) addTo(attributesByName, tree.attributeName(node), node);
      if (kind === Kind.call && lookupFunctions.has(tree.lastName(tree.firstPart(node)) ?? '')) this.startAt(node);
      if (kind !== Kind.identifier || flows.names.useOf(node) !== Use.load) continue;
      addTo(loadsByName, tree.name(node), node);
      if (flows.names.variablesRead(node).length > 0) continue;
      const name = flows.meanings.freeName(tree.name(node));
      if (flows.meanings.isModuleOrLookup(name)) this.open.push({ node, value: name });
    }
    for (const [name, nodes] of attributesByName) if (mayBeModule(name)) for (const node of nodes) this.startAt(node);
  }

  /** Starts at a node such as `asyncio.base_events` or `attrgetter('system')`. */
  private startAt(node: NodeIndex): void {
    for (const value of resolveNames(this.flows, node))
      if (this.flows.meanings.isModuleOrLookup(value)) this.open.push({ node, value });
  }

  private loadsOf(variable: Variable): NodeIndex[] {
    const loads = this.loadsByName.get(variable.name) ?? [];
    return loads.filter((node) => this.flows.names.variablesRead(node).includes(variable));
  }

  private watch(slot: Slot, uses: () => readonly NodeIndex[]): void {
    this.flows.graph.listen(slot, (value) => {
      if (typeof value !== 'string' || !(plainName(value) !== value || this.flows.meanings.isModuleOrLookup(value)))
        return;
      for (const node of uses()) this.open.push({ node, value });
    });
  }

  /** A slot that receives a module's holder may have the holder or the module itself. */
  private give(slot: Slot, value: string): void {
    this.flows.graph.pass(value, { to: slot, steps: [] });
    if (value.startsWith(heldPrefix)) this.flows.graph.pass(plainName(value), { to: slot, steps: [] });
  }

  private giveField(name: string, value: string): void {
    const isNew = !this.flows.fieldSlots.has(name);
    const slot = slotFor(this.flows.fieldSlots, name);
    if (isNew) this.watch(slot, () => this.attributesByName.get(name) ?? []);
    this.give(slot, value);
  }

  /** Follows a value from its use to the surrounding statement, and gives it to the names that the statement binds. */
  private climb(use: NodeIndex, found: string): void {
    const { tree } = this.flows.names;
    let value = found;
    for (let node = use, parent = tree.parent(use); parent !== noNode; node = parent, parent = tree.parent(parent)) {
      this.stepsLeft -= 1;
      if (this.stepsLeft < 0) return;
      const next = this.targets.reach({ node, parent, value });
      if (next === undefined) return;
      value = next;
      if (!value.startsWith(heldPrefix)) continue;
      if (!this.record(parent, value)) return;
    }
  }

  /** Records that the expression holds the value. Returns false if that was already known. */
  private record(node: NodeIndex, value: string): boolean {
    const known = this.held.get(node) ?? new Set();
    this.held.set(node, known);
    if (known.has(value)) return false;
    known.add(value).add(value.slice(heldPrefix.length));
    return true;
  }
}

/** Returns whether the expression is more than called, compared, tested, inspected or read from. */
function isValue(names: Bindings, expression: NodeIndex): boolean {
  const { tree } = names;
  const parent = tree.parent(expression);
  const kind = tree.kind(parent);
  if (kind === Kind.attribute || kind === Kind.call) return tree.firstPart(parent) !== expression;
  return !uses.has(kind) && !(kind === Kind.argumentList && retainsNothing(names, tree.firstPart(tree.parent(parent))));
}

const uses: ReadonlySet<number> = new Set([
  Kind.comparisonOperator,
  Kind.notOperator,
  Kind.deleteStatement,
  Kind.ifStatement,
]);

function addTo(index: Map<string, NodeIndex[]>, name: string, node: NodeIndex): void {
  const known = index.get(name);
  if (known) known.push(node);
  else index.set(name, [node]);
}
