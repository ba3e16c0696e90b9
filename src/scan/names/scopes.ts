// Models scopes, their variables, and the variables that a name may resolve to (scan policy §3.1, §5.1). Independent of syntax. Filled
// in by bindings.ts.
import type { Binding } from './bound-values.ts';

export type ScopeKind = 'module' | 'class' | 'function' | 'comprehension' | 'annotation';

export interface Variable {
  readonly name: string;
  readonly scope: Scope;
  readonly bindings: Binding[];
  /** Offsets from which unconditional bindings in a module or class body apply, ascending. */
  readonly boundFrom: number[];
  /** True if `del n` or `except … as n` unbinds the name somewhere. */
  unbound: boolean;
}

export class Scope {
  readonly id: number;
  readonly kind: ScopeKind;
  readonly parent: Scope | undefined;
  readonly variables = new Map<string, Variable>();
  readonly globals = new Set<string>();
  readonly nonlocals = new Set<string>();
  /** Offsets of absolute star imports directly in this scope, ascending. */
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

  /** True if a binding anywhere in the scope makes every load of that name local, as in a function. */
  get isFunctionLike(): boolean {
    return this.kind !== 'module' && this.kind !== 'class';
  }

  /** The scope in which `:=` binds, which is the nearest one that isn't a comprehension. */
  get walrusScope(): Scope {
    let scope: Scope = this;
    while (scope.kind === 'comprehension' && scope.parent) scope = scope.parent;
    return scope;
  }

  /** Returns the enclosing function scope that binds the name, as `nonlocal` resolves it. */
  enclosingFunctionOf(name: string): Scope | undefined {
    let scope = this.parent;
    while (scope && !(scope.isFunctionLike && scope.variables.has(name) && !scope.nonlocals.has(name)))
      scope = scope.parent;
    return scope;
  }

  /** Moves a name's bindings to its declared scope, where they count as conditional. */
  transferVariable(name: string, owner: Scope): void {
    const moved = this.variables.get(name);
    if (!moved || owner === this) return;
    this.variables.delete(name);
    const target = owner.variable(name);
    for (const binding of moved.bindings) target.bindings.push(binding);
    target.unbound ||= moved.unbound;
  }
}

/** Returns the variables that a load of `name` at `offset` may read, nearest first. Empty if it can only be the builtin. */
export function variablesRead(scope: Scope, name: string, offset: number): Variable[] {
  const candidates: Variable[] = [];
  for (let at: Scope | undefined = scope; at; at = enclosingScopeFor(at, name, scope)) {
    const variable = at.globals.has(name) ? undefined : at.variables.get(name);
    if (!variable || variable.bindings.length === 0) continue;
    candidates.push(variable);
    if (at.isFunctionLike || isDefinitelyBound(variable, offset)) break;
  }
  return candidates;
}

/** Returns whether a load of `name` at `offset` can reach the builtin of that name (scan policy §3.1). */
export function reachesBuiltin(scope: Scope, name: string, offset: number): boolean {
  const last = variablesRead(scope, name, offset).at(-1);
  return !last || !(last.scope.isFunctionLike || isDefinitelyBound(last, offset));
}

/**
 * Returns the scope that CPython searches after `at`. Nested scopes skip class bodies. A class that binds the name continues at the
 * module.
 */
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
