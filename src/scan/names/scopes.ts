// Scopes and what is bound in them, and which binding a name meets (scan policy §3.1, §5.1). Knows nothing of syntax: bindings.ts fills it.
import type { NodeIndex } from '../reading/syntax-tree.ts';

export type ScopeKind = 'module' | 'class' | 'function' | 'comprehension' | 'annotation';

/** What a binding is known to hold, when the syntax says it plainly. */
export type BoundValue =
  | { kind: 'module'; module: string }
  | { kind: 'member'; module: string; member: string }
  | { kind: 'expression'; node: NodeIndex }
  /** One of the items of the expression. */
  | { kind: 'element'; node: NodeIndex }
  /** Several of the items of the expression. */
  | { kind: 'rest'; node: NodeIndex }
  /** The expression, unless a caller gives another. */
  | { kind: 'default'; node: NodeIndex }
  | { kind: 'function'; node: NodeIndex };

export interface Binding {
  node: NodeIndex;
  value?: BoundValue;
}

export interface Variable {
  readonly name: string;
  readonly scope: Scope;
  readonly bindings: Binding[];
  /** Offsets, ascending, from each of which an unconditional binding of a module or class body holds. */
  readonly boundFrom: number[];
  /** Somewhere `del n` or `except … as n` takes the name away again. */
  unbound: boolean;
}

export class Scope {
  readonly id: number;
  readonly kind: ScopeKind;
  readonly parent: Scope | undefined;
  readonly variables = new Map<string, Variable>();
  readonly globals = new Set<string>();
  readonly nonlocals = new Set<string>();
  /** Where star imports (other than relative ones) stand in this very scope, ascending. */
  readonly starImports: number[] = [];

  constructor(kind: ScopeKind, parent: Scope | undefined, id = 0) {
    this.id = id;
    this.kind = kind;
    this.parent = parent;
  }

  variable(name: string): Variable {
    let variable = this.variables.get(name);
    if (!variable) {
      variable = { name, scope: this, bindings: [], boundFrom: [], unbound: false };
      this.variables.set(name, variable);
    }
    return variable;
  }

  get module(): Scope {
    let scope: Scope = this;
    while (scope.parent) scope = scope.parent;
    return scope;
  }

  /** Whether a binding anywhere in the scope makes every load in it local. */
  get isFunctionLike(): boolean {
    return this.kind !== 'module' && this.kind !== 'class';
  }

  /** The scope that a walrus binds in: a comprehension passes it on. */
  get walrusScope(): Scope {
    let scope: Scope = this;
    while (scope.kind === 'comprehension' && scope.parent) scope = scope.parent;
    return scope;
  }

  /** The enclosing function that binds the name, as `nonlocal` means it. */
  enclosingFunctionOf(name: string): Scope | undefined {
    let scope = this.parent;
    while (scope && !(scope.isFunctionLike && scope.variables.has(name) && !scope.nonlocals.has(name)))
      scope = scope.parent;
    return scope;
  }

  /** Hands the bindings of a name over to the scope that it is declared to belong to; there they are conditional. */
  transferVariable(name: string, owner: Scope): void {
    const mine = this.variables.get(name);
    if (!mine || owner === this) return;
    this.variables.delete(name);
    const theirs = owner.variable(name);
    for (const binding of mine.bindings) theirs.bindings.push(binding);
    theirs.unbound ||= mine.unbound;
  }
}

/** The variables that a load of `name` at `offset` may read, nearest first; none when it can only be the builtin. */
export function variablesRead(scope: Scope, name: string, offset: number): Variable[] {
  const read: Variable[] = [];
  for (let at: Scope | undefined = scope; at; at = enclosingScopeFor(at, name, scope)) {
    const variable = at.globals.has(name) ? undefined : at.variables.get(name);
    if (!variable || variable.bindings.length === 0) continue;
    read.push(variable);
    if (at.isFunctionLike || isDefinitelyBound(variable, offset)) break;
  }
  return read;
}

/** Whether a load of `name` at `offset` can reach the builtin of that name (scan policy §3.1). */
export function reachesBuiltin(scope: Scope, name: string, offset: number): boolean {
  const last = variablesRead(scope, name, offset).at(-1);
  return !last || !(last.scope.isFunctionLike || isDefinitelyBound(last, offset));
}

/** The scope that CPython looks in after `at`: class bodies are skipped from within, and skip functions when they bind the name. */
function enclosingScopeFor(at: Scope, name: string, start: Scope): Scope | undefined {
  if (at.globals.has(name)) return at.module;
  if (at.kind === 'class' && at.variables.has(name)) return at.module;
  let outer = at.parent;
  while (outer?.kind === 'class' && !(at === start && at.kind === 'annotation')) outer = outer.parent;
  return outer;
}

function isDefinitelyBound({ boundFrom, scope, unbound }: Variable, offset: number): boolean {
  if (unbound) return false;
  const binding = lastAtOrBefore(boundFrom, offset);
  return binding !== undefined && binding >= (lastAtOrBefore(scope.starImports, offset) ?? 0);
}

function lastAtOrBefore(ascending: readonly number[], offset: number): number | undefined {
  let low = 0;
  let high = ascending.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((ascending[middle] ?? 0) <= offset) low = middle + 1;
    else high = middle;
  }
  return ascending[low - 1];
}
