// Builds the flow graph for a file: the possible values of its names, attributes, functions and containers (scan
// policy §5.2, §5.5).
import { limits } from '../../contract/limits/scans.ts';
import type { Pausing } from '../file/pauses.ts';
import { cutOff, type Links } from '../linking/links.ts';
import type { Bindings } from '../names/bindings.ts';
import { type BoundValue, isImport, type Step, stepsTo } from '../names/bound-values.ts';
import { type CallArguments, callArguments, listParameters, type Parameters } from '../names/calls.ts';
import type { Variable } from '../names/scopes.ts';
import type { ScanPolicy } from '../policy/policy.ts';
import { builtinsName } from '../policy/policy-table.ts';
import { Kind } from '../reading/kinds.ts';
import { type NodeIndex, noNode } from '../reading/syntax-tree.ts';
import { FlowGraph, Slot, slotFor, type Value } from './flow-graph.ts';
import { NameMeanings } from './name-meanings.ts';
import { PlainClasses } from './plain-classes.ts';
import { findSourcesOfPart, isContainer, type Origin } from './sources.ts';

const item: readonly Step[] = [{ kind: 'item' }];
/** Maximum known arguments per parameter. A parameter may always have other values too. */
const argumentsMax = 1000;

/** Variables and nodes between two pauses. */
const variablesOfTurn = 64;
const nodesOfTurn = 16_384;

type WrittenOrigin = Exclude<Origin, { kind: 'name' | 'field' }>;

export class Flows {
  readonly graph: FlowGraph;
  private readonly policy: ScanPolicy;
  readonly names: Bindings;
  readonly variableSlots = new Map<Variable, Slot>();
  readonly fieldSlots = new Map<string, Slot>();
  private readonly parameters = new Map<NodeIndex, Parameters>();
  private readonly argumentsByParameter = new Map<Variable, NodeIndex[]>();
  private readonly chainValues = new Map<NodeIndex, NodeIndex>();
  /** One value object for each function and container, so that values can be compared by identity. */
  private readonly definitions = new Map<NodeIndex, Value>();
  private readonly containers = new Map<NodeIndex, Value>();
  readonly classes: PlainClasses;
  readonly meanings: NameMeanings;

  constructor(names: Bindings, policy: ScanPolicy, links: Links) {
    this.names = names;
    this.policy = policy;
    this.classes = new PlainClasses(names.tree);
    this.meanings = new NameMeanings({ policy, links, classes: this.classes, fields: this.fieldSlots });
    this.graph = new FlowGraph(
      (name, step) => this.meanings.after(name, step),
      (name) => this.meanings.accepts(name),
    );
  }

  /** Follows all values. */
  *follow(): Pausing<void> {
    const { tree } = this.names;
    for (const variable of this.names.variables()) {
      this.readVariable(variable);
      if (this.variableSlots.size % variablesOfTurn === 0) yield;
    }
    for (let node = 0; node < tree.size && this.isComplete; node += 1) {
      this.readNode(node);
      if (node % nodesOfTurn === 0) yield;
    }
    if (!this.isComplete) return;
    // A second pass, because now all fields that a callee may refer to are known.
    for (let node = 0; node < tree.size; node += 1) if (tree.kind(node) === Kind.call) this.readCall(node);
    yield* this.graph.settle();
  }

  /** True if every name was propagated everywhere it may go. */
  get isComplete(): boolean {
    return this.graph.isComplete && this.fieldSlots.size <= limits.names;
  }

  /** Returns the expressions that calls in this file pass for a parameter. */
  argumentsFor(variable: Variable): readonly NodeIndex[] {
    return this.argumentsByParameter.get(variable) ?? [];
  }

  slotOf(variable: Variable): Slot {
    return slotFor(this.variableSlots, variable);
  }

  /** Returns a slot for the function, container or `__builtins__` written here. */
  slotOfOrigin(origin: WrittenOrigin): Slot {
    const slot = new Slot();
    slot.values.add(this.valueOf(origin));
    return slot;
  }

  private valueOf(origin: WrittenOrigin): Value {
    if (origin.kind === 'cut off') return cutOff;
    if (origin.kind === 'builtins') return builtinsName;
    return origin.kind === 'function' ? this.definition(origin.node) : this.container(origin.node);
  }

  private readVariable(variable: Variable): void {
    const to = this.slotOf(variable);
    for (const { value } of variable.bindings) if (value) this.readValue(value, to);
    if (variable.scope.kind === 'class') this.graph.connect(to, slotFor(this.fieldSlots, variable.name), []);
  }

  private readValue(value: BoundValue, to: Slot): void {
    switch (value.kind) {
      case 'module':
      case 'member':
        for (const name of this.meanings.ofImport(value)) this.graph.pass(name, { to, steps: [] });
        break;
      case 'function':
        this.addValue(this.definition(value.node), to);
        break;
      default:
        this.connectExpression(value.node, to, stepsTo(value));
    }
  }

  private addValue(value: Value, to: Slot, steps: readonly Step[] = []): void {
    this.graph.pass(typeof value === 'string' ? this.policy.canonicalName(value) : value, { to, steps });
  }

  /** Connects everything that the expression may refer to with a slot. `after` has the steps to apply after its own. */
  private connectExpression(expression: NodeIndex, to: Slot, after: readonly Step[] = []): void {
    for (const { origin, steps } of findSourcesOfPart(this.names, expression, after))
      this.connectOrigin(origin, to, steps);
  }

