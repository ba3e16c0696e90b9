// Resolves an expression to the canonical dotted names that it may refer to: `os`, `os.path`, `base64.b64decode`, `builtins.getattr`
// (scan policy §5.1, §5.2, §5.5), from the file's flows.
import { heldPrefix } from '../flows/flow-graph.ts';
import type { Flows } from '../flows/flows.ts';
import { isLookup } from '../flows/name-meanings.ts';
import { findSources, findSourcesOfPart, type Source } from '../flows/sources.ts';
import type { Holders } from '../holders/holders.ts';
import { isLocalFunction } from '../holders/known-so-far.ts';
import { ownPrefix } from '../linking/links.ts';
import type { Bindings } from '../names/bindings.ts';
import type { Step } from '../names/bound-values.ts';
import type { Variable } from '../names/scopes.ts';
import type { NodeIndex } from '../reading/syntax-tree.ts';

const lookup =
  /^builtins\.(?:getattr|get|pop|setdefault|__getitem__)$|^operator\.(?:attrgetter|methodcaller)(?:\(\))?$|\.__getattribute__$|\.__dict__\.(?:get|pop|setdefault|__getitem__)$/;

const namespace = /(?:^|\.)(?:__dict__|__builtins__|__globals__|f_builtins|f_globals)$/;

/** A builtin, or a holder of one. */
const builtin = new RegExp(`^${heldPrefix}?builtins\\.`);

/** Shared, because most expressions refer to nothing of interest. */
const nothing: ReadonlySet<string> = new Set();

export class References {
  private readonly names: Bindings;
  private readonly flows: Flows;
  private readonly holders: Holders | undefined;
  private readonly known = new Map<NodeIndex, ReadonlySet<string>>();
  /** True if a variable holds a lookup function, which means that calling any name may be a lookup. */
  readonly holdsLookups: boolean;
  /** True if a variable holds the namespace of a module or a frame, or `__builtins__`. */
  readonly holdsNamespaces: boolean;
  /** True if a variable holds one of the plugin's own modules. */
  readonly holdsOwnModules: boolean;

  /** The flows, and at the level `strict` the holders, must have been followed. */
  constructor(flows: Flows, holders: Holders | undefined) {
    this.names = flows.names;
    this.flows = flows;
    this.holders = holders;
    const held = [...this.flows.variableSlots.keys()].flatMap((variable) => this.namesIn(variable));
    this.holdsLookups = held.some((name) => lookup.test(name));
    this.holdsNamespaces = held.some((name) => namespace.test(name));
    this.holdsOwnModules = held.some((name) => name.startsWith(ownPrefix));
  }

  /** True if all flows were followed to their end. */
  get isComplete(): boolean {
    return this.flows.isComplete && (this.holders?.isComplete ?? true);
  }

  /** Cached, because several rules ask about the same expression. By then, the flows have settled. */
  of(expression: NodeIndex): ReadonlySet<string> {
    const known = this.known.get(expression) ?? this.namesOf(expression);
    this.known.set(expression, known);
    return known;
  }

  private namesOf(expression: NodeIndex): ReadonlySet<string> {
    const names = this.readNames(expression);
    return names.size === 0 ? nothing : names;
  }

  private readNames(expression: NodeIndex): ReadonlySet<string> {
    const sources = findSources(this.names, expression);
    const [only] = sources;
    const held = this.holders?.of(expression) ?? [];
    const names = only && sources.length === 1 ? this.namesFrom(only) : new Set<string>();
    if (sources.length > 1) for (const source of sources) for (const name of this.namesFrom(source)) names.add(name);
    for (const name of held) names.add(name);
    return names;
  }

  /** Returns the modules that the expression may be or hold. */
  modulesIn(expression: NodeIndex): string[] {
    const names = [...this.of(expression)].map((name) => (name.startsWith(heldPrefix) ? name.slice(1) : name));
    return [...new Set(names)].filter((name) => this.flows.meanings.isModuleOrLookup(name) && !isLookup(name));
  }

