// The flows of one file: what its names, attributes, functions and containers are given (scan policy §5.2, §5.5). The names are
// always read; the rest only where the whole file is, since it may be given anywhere.
import type { Bindings } from './bindings.ts';
import { callArguments } from './calls.ts';
import { FlowGraph, Slot, type Step, type Value } from './flow-graph.ts';
import { Kind } from './kinds.ts';
import type { ScanPolicy } from './policy.ts';
import { type BoundValue, type Variable, variablesRead } from './scopes.ts';
import { isContainer, type Origin, sourcesOf } from './sources.ts';
import { type NodeIndex, noNode } from './syntax-tree.ts';

const item: readonly Step[] = [{ kind: 'item' }];
/** No one chains more assignments to attributes. */
const chainMax = 16;

export class Flows {
  readonly graph: FlowGraph;
  private readonly names: Bindings;
  private readonly policy: ScanPolicy;
  private readonly variables = new Map<Variable, Slot>();
  private readonly fields = new Map<string, Slot>();
  private readonly given = new Map<Variable, NodeIndex[]>();
  /** One value for each function and container, so that they compare as themselves. */
  private readonly definitions = new Map<NodeIndex, Value>();
  private readonly containers = new Map<NodeIndex, Value>();

  constructor(names: Bindings, policy: ScanPolicy, whole: boolean) {
    this.names = names;
    this.policy = policy;
    this.graph = new FlowGraph(
      (name, step) => policy.after(name, step),
      (name) => policy.follows(name),
    );
    for (const variable of names.variables()) this.readVariable(variable);
    if (whole) {
      const { size } = names.tree;
      for (let node = 0; node < size; node += 1) this.readNode(node);
      // Only now are all fields known that a callee may be.
      for (let node = 0; node < size; node += 1) if (names.tree.kind(node) === Kind.call) this.readCall(node);
    }
    this.graph.settle();
  }

  *held(): Generator<{ variable: Variable; names: string[] }> {
    for (const [variable, { held }] of this.variables) {
      yield { variable, names: [...held.keys()].filter((value) => typeof value === 'string') };
    }
  }

  /** The expressions that calls in this file give for a parameter. */
  argumentsFor(variable: Variable): readonly NodeIndex[] {
    return this.given.get(variable) ?? [];
  }

  slotOf(variable: Variable): Slot {
    return slotIn(this.variables, variable);
  }

  /** A slot that holds the function or container written in place. */
  slotOfOrigin(origin: Extract<Origin, { kind: 'function' | 'container' }>): Slot {
    const slot = new Slot();
    const value = origin.kind === 'function' ? this.definition(origin.node) : this.container(origin.node);
    slot.held.set(value, value);
    return slot;
  }

  fieldOf(name: string): Slot | undefined {
    return this.fields.get(name);
  }

  /** A name that nothing binds is a builtin, or a governed module that a star import may have brought; `__builtins__` is both. */
  freeName(name: string): string {
    return name === '__builtins__' || this.policy.governed.has(name) ? name : `builtins.${name}`;
  }

  variablesOf(identifier: NodeIndex): Variable[] {
    const { names } = this;
    return variablesRead(names.scopeOf(identifier), names.tree.name(identifier), names.tree.start(identifier));
  }

  private readVariable(variable: Variable): void {
    const to = this.slotOf(variable);
    for (const { value } of variable.bindings) if (value) this.readValue(value, to);
    if (variable.scope.kind === 'class') this.graph.connect(to, slotIn(this.fields, variable.name), []);
  }

  private readValue(value: BoundValue, to: Slot): void {
    switch (value.kind) {
      case 'module':
        this.give(value.module, to);
        break;
      case 'member':
        this.give(`${value.module}.${value.member}`, to);
        break;
      case 'function':
        this.give(this.definition(value.node), to);
        break;
      case 'element':
        this.feed(value.node, to, item);
        break;
      default:
        this.feed(value.node, to);
    }
  }

  private give(value: Value, to: Slot, steps: readonly Step[] = []): void {
    this.graph.pass(typeof value === 'string' ? this.policy.canonical(value) : value, { to, steps });
  }

  /** Whatever the expression may be flows on, with steps taken after its own. */
  private feed(expression: NodeIndex, to: Slot, after: readonly Step[] = []): void {
    for (const { origin, steps } of sourcesOf(this.names, expression)) this.feedFrom(origin, to, [...steps, ...after]);
  }

  private feedFrom(origin: Origin, to: Slot, steps: readonly Step[]): void {
    switch (origin.kind) {
      case 'name': {
        const variables = this.variablesOf(origin.node);
        for (const variable of variables) this.graph.connect(this.slotOf(variable), to, steps);
        if (variables.length === 0) this.give(this.freeName(this.names.tree.name(origin.node)), to, steps);
        break;
      }
      case 'field':
        this.graph.connect(slotIn(this.fields, origin.name), to, steps);
        break;
      case 'function':
        this.give(this.definition(origin.node), to, steps);
        break;
      case 'container':
        this.give(this.container(origin.node), to, steps);
        break;
    }
  }