  private connectOrigin(origin: Origin, to: Slot, steps: readonly Step[]): void {
    switch (origin.kind) {
      case 'name': {
        const variables = this.names.variablesRead(origin.node);
        for (const variable of variables) this.graph.connect(this.slotOf(variable), to, steps);
        if (variables.length === 0) this.addValue(this.meanings.freeName(this.names.tree.name(origin.node)), to, steps);
        break;
      }
      case 'field':
        this.graph.connect(slotFor(this.fieldSlots, origin.name), to, steps);
        for (const name of this.meanings.namedAttribute(origin.name)) this.addValue(name, to, steps);
        break;
      default:
        this.addValue(this.valueOf(origin), to, steps);
    }
  }

  private readNode(node: NodeIndex): void {
    const { tree } = this.names;
    const kind = tree.kind(node);
    if (kind === Kind.assignment) this.readFieldAssignment(node);
    else if (kind === Kind.lambda) this.connectExpression(tree.lastPart(node), this.graph.resultOf(node));
    else if (kind === Kind.returnStatement) this.readReturn(node);
    else if (isContainer(kind)) this.readContainer(node);
  }

  private readFieldAssignment(node: NodeIndex): void {
    const { tree } = this.names;
    const target = tree.firstPart(node);
    if (tree.kind(target) !== Kind.attribute) return;
    this.connectExpression(this.chainValue(node), slotFor(this.fieldSlots, tree.attributeName(target)));
  }

  /** Returns the value of `a = b = value`, for any of its parts. */
  private chainValue(assignment: NodeIndex): NodeIndex {
    const { tree } = this.names;
    const parts: NodeIndex[] = [];
    let value = assignment;
    while (tree.kind(value) === Kind.assignment) {
      parts.push(value);
      value = this.chainValues.get(value) ?? tree.lastPart(value);
    }
    for (const part of parts) this.chainValues.set(part, value);
    return value;
  }

  private readReturn(node: NodeIndex): void {
    const definition = this.names.definitionOf(this.names.scopeOf(node));
    if (definition !== undefined)
      this.connectExpression(this.names.tree.lastPart(node), this.graph.resultOf(definition));
  }

  private readContainer(node: NodeIndex): void {
    const { tree } = this.names;
    const to = this.graph.itemsOf(node);
    for (let part = tree.firstPart(node); part !== noNode; part = tree.nextPart(part)) {
      const kind = tree.kind(part);
      if (kind === Kind.listSplat) this.connectExpression(tree.lastPart(part), to, item);
      else if (kind === Kind.pair) this.connectExpression(tree.lastPart(part), to);
      else if (mayRefer(kind)) this.connectExpression(part, to);
    }
  }

  private readCall(call: NodeIndex): void {
    const { tree } = this.names;
    const callee = tree.firstPart(call);
    if (!this.mayBeLocalFunction(callee)) return;
    const passed = callArguments(tree, call);
    const given = passed ? [...passed.positional, ...passed.keywords.values()] : [];
    if (!given.some((node) => isRelevantArgument(tree.kind(node)))) return;
    const callsMember = tree.kind(callee) === Kind.attribute;
    for (const slot of this.slotsOfCallee(callee)) {
      this.graph.listen(slot, (value) => {
        if (typeof value === 'string' || !('definition' in value)) return;
        // Reads the arguments again, because a listener must not hold memory for each call.
        const args = callArguments(tree, call);
        if (args) this.bindArguments(value.definition, args, callsMember);
      });
    }
  }

  private slotsOfCallee(callee: NodeIndex): Slot[] {
    if (this.names.tree.kind(callee) === Kind.identifier) {
      return this.names.variablesRead(callee).map((variable) => this.slotOf(variable));
    }
    const slot = new Slot();
    this.connectExpression(callee, slot);
    return [slot];
  }

  /** Returns whether the callee may be a function in this file. Names that are only imported, or never assigned, can't be one. */
  private mayBeLocalFunction(callee: NodeIndex): boolean {
    const { tree } = this.names;
    const kind = tree.kind(callee);
    if (kind === Kind.attribute) return this.fieldSlots.has(tree.attributeName(callee));
    if (kind !== Kind.identifier) return true;
    return this.names.variablesRead(callee).some(({ bindings }) => !bindings.every(isImport));
  }

  private bindArguments(definition: NodeIndex, args: CallArguments, member: boolean): void {
    const scope = this.names.bodyOf(definition);
    if (!scope) return;
    const { names } = this.parametersOf(definition);
    const first = member && scope.parent?.kind === 'class' ? 1 : 0;
    const bind = (name: string | undefined, argument: NodeIndex): void => {
      const variable = name === undefined ? undefined : scope.variables.get(name);
      if (!variable) return;
      const known = this.argumentsByParameter.get(variable) ?? [];
      if (known.length < argumentsMax) known.push(argument);
      this.argumentsByParameter.set(variable, known);
      this.connectExpression(argument, this.slotOf(variable));
    };
    for (const [at, argument] of args.positional.entries()) bind(names[first + at], argument);
    for (const [name, argument] of args.keywords) bind(name, argument);
  }

  parametersOf(definition: NodeIndex): Parameters {
    const known = this.parameters.get(definition) ?? listParameters(this.names.tree, definition);
    this.parameters.set(definition, known);
    return known;
  }

  private definition(node: NodeIndex): Value {
    const value = this.definitions.get(node) ?? { definition: node };
    this.definitions.set(node, value);
    return value;
  }

  private container(node: NodeIndex): Value {
    const value = this.containers.get(node) ?? { container: node };
    this.containers.set(node, value);
    return value;
  }
}

/** Returns whether an expression of this kind may refer to something. Literals don't. */
function mayRefer(kind: number): boolean {
  return kind < Kind.token && kind !== Kind.string && kind !== Kind.integer && kind !== Kind.other;
}

/** Returns whether an argument of this kind matters, because it may refer to something or is a string that can be a lookup key. */
function isRelevantArgument(kind: number): boolean {
  return mayRefer(kind) || kind === Kind.string;
}