  /**
   * Returns whether the name is an import from outside the plugin, or an attribute of one. A name without a binding is a builtin, not
   * an import.
   */
  isOutside(name: string): boolean {
    return this.flows.meanings.isOutside(name) && !builtin.test(name);
  }

  /** Returns what the steps lead to from the expression's value. */
  partOf(expression: NodeIndex, steps: readonly Step[]): ReadonlySet<string> {
    if (steps.length === 0) return this.of(expression);
    const names = findSourcesOfPart(this.names, expression, steps).flatMap((source) => [...this.namesFrom(source)]);
    return new Set([...names, ...(this.holders?.of(expression) ?? [])]);
  }

  /** Returns the dotted names that a variable may hold. */
  namesIn(variable: Variable): string[] {
    return [...this.flows.slotOf(variable).values].filter((value) => typeof value === 'string');
  }

  /** Returns the dotted names that may be returned by calling the variable's functions. */
  resultsOf(variable: Variable): string[] {
    const { graph } = this.flows;
    const functions = [...this.flows.slotOf(variable).values].filter(
      (value) => typeof value === 'object' && 'definition' in value,
    );
    const results = functions.flatMap(({ definition }) => [...graph.resultOf(definition).values]);
    return [...new Set(results)].filter((value) => typeof value === 'string');
  }

  /** Returns whether the expression may be the builtin. */
  mayBeBuiltin(expression: NodeIndex, name: string): boolean {
    return this.of(expression).has(`builtins.${name}`);
  }

  /** Returns whether the name or attribute may be a function of this file. */
  isLocalFunction(callee: NodeIndex): boolean {
    return isLocalFunction(this.flows, callee);
  }

  /** Returns whether the source may yield the canonical name. */
  reaches(source: Source, name: string): boolean {
    return this.namesFrom(source).has(name);
  }

  /** Returns whether the steps lead from one canonical name to the other. */
  leadsTo(from: string, steps: readonly Step[], name: string): boolean {
    return this.namesAfter(from, steps).includes(name);
  }

  /** Returns the expressions that this file's calls pass for a parameter. */
  argumentsFor(variable: Variable): readonly NodeIndex[] {
    return this.flows.argumentsFor(variable);
  }

  /** Returns the names that a source yields. */
  private namesFrom({ origin, steps }: Source): Set<string> {
    const { flows } = this;
    switch (origin.kind) {
      case 'name': {
        const variables = flows.names.variablesRead(origin.node);
        const names = new Set(
          variables.flatMap((variable) => [...flows.graph.namesAfter(flows.slotOf(variable), steps)]),
        );
        for (const name of this.unboundNames(origin.node, variables)) {
          for (const found of this.namesAfter(name, steps)) names.add(found);
        }
        return names;
      }
      case 'field': {
        const field = flows.fieldSlots.get(origin.name);
        const names = field ? flows.graph.namesAfter(field, steps) : new Set<string>();
        for (const name of flows.meanings.namedAttribute(origin.name))
          for (const found of this.namesAfter(name, steps)) names.add(found);
        return names;
      }
      default:
        return flows.graph.namesAfter(flows.slotOfOrigin(origin), steps);
    }
  }

  private namesAfter(name: string, steps: readonly Step[]): readonly string[] {
    return steps.reduce<readonly string[]>(
      (at, step) => at.flatMap((from) => this.flows.meanings.after(from, step)),
      [name],
    );
  }

  /** Returns what a name refers to if none of its bindings applies. */
  private unboundNames(identifier: NodeIndex, variables: readonly Variable[]): string[] {
    const name = this.names.tree.name(identifier);
    if (variables.length === 0) return [this.flows.meanings.freeName(name)];
    return this.names.reachesBuiltin(identifier) ? [`builtins.${name}`] : [];
  }
}
