// Determines which other parts of a file must be parsed, based on those parsed so far (scan policy §5.2 to §5.5): variables and
// attributes that hold something sensitive, functions that receive it as an argument, and names that determine an expression's value.
import { ownPrefix } from '../linking/links.ts';
import type { Bindings } from '../names/bindings.ts';
import { callArguments } from '../names/calls.ts';
import { isImport, type Variable } from '../names/scopes.ts';
import type { ScanPolicy } from '../policy/policy.ts';
import { Kind } from '../reading/kinds.ts';
import type { NodeIndex, SyntaxTree } from '../reading/syntax-tree.ts';
import type { TokenSelector } from '../reading/token-selector.ts';
import { cutOff, type FlowGraph, type Slot, type Value, valueNode } from './flow-graph.ts';
import type { Flows } from './flows.ts';
import { findSources, type Origin, type Source } from './sources.ts';

export class DemandTracker {
  private readonly flows: Flows;
  private readonly names: Bindings;
  private readonly tree: SyntaxTree;
  private readonly policy: ScanPolicy;
  private readonly selector: TokenSelector;
  private readonly traced = new Set<Variable>();
  /** Functions whose callers have been demanded. */
  private readonly demandedFunctions = new Set<NodeIndex>();
  private variablesByNode: Map<NodeIndex, Variable[]> | undefined;

  constructor(flows: Flows, policy: ScanPolicy, selector: TokenSelector) {
    this.flows = flows;
    this.names = flows.names;
    this.tree = flows.names.tree;
    this.policy = policy;
    this.selector = selector;
  }

  /** Demands the names that sensitive values have reached. `namesOf` returns the canonical names that a source may yield. */
  demandFlows(namesOf: (source: Source) => ReadonlySet<string>): void {
    const { flows, policy, tree, selector } = this;
    if (selector.readsWholeFile) return;
    const tainted = new TaintSet(flows.graph, policy);
    for (const [{ name }, slot] of flows.variableSlots) {
      if (!tainted.hasSlot(slot)) continue;
      if (slot.values.size === 1 && slot.values.has(name)) selector.demandName(name);
      else selector.demandAlias(name);
    }
    for (const [name, slot] of flows.fieldSlots) if (tainted.hasSlot(slot)) selector.demandAttribute(name);
    const isSensitive = (source: Source): boolean => {
      const { origin, steps } = source;
      if (origin.kind === 'cut off' || origin.kind === 'builtins') return true;
      if (origin.kind === 'function' || origin.kind === 'container') return tainted.hasNode(origin.node);
      const slots = steps.length === 0 ? this.slotsOf(origin) : [];
      return (
        slots.some((slot) => tainted.hasSlot(slot)) || [...namesOf(source)].some((name) => policy.isSensitive(name))
      );
    };
    for (let node = 0; node < tree.size; node += 1) {
      const kind = tree.kind(node);
      if (kind === Kind.call) {
        const receivesSensitive = this.argumentsOf(node).some((argument) =>
          findSources(this.names, argument).some(isSensitive),
        );
        if (receivesSensitive) this.demandCallee(tree.firstPart(node));
      } else if (kind === Kind.attribute && policy.exposesModule(tree.attributeName(node))) {
        this.trace(tree.firstPart(node));
      }
    }
  }

  private slotsOf(origin: Extract<Origin, { kind: 'name' | 'field' }>): Slot[] {
    const { flows } = this;
    if (origin.kind === 'name') return flows.names.variablesRead(origin.node).map((variable) => flows.slotOf(variable));
    const slot = flows.fieldSlots.get(origin.name);
    return slot ? [slot] : [];
  }

  private argumentsOf(call: NodeIndex): NodeIndex[] {
    const args = callArguments(this.tree, call);
    return args ? [...args.positional, ...args.keywords.values()] : [];
  }

  private demandCallee(callee: NodeIndex): void {
    const { tree, selector } = this;
    switch (tree.kind(callee)) {
      case Kind.identifier:
        if (!this.isImported(callee) && !selector.retainsNothing(tree.name(callee))) this.trace(callee);
        break;
      case Kind.attribute:
        if (!this.isImported(tree.firstPart(callee))) this.demandMember(tree.attributeName(callee));
        break;
      case Kind.parenthesizedExpression:
        this.trace(callee);
        break;
      default:
        selector.demandAll();
    }
  }

  private isImported(node: NodeIndex): boolean {
    if (this.tree.kind(node) !== Kind.identifier) return false;
    const bindings = this.flows.names.variablesRead(node).flatMap((variable) => variable.bindings);
    return bindings.length > 0 && bindings.every(isImport);
  }

