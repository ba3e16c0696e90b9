// Which governed modules an expression may be (scan policy §5.1, §5.2): imports, and plain assignments of one name to another,
// whatever their order. Each module is carried forward along the assignments once, so a chain of any length stays linear.
import type { Bindings } from './bindings.ts';
import { Kind } from './kinds.ts';
import type { ScanPolicy } from './policy.ts';
import { type Variable, variablesRead } from './scopes.ts';
import type { NodeIndex, SyntaxTree } from './syntax-tree.ts';

const none: ReadonlySet<string> = new Set();

export class ModuleNames {
  private readonly names: Bindings;
  private readonly policy: ScanPolicy;
  private holders: Map<Variable, Set<string>> | undefined;

  constructor(names: Bindings, policy: ScanPolicy) {
    this.names = names;
    this.policy = policy;
  }

  /** The governed modules that the expression may be. */
  of(expression: NodeIndex): ReadonlySet<string> {
    const node = withoutWrapping(this.names.tree, expression);
    return this.names.tree.kind(node) === Kind.identifier ? this.ofName(node) : none;
  }

  private ofName(identifier: NodeIndex): ReadonlySet<string> {
    const variables = this.variablesOf(identifier);
    if (variables.length === 0) return this.ofFreeName(identifier);
    this.holders ??= this.carryModules();
    const { holders } = this;
    const sets = variables.flatMap((variable) => holders.get(variable) ?? []);
    return sets.length > 1 ? new Set(sets.flatMap((modules) => [...modules])) : (sets[0] ?? none);
  }

  /** A name that nothing binds may come from a star import; `__builtins__` is always there. */
  private ofFreeName(identifier: NodeIndex): ReadonlySet<string> {
    const name = this.names.tree.name(identifier);
    const module = name === '__builtins__' ? 'builtins' : name;
    return this.policy.governed.has(module) ? new Set([module]) : none;
  }

  private variablesOf(identifier: NodeIndex): Variable[] {
    const { names } = this;
    return variablesRead(names.scopeOf(identifier), names.tree.name(identifier), names.tree.start(identifier));
  }

  private carryModules(): Map<Variable, Set<string>> {
    const holders = new Map<Variable, Set<string>>();
    const receivers = new Map<Variable, Variable[]>();
    const arrived: { variable: Variable; module: string }[] = [];
    for (const variable of this.names.variables()) {
      for (const { value } of variable.bindings) {
        if (value?.kind === 'module') arrived.push({ variable, module: value.module });
        if (value?.kind !== 'expression') continue;
        const source = withoutWrapping(this.names.tree, value.node);
        if (this.names.tree.kind(source) !== Kind.identifier) continue;
        const sources = this.variablesOf(source);
        for (const from of sources) appendTo(receivers, from, variable);
        if (sources.length === 0) for (const module of this.ofFreeName(source)) arrived.push({ variable, module });
      }
    }
    for (let next = arrived.pop(); next; next = arrived.pop()) {
      const { variable, module } = next;
      const held = holders.get(variable) ?? new Set();
      if (held.has(module) || !this.policy.governed.has(module)) continue;
      holders.set(variable, held.add(module));
      for (const receiver of receivers.get(variable) ?? []) arrived.push({ variable: receiver, module });
    }
    return holders;
  }
}

function appendTo<K, V>(lists: Map<K, V[]>, key: K, value: V): void {
  const list = lists.get(key);
  if (list) list.push(value);
  else lists.set(key, [value]);
}

/** The expression within parentheses, and the value of a walrus. */
function withoutWrapping(tree: SyntaxTree, expression: NodeIndex): NodeIndex {
  let node = expression;
  for (;;) {
    const kind = tree.kind(node);
    if (kind === Kind.parenthesizedExpression) node = tree.nextPart(tree.firstPart(node));
    else if (kind === Kind.namedExpression) node = tree.lastPart(node);
    else return node;
  }
}
