// What an expression may refer to, as canonical dotted names: `os`, `os.path`, `base64.b64decode`, `builtins.getattr` (scan policy
// §5.1, §5.2). Imports and plain assignments are followed whatever their order. Names are carried forward along the assignments
// once, so that a chain of any length stays linear.
import type { Bindings } from './bindings.ts';
import { Kind } from './kinds.ts';
import type { ScanPolicy } from './policy.ts';
import { reachesBuiltin, type Variable, variablesRead } from './scopes.ts';
import type { NodeIndex, SyntaxTree } from './syntax-tree.ts';
import type { Watch } from './watch.ts';

const none: ReadonlySet<string> = new Set();
/** Nothing that the policy names is reached through more steps. */
const stepsMax = 6;

const lookup = /^builtins\.getattr$|\.__getattribute__$|\.__dict__\.(?:get|__getitem__)$/;

/** A name and what is done with it: `Path(x).parent` is `Path` and the steps `()` and `.parent`. */
interface Path {
  root: NodeIndex;
  steps: string[];
}

/** What a variable holds goes on to another one, with steps taken on the way. */
interface Flow {
  to: Variable;
  steps: readonly string[];
}

export class References {
  private readonly names: Bindings;
  private readonly policy: ScanPolicy;
  private readonly watch: Watch;
  private readonly held: ReadonlyMap<Variable, ReadonlySet<string>>;
  private readonly lookups: boolean;

  constructor(names: Bindings, policy: ScanPolicy, watch: Watch) {
    this.names = names;
    this.policy = policy;
    this.watch = watch;
    this.held = this.carry();
    this.lookups = [...this.held.values()].some((names) => [...names].some((name) => lookup.test(name)));
  }

  of(expression: NodeIndex): ReadonlySet<string> {
    const path = pathOf(this.names.tree, expression);
    if (!path) return none;
    const roots = this.ofName(path.root);
    return path.steps.length === 0 ? roots : this.after(roots, path.steps);
  }

  /** Whether some variable holds a function that looks things up, so that a call of any name may. */
  get holdsLookups(): boolean {
    return this.lookups;
  }

  private ofName(identifier: NodeIndex): ReadonlySet<string> {
    const variables = this.variablesOf(identifier);
    if (variables.length === 0) return this.ofFreeName(identifier);
    const { held } = this;
    const found = new Set(variables.flatMap((variable) => [...(held.get(variable) ?? none)]));
    const { tree } = this.names;
    const name = tree.name(identifier);
    if (reachesBuiltin(this.names.scopeOf(identifier), name, tree.start(identifier))) found.add(`builtins.${name}`);
    return found;
  }

  /** A name that nothing binds is a builtin, or a governed module that a star import may have brought. */
  private ofFreeName(identifier: NodeIndex): ReadonlySet<string> {
    const name = this.names.tree.name(identifier);
    if (name === '__builtins__') return new Set(['builtins']);
    return new Set([this.policy.governed.has(name) ? name : `builtins.${name}`]);
  }

  private after(roots: Iterable<string>, steps: readonly string[]): Set<string> {
    const found = new Set<string>();
    for (const root of roots) {
      let name = root;
      for (const step of steps) name = this.policy.canonical(name + step);
      if (name.split('.').length <= stepsMax) found.add(name);
    }
    return found;
  }

  private variablesOf(identifier: NodeIndex): Variable[] {
    const { names } = this;
    return variablesRead(names.scopeOf(identifier), names.tree.name(identifier), names.tree.start(identifier));
  }

  private carry(): Map<Variable, Set<string>> {
    const flows = new Map<Variable, Flow[]>();
    const arrived: { at: Variable; name: string }[] = [];
    for (const to of this.names.variables()) {
      for (const { value } of to.bindings) {
        if (value?.kind === 'module') arrived.push({ at: to, name: value.module });
        if (value?.kind === 'member') arrived.push({ at: to, name: `${value.module}.${value.member}` });
        if (value?.kind !== 'expression') continue;
        const path = pathOf(this.names.tree, value.node);
        if (!path) continue;
        const { root, steps } = path;
        const sources = this.variablesOf(root);
        for (const from of sources) appendTo(flows, from, { to, steps });
        if (sources.length > 0) continue;
        for (const name of this.after(this.ofFreeName(root), steps)) arrived.push({ at: to, name });
      }
    }
    return this.settled(flows, arrived);
  }

  /** Whether a finding may come of what is done with this, so that a variable holding it must be looked at everywhere. */
  private leadsOn(name: string): boolean {
    return this.policy.hasMembers(name) || name === 'builtins.getattr' || name.endsWith('__');
  }

  private settled(
    flows: ReadonlyMap<Variable, readonly Flow[]>,
    arrived: { at: Variable; name: string }[],
  ): Map<Variable, Set<string>> {
    const held = new Map<Variable, Set<string>>();
    for (let next = arrived.pop(); next; next = arrived.pop()) {
      const { at } = next;
      const name = this.policy.canonical(next.name);
      const names = held.get(at) ?? new Set();
      if (names.has(name) || !this.policy.follows(name)) continue;
      held.set(at, names.add(name));
      if (this.leadsOn(name)) this.watch.sees(at.name);
      for (const { steps, to } of flows.get(at) ?? []) {
        for (const taken of this.after([name], steps)) arrived.push({ at: to, name: taken });
      }
    }
    return held;
  }
}

/** Undefined when the expression does not start from a name. Parentheses and a walrus around it change nothing. */
function pathOf(tree: SyntaxTree, expression: NodeIndex): Path | undefined {
  const steps: string[] = [];
  let root = withoutWrapping(tree, expression);
  for (let kind = tree.kind(root); kind === Kind.attribute || kind === Kind.call; kind = tree.kind(root)) {
    if (steps.length === stepsMax) return undefined;
    steps.unshift(kind === Kind.call ? '()' : `.${tree.name(tree.lastPart(root))}`);
    root = withoutWrapping(tree, tree.firstPart(root));
  }
  return tree.kind(root) === Kind.identifier ? { root, steps } : undefined;
}

function withoutWrapping(tree: SyntaxTree, expression: NodeIndex): NodeIndex {
  let node = expression;
  for (;;) {
    const kind = tree.kind(node);
    if (kind === Kind.parenthesizedExpression) node = tree.nextPart(tree.firstPart(node));
    else if (kind === Kind.namedExpression) node = tree.lastPart(node);
    else return node;
  }
}

function appendTo<K, V>(lists: Map<K, V[]>, key: K, value: V): void {
  const list = lists.get(key);
  if (list) list.push(value);
  else lists.set(key, [value]);
}
