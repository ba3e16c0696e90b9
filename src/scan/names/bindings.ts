// Records each node's scope, each identifier's use, and each scope's bindings (scan policy §3.1, §5.1). Filled in by binding-forms.ts.
import { Kind } from '../reading/kinds.ts';
import { type NodeIndex, noNode, type SyntaxTree } from '../reading/syntax-tree.ts';
import type { BoundValue } from './bound-values.ts';
import { reachesBuiltin, Scope, type ScopeKind, type Variable, variablesRead } from './scopes.ts';

/** How an identifier is used. `other` means that it isn't a variable but an attribute, a keyword argument or a module in an import. */
export const Use = { load: 0, store: 1, delete: 2, augmented: 3, other: 4 } as const;

const unset = 255;

/** Kinds of nodes whose parts are used like the whole, as in `(a, [b, *c]) = …`. */
const targetContainers: ReadonlySet<number> = new Set([
  Kind.patternList,
  Kind.tuplePattern,
  Kind.listPattern,
  Kind.listSplatPattern,
  Kind.dictionarySplatPattern,
  Kind.listSplat,
  Kind.expressionList,
  Kind.parenthesizedExpression,
  Kind.tuple,
  Kind.list,
  Kind.asPatternTarget,
]);

/** Statements whose parts may not run, so that their bindings are conditional. */
const conditionalStatements: ReadonlySet<number> = new Set([
  Kind.ifStatement,
  Kind.forStatement,
  Kind.whileStatement,
  Kind.tryStatement,
  Kind.withStatement,
  Kind.matchStatement,
]);

export class Bindings {
  readonly tree: SyntaxTree;
  readonly starNames: (module: string) => readonly string[];
  /** Names that star imports bind. */
  readonly starred = new Set<string>();
  readonly module = new Scope('module', undefined);
  private readonly scopes: Scope[] = [this.module];
  private readonly scopeIds: Int32Array;
  private readonly uses: Uint8Array;
  /** For each node, the statement directly in a module or class body with which it always runs; noNode if there is none. */
  private readonly unconditionalStatements: Int32Array;
  private readonly values = new Map<NodeIndex, BoundValue>();
  private readonly bodies = new Map<NodeIndex, Scope>();
  private readonly definitions = new Map<Scope, NodeIndex>();
  /** Scopes of class bodies that are inside nothing but classes, with their class paths: `Outer.Inner`. */
  readonly classPaths = new Map<Scope, string>();

  /** Start offsets of lookup keys that fold to `__builtins__`. */
  readonly builtinsKeys: ReadonlySet<number>;

  /** `starNames` returns the relevant names that a star import of a plugin module binds. */
  constructor(tree: SyntaxTree, starNames: (module: string) => readonly string[], builtinsKeys: ReadonlySet<number>) {
    this.tree = tree;
    this.starNames = starNames;
    this.builtinsKeys = builtinsKeys;
    this.scopeIds = new Int32Array(tree.size).fill(noNode);
    this.uses = new Uint8Array(tree.size).fill(unset);
    this.unconditionalStatements = new Int32Array(tree.size).fill(noNode);
  }

  scopeOf(node: NodeIndex): Scope {
    return this.scopes[this.scopeIds[node] ?? 0] ?? this.module;
  }

  useOf(node: NodeIndex): number {
    return this.uses[node] ?? Use.load;
  }

  /** Counts variables and scopes. */
  get size(): number {
    return this.scopes.reduce((size, scope) => size + 1 + scope.variables.size, 0);
  }

  /** Returns whether the expression's value is read here. */
  isLoaded(node: NodeIndex): boolean {
    const use = this.useOf(node);
    return use === Use.load || use === Use.augmented;
  }

  /** Returns the variables that a load of the name may read, nearest first. Empty if it can only be the builtin. */
  variablesRead(identifier: NodeIndex): Variable[] {
    return variablesRead(this.scopeOf(identifier), this.tree.name(identifier), this.tree.start(identifier));
  }

  /** Returns whether a load of the name can reach the builtin of that name. */
  reachesBuiltin(identifier: NodeIndex): boolean {
    return reachesBuiltin(this.scopeOf(identifier), this.tree.name(identifier), this.tree.start(identifier));
  }

  *variables(): Generator<Variable> {
    for (const scope of this.scopes) yield* scope.variables.values();
  }

