// What else of a file must be read, after what has been read of it: the names of all that modules and functions of the policy have
// gone into, of functions that are given them, and of what may tell the value of an expression (scan policy §5.2 to §5.5).
import type { Bindings } from '../names/bindings.ts';
import { callArguments } from '../names/calls.ts';
import type { Variable } from '../names/scopes.ts';
import type { ScanPolicy } from '../policy/policy.ts';
import { Kind } from '../reading/kinds.ts';
import type { NodeIndex, SyntaxTree } from '../reading/syntax-tree.ts';
import type { Watch } from '../reading/token-selector.ts';
import { nodeOf, type Slot } from './flow-graph.ts';
import type { Flows } from './flows.ts';
import { type Origin, type Source, sourcesOf } from './sources.ts';
import { Leading } from './taint-set.ts';

export class Asking {
  private readonly flows: Flows;
  private readonly names: Bindings;
  private readonly tree: SyntaxTree;
  private readonly policy: ScanPolicy;
  private readonly watch: Watch;
  private readonly traced = new Set<Variable>();
  /** Functions whose callers have been asked for. */
  private readonly called = new Set<NodeIndex>();
  private holders: Map<NodeIndex, Variable[]> | undefined;

  constructor(flows: Flows, policy: ScanPolicy, watch: Watch) {
    this.flows = flows;
    this.names = flows.names;
    this.tree = flows.names.tree;
    this.policy = policy;
    this.watch = watch;
  }

  /** Asks for what the flows lead to. `namesOf` tells which names come of a source. */
  askForFlows(namesOf: (source: Source) => ReadonlySet<string>): void {
    const { flows, policy, tree, watch } = this;
    if (watch.isWhole) return;
    const leading = new Leading(flows.graph, policy);
    for (const [{ name }, slot] of flows.variableSlots) if (leading.slot(slot)) watch.sees(name);
    for (const [name, slot] of flows.fieldSlots) if (leading.slot(slot)) watch.seesAttribute(name);
    const leads = (source: Source): boolean => {
      const { origin, steps } = source;
      if (origin.kind === 'function' || origin.kind === 'container') return leading.node(origin.node);
      const slots = steps.length === 0 ? this.slotsOf(origin) : [];
      return slots.some((slot) => leading.slot(slot)) || [...namesOf(source)].some((name) => policy.isSensitive(name));
    };
    for (let node = 0; node < tree.size; node += 1) {
      const kind = tree.kind(node);
      if (kind === Kind.call) {
        if (this.argumentsOf(node).some((given) => sourcesOf(this.names, given).some(leads))) {
          this.askForCallee(tree.firstPart(node));
        }
      } else if (kind === Kind.attribute && policy.exposesModule(tree.name(tree.lastPart(node)))) {
        this.trace(tree.firstPart(node));
      }
    }
  }

  private slotsOf(origin: Extract<Origin, { kind: 'name' | 'field' }>): Slot[] {
    const { flows } = this;
    if (origin.kind === 'name') return flows.variablesOf(origin.node).map((variable) => flows.slotOf(variable));
    const slot = flows.fieldOf(origin.name);
    return slot ? [slot] : [];
  }

  private argumentsOf(call: NodeIndex): NodeIndex[] {
    const args = callArguments(this.tree, call);
    return args ? [...args.positional, ...args.keywords.values()] : [];
  }

  private askForCallee(callee: NodeIndex): void {
    const { tree, watch } = this;
    switch (tree.kind(callee)) {
      case Kind.identifier:
        if (!this.isImported(callee) && !keepsNothing.has(tree.name(callee))) this.trace(callee);
        break;
      case Kind.attribute:
        if (!this.isImported(tree.firstPart(callee))) this.askForMember(tree.name(tree.lastPart(callee)));
        break;
      case Kind.parenthesizedExpression:
        this.trace(callee);
        break;
      default:
        watch.askForAll();
    }
  }

  private isImported(node: NodeIndex): boolean {
    if (this.tree.kind(node) !== Kind.identifier) return false;
    const bindings = this.flows.variablesOf(node).flatMap((variable) => variable.bindings);
    return bindings.length > 0 && bindings.every(({ value }) => value?.kind === 'module' || value?.kind === 'member');
  }

  /** Where something is stored under the name as an attribute, or defined in a class. */
  private askForMember(name: string): void {
    this.watch.seesAttribute(name);
    this.watch.sees(name);
  }

  /** Asks for all that the expression may come from. */
  trace(expression: NodeIndex): void {
    const open = [expression];
    for (let node = open.pop(); node !== undefined; node = open.pop()) {
      for (const { origin } of sourcesOf(this.names, node)) {
        if (origin.kind === 'field') this.askForMember(origin.name);
        else if (origin.kind === 'name') open.push(...this.askForName(origin.node));
      }
    }
  }

  /** The expressions that the name is bound to, as far as they have been read and not been traced before. */
  private askForName(identifier: NodeIndex): NodeIndex[] {
    const variables = this.flows.variablesOf(identifier);
    const parameters = variables.filter((variable) => this.isParameter(variable));
    for (const parameter of parameters) this.askForCallers(parameter);
    if (parameters.length > 0 || !this.watch.sees(this.tree.name(identifier))) return [];
    const fresh = variables.filter((variable) => !this.traced.has(variable));
    for (const variable of fresh) this.traced.add(variable);
    return fresh.flatMap(({ bindings }) =>
      bindings.flatMap(({ value }) => (value && 'node' in value ? value.node : [])),
    );
  }

  private isParameter({ name, scope }: Variable): boolean {
    const definition = this.names.definitionOf(scope);
    return definition !== undefined && this.flows.parametersOf(definition).places.has(name);
  }

  /** Asks for what the function is called by whose parameter this is. Nobody passes a method its own object. */
  askForCallers({ name, scope }: Variable): void {
    const { names, tree, watch } = this;
    const definition = names.definitionOf(scope);
    if (definition === undefined || tree.kind(definition) !== Kind.functionDefinition) return;
    const isMethod = scope.parent?.kind === 'class';
    const at = this.flows.parametersOf(definition).places.get(name) ?? -1;
    if (at < (isMethod ? 1 : 0) || this.called.has(definition)) return;
    this.called.add(definition);
    const own = tree.name(tree.childOfKind(definition, Kind.identifier));
    if (isMethod) this.askForMember(own);
    else watch.sees(own);
    for (const holder of this.holdersOf(definition)) watch.sees(holder.name);
  }

  /** The variables that hold the function. */
  private holdersOf(definition: NodeIndex): readonly Variable[] {
    if (!this.holders) {
      this.holders = new Map();
      for (const [variable, { held }] of this.flows.variableSlots) {
        for (const value of held.keys()) {
          if (typeof value === 'string') continue;
          const node = nodeOf(value);
          const others = this.holders.get(node) ?? [];
          others.push(variable);
          this.holders.set(node, others);
        }
      }
    }
    return this.holders.get(definition) ?? [];
  }
}

/** Builtins that give a module on to nothing. */
const keepsNothing: ReadonlySet<string> = new Set([
  'bool',
  'dir',
  'getattr',
  'hasattr',
  'id',
  'isinstance',
  'print',
  'repr',
  'str',
  'type',
  'vars',
]);
