// What else of a file must be read, after what has been read of it: the names of all that modules and functions of the policy have
// gone into, of functions that are given them, and of what may tell the value of an expression (scan policy §5.2 to §5.5).
import type { Bindings } from '../names/bindings.ts';
import { callArguments } from '../names/calls.ts';
import type { Variable } from '../names/scopes.ts';
import type { ScanPolicy } from '../policy/policy.ts';
import { Kind } from '../reading/kinds.ts';
import type { NodeIndex, SyntaxTree } from '../reading/syntax-tree.ts';
import type { TokenSelector } from '../reading/token-selector.ts';
import { nodeOf, type Slot } from './flow-graph.ts';
import type { Flows } from './flows.ts';
import { type Origin, type Source, sourcesOf } from './sources.ts';
import { TaintSet } from './taint-set.ts';

export class DemandTracker {
  private readonly flows: Flows;
  private readonly names: Bindings;
  private readonly tree: SyntaxTree;
  private readonly policy: ScanPolicy;
  private readonly selector: TokenSelector;
  private readonly traced = new Set<Variable>();
  /** Functions whose callers have been asked for. */
  private readonly demandedFunctions = new Set<NodeIndex>();
  private variablesByNode: Map<NodeIndex, Variable[]> | undefined;

  constructor(flows: Flows, policy: ScanPolicy, watch: TokenSelector) {
    this.flows = flows;
    this.names = flows.names;
    this.tree = flows.names.tree;
    this.policy = policy;
    this.selector = watch;
  }

  /** Asks for what the flows lead to. `namesOf` tells which names come of a source. */
  demandFlows(namesOf: (source: Source) => ReadonlySet<string>): void {
    const { flows, policy, tree, selector: watch } = this;
    if (watch.readsWholeFile) return;
    const leading = new TaintSet(flows.graph, policy);
    for (const [{ name }, slot] of flows.variableSlots) if (leading.hasSlot(slot)) watch.demandName(name);
    for (const [name, slot] of flows.fieldSlots) if (leading.hasSlot(slot)) watch.demandAttribute(name);
    const leads = (source: Source): boolean => {
      const { origin, steps } = source;
      if (origin.kind === 'function' || origin.kind === 'container') return leading.hasNode(origin.node);
      const slots = steps.length === 0 ? this.slotsOf(origin) : [];
      return (
        slots.some((slot) => leading.hasSlot(slot)) || [...namesOf(source)].some((name) => policy.isSensitive(name))
      );
    };
    for (let node = 0; node < tree.size; node += 1) {
      const kind = tree.kind(node);
      if (kind === Kind.call) {
        if (this.argumentsOf(node).some((given) => sourcesOf(this.names, given).some(leads))) {
          this.demandCallee(tree.firstPart(node));
        }
      } else if (kind === Kind.attribute && policy.exposesModule(tree.name(tree.lastPart(node)))) {
        this.trace(tree.firstPart(node));
      }
    }
  }

  private slotsOf(origin: Extract<Origin, { kind: 'name' | 'field' }>): Slot[] {
    const { flows } = this;
    if (origin.kind === 'name') return flows.variablesOf(origin.node).map((variable) => flows.slotOf(variable));
    const slot = flows.fieldSlot(origin.name);
    return slot ? [slot] : [];
  }

  private argumentsOf(call: NodeIndex): NodeIndex[] {
    const args = callArguments(this.tree, call);
    return args ? [...args.positional, ...args.keywords.values()] : [];
  }

  private demandCallee(callee: NodeIndex): void {
    const { tree, selector: watch } = this;
    switch (tree.kind(callee)) {
      case Kind.identifier:
        if (!this.isImported(callee) && !builtinsThatRetainNothing.has(tree.name(callee))) this.trace(callee);
        break;
      case Kind.attribute:
        if (!this.isImported(tree.firstPart(callee))) this.demandMember(tree.name(tree.lastPart(callee)));
        break;
      case Kind.parenthesizedExpression:
        this.trace(callee);
        break;
      default:
        watch.demandAll();
    }
  }

  private isImported(node: NodeIndex): boolean {
    if (this.tree.kind(node) !== Kind.identifier) return false;
    const bindings = this.flows.variablesOf(node).flatMap((variable) => variable.bindings);
    return bindings.length > 0 && bindings.every(({ value }) => value?.kind === 'module' || value?.kind === 'member');
  }

  /** Where something is stored under the name as an attribute, or defined in a class. */
  private demandMember(name: string): void {
    this.selector.demandAttribute(name);
    this.selector.demandName(name);
  }

  /** Asks for all that the expression may come from. */
  trace(expression: NodeIndex): void {
    const open = [expression];
    for (let node = open.pop(); node !== undefined; node = open.pop()) {
      for (const { origin } of sourcesOf(this.names, node)) {
        if (origin.kind === 'field') this.demandMember(origin.name);
        else if (origin.kind === 'name') open.push(...this.demandBindings(origin.node));
      }
    }
  }

  /** The expressions that the name is bound to, as far as they have been read and not been traced before. */
  private demandBindings(identifier: NodeIndex): NodeIndex[] {
    const variables = this.flows.variablesOf(identifier);
    const parameters = variables.filter((variable) => this.isParameter(variable));
    for (const parameter of parameters) this.demandCallers(parameter);
    if (parameters.length > 0 || !this.selector.demandName(this.tree.name(identifier))) return [];
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
  demandCallers({ name, scope }: Variable): void {
    const { names, tree, selector: watch } = this;
    const definition = names.definitionOf(scope);
    if (definition === undefined || tree.kind(definition) !== Kind.functionDefinition) return;
    const isMethod = scope.parent?.kind === 'class';
    const at = this.flows.parametersOf(definition).places.get(name) ?? -1;
    if (at < (isMethod ? 1 : 0) || this.demandedFunctions.has(definition)) return;
    this.demandedFunctions.add(definition);
    const own = tree.name(tree.childOfKind(definition, Kind.identifier));
    if (isMethod) this.demandMember(own);
    else watch.demandName(own);
    for (const holder of this.variablesHolding(definition)) watch.demandName(holder.name);
  }

  /** The variables that hold the function. */
  private variablesHolding(definition: NodeIndex): readonly Variable[] {
    if (!this.variablesByNode) {
      this.variablesByNode = new Map();
      for (const [variable, { values: held }] of this.flows.variableSlots) {
        for (const value of held.keys()) {
          if (typeof value === 'string') continue;
          const node = nodeOf(value);
          const others = this.variablesByNode.get(node) ?? [];
          others.push(variable);
          this.variablesByNode.set(node, others);
        }
      }
    }
    return this.variablesByNode.get(definition) ?? [];
  }
}

/** Builtins that give a module on to nothing. */
const builtinsThatRetainNothing: ReadonlySet<string> = new Set([
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