  /** Takes the settings that no syntactic form has set for the node from its parent. Enter parents first. */
  enter(node: NodeIndex): void {
    const parent = this.tree.parent(node);
    if (parent === noNode) {
      this.scopeIds[node] = 0;
      this.uses[node] = Use.load;
      return;
    }
    const parentKind = this.tree.kind(parent);
    if (this.scopeIds[node] === noNode) this.scopeIds[node] = this.scopeIds[parent] ?? 0;
    if (this.uses[node] === unset) this.uses[node] = targetContainers.has(parentKind) ? this.useOf(parent) : Use.load;
    if (this.startsStatement(parent, parentKind)) this.unconditionalStatements[node] = node;
    else if (!conditionalStatements.has(parentKind))
      this.unconditionalStatements[node] = this.unconditionalStatements[parent] ?? noNode;
  }

  private startsStatement(parent: NodeIndex, parentKind: number): boolean {
    if (parentKind === Kind.module) return true;
    return parentKind === Kind.block && this.tree.kind(this.tree.parent(parent)) === Kind.classDefinition;
  }

  newScope(kind: ScopeKind, parent: Scope): Scope {
    const scope = new Scope(kind, parent, this.scopes.length);
    this.scopes.push(scope);
    return scope;
  }

  /** Returns the scope of a function's or lambda's local names. */
  bodyOf(definition: NodeIndex): Scope | undefined {
    return this.bodies.get(definition);
  }

  /** Returns the function or lambda that has this scope for its local names. */
  definitionOf(scope: Scope): NodeIndex | undefined {
    return this.definitions.get(scope);
  }

  newFunction(definition: NodeIndex, parent: Scope): Scope {
    const scope = this.newScope('function', parent);
    this.bodies.set(definition, scope);
    this.definitions.set(scope, definition);
    return scope;
  }

  newClass(name: string, outer: Scope, parent: Scope): Scope {
    const scope = this.newScope('class', parent);
    const path = outer === this.module ? name : prefixed(this.classPaths.get(outer), name);
    if (path !== undefined) this.classPaths.set(scope, path);
    return scope;
  }

  /** Sets a node's scope and use before it is entered. */
  setScope(node: NodeIndex, scope: Scope, use?: number): void {
    this.scopeIds[node] = scope.id;
    if (use !== undefined) this.uses[node] = use;
  }

  setUse(node: NodeIndex, use: number): void {
    this.uses[node] = use;
  }

  /** Sets the value that an identifier will be bound to, or that a pattern is compared with, before it is entered. */
  setValue(node: NodeIndex, value: BoundValue): void {
    this.values.set(node, value);
  }

  valueOf(node: NodeIndex): BoundValue | undefined {
    return this.values.get(node);
  }

  /**
   * Binds the identifier in the scope of the node `at`. If its statement is directly in a module or class body, the binding is definite
   * from the end of the statement.
   */
  bindAt(at: NodeIndex, identifier: NodeIndex): void {
    const direct = this.unconditionalStatements[at] ?? noNode;
    this.bind(identifier, this.scopeOf(at), direct === noNode ? undefined : this.tree.end(direct));
  }

  /** Binds the identifier in a scope. `from` is the offset from which the binding is definite. */
  bind(identifier: NodeIndex, scope: Scope, from?: number): void {
    const variable = scope.variable(this.tree.name(identifier));
    const value = this.values.get(identifier);
    variable.bindings.push(value ? { node: identifier, value } : { node: identifier });
    if (from !== undefined) variable.boundFrom.push(from);
  }

  unbindAt(at: NodeIndex, identifier: NodeIndex): void {
    this.scopeOf(at).variable(this.tree.name(identifier)).unbound = true;
  }

  /** Returns whether the node is a statement directly in a module or class body. */
  isDirect(node: NodeIndex): boolean {
    return this.unconditionalStatements[node] === node;
  }

  /** Moves bindings declared `global` or `nonlocal` to the scope that they belong to. Call once, after the last node. */
  resolveOuterNames(): void {
    for (const scope of this.scopes) {
      for (const name of scope.globals) scope.transferVariable(name, this.module);
      for (const name of scope.nonlocals) {
        const owner = scope.enclosingFunctionOf(name);
        if (owner) scope.transferVariable(name, owner);
      }
    }
  }
}

function prefixed(path: string | undefined, name: string): string | undefined {
  return path === undefined ? undefined : `${path}.${name}`;
}