  private readNode(node: NodeIndex): void {
    const { tree } = this.names;
    const kind = tree.kind(node);
    if (kind === Kind.assignment) this.readFieldAssignment(node);
    else if (kind === Kind.lambda) this.feed(tree.lastPart(node), this.graph.resultOf(node));
    else if (kind === Kind.returnStatement) this.readReturn(node);
    else if (isContainer(kind)) this.readContainer(node);
  }

  private readFieldAssignment(node: NodeIndex): void {
    const { tree } = this.names;
    const target = tree.firstPart(node);
    if (tree.kind(target) !== Kind.attribute) return;
    let value = tree.lastPart(node);
    for (let length = 0; tree.kind(value) === Kind.assignment; length += 1) {
      if (length === chainMax) return;
      value = tree.lastPart(value);
    }
    this.feed(value, slotIn(this.fields, tree.name(tree.lastPart(target))));
  }

  private readReturn(node: NodeIndex): void {
    const definition = this.names.definitionOf(this.names.scopeOf(node));
    if (definition !== undefined) this.feed(this.names.tree.lastPart(node), this.graph.resultOf(definition));
  }

  private readContainer(node: NodeIndex): void {
    const { tree } = this.names;
    const to = this.graph.itemsOf(node);
    for (let part = tree.firstPart(node); part !== noNode; part = tree.nextPart(part)) {
      const kind = tree.kind(part);
      if (kind === Kind.listSplat) this.feed(tree.lastPart(part), to, item);
      else if (kind === Kind.pair) this.feed(tree.lastPart(part), to);
      else if (mayRefer(kind)) this.feed(part, to);
    }
  }

  private readCall(call: NodeIndex): void {
    const { tree } = this.names;
    if (!this.mayBeOwn(tree.firstPart(call))) return;
    const args = callArguments(tree, call);
    if (!args || ![...args.positional, ...args.keywords.values()].some((node) => mayBeGiven(tree.kind(node)))) return;
    const callee = new Slot();
    const callsMember = tree.kind(tree.firstPart(call)) === Kind.attribute;
    this.feed(tree.firstPart(call), callee);
    this.graph.listen(callee, (value) => {
      if (typeof value !== 'string' && 'definition' in value) this.bindArguments(value.definition, args, callsMember);
    });
  }

  /** Whether the callee may be a function of this file: what is only imported, or never stored to, is not. */
  private mayBeOwn(callee: NodeIndex): boolean {
    const { tree } = this.names;
    const kind = tree.kind(callee);
    if (kind === Kind.attribute) return this.fields.has(tree.name(tree.lastPart(callee)));
    if (kind !== Kind.identifier) return true;
    return this.variablesOf(callee).some(({ bindings }) =>
      bindings.some(({ value }) => value?.kind !== 'module' && value?.kind !== 'member'),
    );
  }

  private bindArguments(
    definition: NodeIndex,
    args: NonNullable<ReturnType<typeof callArguments>>,
    member: boolean,
  ): void {
    const scope = this.names.bodyOf(definition);
    if (!scope) return;
    const isMethod = member && scope.parent?.kind === 'class';
    const parameters = this.parametersOf(definition).slice(isMethod ? 1 : 0);
    const bind = (name: string | undefined, argument: NodeIndex): void => {
      const variable = name === undefined ? undefined : scope.variables.get(name);
      if (!variable) return;
      this.given.set(variable, [...(this.given.get(variable) ?? []), argument].slice(0, chainMax));
      this.feed(argument, this.slotOf(variable));
    };
    for (const [at, argument] of args.positional.entries()) bind(parameters[at], argument);
    for (const [name, argument] of args.keywords) bind(name, argument);
  }

  private parametersOf(definition: NodeIndex): string[] {
    const { tree } = this.names;
    const plain = tree.childOfKind(definition, Kind.parameters);
    const list = plain === noNode ? tree.childOfKind(definition, Kind.lambdaParameters) : plain;
    const found: string[] = [];
    if (list === noNode) return found;
    for (let part = tree.firstPart(list); part !== noNode; part = tree.nextPart(part)) {
      const name = tree.kind(part) === Kind.identifier ? part : tree.firstPart(part);
      if (name !== noNode && tree.kind(name) === Kind.identifier) found.push(tree.name(name));
    }
    return found;
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

/** Literals refer to nothing. */
function mayRefer(kind: number): boolean {
  return kind < Kind.token && kind !== Kind.string && kind !== Kind.integer && kind !== Kind.other;
}

/** What a parameter may be given that matters: something that refers, or a constant to look up by. */
function mayBeGiven(kind: number): boolean {
  return mayRefer(kind) || kind === Kind.string;
}

function slotIn<K>(slots: Map<K, Slot>, key: K): Slot {
  const slot = slots.get(key) ?? new Slot();
  slots.set(key, slot);
  return slot;
}
