// What an expression may refer to, as canonical dotted names: `os`, `os.path`, `base64.b64decode`, `builtins.getattr` (scan policy
// §5.1, §5.2, §5.5). Answers from the flows of the file, and notices where what has been read of it is not enough to tell.
import { type Bindings, Use } from './bindings.ts';
import { Flows } from './flows.ts';
import { Kind } from './kinds.ts';
import type { ScanPolicy } from './policy.ts';
import { reachesBuiltin, type Variable } from './scopes.ts';
import { type Source, sourcesOf } from './sources.ts';
import type { NodeIndex } from './syntax-tree.ts';
import type { Watch } from './watch.ts';

const lookup = /^builtins\.getattr$|\.__getattribute__$|\.__dict__\.(?:get|__getitem__)$/;

export class References {
  private readonly names: Bindings;
  private readonly policy: ScanPolicy;
  private readonly flows: Flows;
  private lookups = false;

  constructor(names: Bindings, policy: ScanPolicy, watch: Watch) {
    this.names = names;
    this.policy = policy;
    this.flows = new Flows(names, policy, watch.isWhole);
    for (const { names: held, variable } of this.flows.held()) {
      this.lookups ||= held.some((name) => lookup.test(name));
      if (held.some((name) => this.leadsOn(name))) watch.sees(variable.name);
    }
    if (!watch.isWhole && this.letsModulesEscape()) watch.askForAll();
  }

  of(expression: NodeIndex): ReadonlySet<string> {
    const sources = sourcesOf(this.names, expression);
    const [only] = sources;
    if (only && sources.length === 1) return this.after(only);
    return new Set(sources.flatMap((source) => [...this.after(source)]));
  }

  /** Whether some variable holds a function that looks things up, so that a call of any name may. */
  get holdsLookups(): boolean {
    return this.lookups;
  }

  /** The expressions that calls in this file give for a parameter. */
  argumentsFor(variable: Variable): readonly NodeIndex[] {
    return this.flows.argumentsFor(variable);
  }

  private after({ origin, steps }: Source): Set<string> {
    const { flows } = this;
    switch (origin.kind) {
      case 'name': {
        const variables = flows.variablesOf(origin.node);
        const found = new Set(
          variables.flatMap((variable) => [...flows.graph.namesAfter(flows.slotOf(variable), steps)]),
        );
        for (const name of this.unbound(origin.node, variables)) {
          const reached = steps.reduce<string | undefined>((at, step) => at && this.policy.after(at, step), name);
          if (reached !== undefined) found.add(reached);
        }
        return found;
      }
      case 'field': {
        const field = flows.fieldOf(origin.name);
        return field ? flows.graph.namesAfter(field, steps) : new Set();
      }
      default:
        return flows.graph.namesAfter(flows.slotOfOrigin(origin), steps);
    }
  }

  /** What the name is where no binding of it holds. */
  private unbound(identifier: NodeIndex, variables: readonly Variable[]): string[] {
    const { tree } = this.names;
    const name = tree.name(identifier);
    if (variables.length === 0) return [this.flows.freeName(name)];
    return reachesBuiltin(this.names.scopeOf(identifier), name, tree.start(identifier)) ? [`builtins.${name}`] : [];
  }

  /** Whether a finding may come of what is done with this, so that a variable holding it must be looked at everywhere. */
  private leadsOn(name: string): boolean {
    return this.policy.hasMembers(name) || lookup.test(name) || name.startsWith('sys.modules') || name.endsWith('__');
  }

  /** Whether a module is given to something other than a plain name, so that it may turn up anywhere in the file. */
  private letsModulesEscape(): boolean {
    const { names } = this;
    const { tree } = names;
    for (let node = 0; node < tree.size; node += 1) {
      if (tree.kind(node) === Kind.attribute && this.mayBeReexport(node)) return true;
      if (tree.kind(node) !== Kind.identifier || names.useOf(node) !== Use.load || this.staysPut(node)) continue;
      if ([...this.of(node)].some((name) => this.policy.hasMembers(name))) return true;
    }
    return false;
  }

  /** `x.os`, of an x whose import has not been read. */
  private mayBeReexport(attribute: NodeIndex): boolean {
    const { tree } = this.names;
    const isOfName = tree.kind(tree.firstPart(attribute)) === Kind.identifier;
    return isOfName && this.policy.leadsElsewhere(tree.name(tree.lastPart(attribute)));
  }

  /** An attribute taken, a call, an item taken, an assignment to a name, an argument of a function that keeps nothing. */
  private staysPut(identifier: NodeIndex): boolean {
    const { tree } = this.names;
    let node = identifier;
    let parent = tree.parent(node);
    while (tree.kind(parent) === Kind.parenthesizedExpression || tree.kind(parent) === Kind.namedExpression) {
      node = parent;
      parent = tree.parent(node);
    }
    const kind = tree.kind(parent);
    if (kind === Kind.argumentList) return keepsNothing.has(tree.source(tree.firstPart(tree.parent(parent))));
    if (kind === Kind.assignment) return tree.kind(tree.firstPart(parent)) === Kind.identifier;
    return steppedFrom.has(kind) && tree.firstPart(parent) === node;
  }
}

const steppedFrom: ReadonlySet<number> = new Set([Kind.attribute, Kind.call, Kind.subscript, Kind.expressionStatement]);

const keepsNothing: ReadonlySet<string> = new Set([
  'getattr',
  'hasattr',
  'vars',
  'dir',
  'print',
  'repr',
  'str',
  'type',
  'id',
  'isinstance',
]);