  /** Demands assignments to an attribute with this name, and its definitions in classes. */
  private demandMember(name: string): void {
    this.selector.demandAttribute(name);
    this.selector.demandName(name);
  }

  /** Demands everything that the expression's value may come from, through names and attributes that `follows` accepts. */
  trace(expression: NodeIndex, follows: (name: string) => boolean = () => true): void {
    const open = [expression];
    for (let node = open.pop(); node !== undefined; node = open.pop()) {
      for (const { origin } of findSources(this.names, node)) {
        if (origin.kind === 'field' && follows(`.${origin.name}`)) this.demandMember(origin.name);
        else if (origin.kind === 'name' && follows(this.tree.name(origin.node)))
          open.push(...this.demandBindings(origin.node));
      }
    }
  }

  /** Demands everything through which the expression's value may come from an import. */
  traceModules(expression: NodeIndex): void {
    this.trace(expression, (name) => this.selector.mayHoldModule(name));
  }

  /** Demands a name's bindings. Returns the bound expressions that are parsed but not traced yet. */
  private demandBindings(identifier: NodeIndex): NodeIndex[] {
    const variables = this.flows.names.variablesRead(identifier);
    const parameters = variables.filter((variable) => this.isParameter(variable));
    for (const parameter of parameters) this.demandCallers(parameter);
    if (parameters.length > 0 || !this.selector.demandName(this.tree.name(identifier))) return [];
    const untraced = variables.filter((variable) => !this.traced.has(variable));
    for (const variable of untraced) this.traced.add(variable);
    return untraced.flatMap(({ bindings }) =>
      bindings.flatMap(({ value }) => (value && 'node' in value ? value.node : [])),
    );
  }

  private isParameter({ name, scope }: Variable): boolean {
    const definition = this.names.definitionOf(scope);
    return definition !== undefined && this.flows.parametersOf(definition).positions.has(name);
  }

  /** Demands the calls of the function that has this parameter. Skips `self`, because callers don't pass it explicitly. */
  demandCallers({ name, scope }: Variable): void {
    const { names, tree, selector } = this;
    const definition = names.definitionOf(scope);
    if (definition === undefined || tree.kind(definition) !== Kind.functionDefinition) return;
    const isMethod = scope.parent?.kind === 'class';
    const at = this.flows.parametersOf(definition).positions.get(name) ?? -1;
    if (at < (isMethod ? 1 : 0) || this.demandedFunctions.has(definition)) return;
    this.demandedFunctions.add(definition);
    const functionName = tree.name(tree.childOfKind(definition, Kind.identifier));
    if (isMethod) this.demandMember(functionName);
    else selector.demandName(functionName);
    for (const variable of this.variablesHolding(definition)) selector.demandName(variable.name);
  }

  /** Returns the variables that hold the function. */
  private variablesHolding(definition: NodeIndex): readonly Variable[] {
    if (!this.variablesByNode) {
      this.variablesByNode = new Map();
      for (const [variable, { values }] of this.flows.variableSlots) {
        for (const value of values.keys()) {
          if (typeof value === 'string') continue;
          const node = valueNode(value);
          const variables = this.variablesByNode.get(node) ?? [];
          variables.push(variable);
          this.variablesByNode.set(node, variables);
        }
      }
    }
    return this.variablesByNode.get(definition) ?? [];
  }
}

class TaintSet {
  private readonly policy: ScanPolicy;
  private readonly nodes: ReadonlySet<NodeIndex>;
  private readonly slots = new Map<Slot, boolean>();

  /** The graph must be settled. */
  constructor(graph: FlowGraph, policy: ScanPolicy) {
    this.policy = policy;
    this.nodes = graph.taintedNodes((name) => isSensitive(policy, name));
  }

  hasValue(value: Value): boolean {
    return typeof value === 'string' ? isSensitive(this.policy, value) : this.hasNode(valueNode(value));
  }

  /** Returns whether the function or container yields a sensitive name. */
  hasNode(node: NodeIndex): boolean {
    return this.nodes.has(node);
  }

  hasSlot(slot: Slot): boolean {
    const isTainted = this.slots.get(slot) ?? [...slot.values].some((value) => this.hasValue(value));
    this.slots.set(slot, isTainted);
    return isTainted;
  }
}

/** Returns whether a name is sensitive. A value cut off by a limit, or one of the plugin's own modules, may lead to anything. */
function isSensitive(policy: ScanPolicy, name: string): boolean {
  return name === cutOff || name.startsWith(ownPrefix) || policy.isSensitive(name);
}
