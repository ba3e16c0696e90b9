// Gives a held value to its receivers by name (scan policy §10.15): the names, attributes and objects of a target, the name of a
// function or class, and every name of a kind.
import { heldPrefix, holderValue } from '../flows/flow-graph.ts';
import type { Flows } from '../flows/flows.ts';
import { Use } from '../names/bindings.ts';
import type { Variable } from '../names/scopes.ts';
import { isSpecial } from '../policy/private-names.ts';
import { Kind } from '../reading/kinds.ts';
import { type NodeIndex, noNode, type SyntaxTree } from '../reading/syntax-tree.ts';
import { isLocalFunction, resolveNames } from './known-so-far.ts';

export interface Receivers {
  /** Gives the value to a variable; if it is a held module, gives the module too. */
  variable(variable: Variable, value: string): void;
  field(name: string, value: string): void;
  expression(node: NodeIndex, value: string): void;
}

export class HolderReceivers {
  private readonly flows: Flows;
  private readonly to: Receivers;

  constructor(flows: Flows, to: Receivers) {
    this.flows = flows;
    this.to = to;
  }

  /**
   * Gives the value to the name or attribute. For a target with several parts, gives the content to every name, attribute and object.
   */
  giveTo(target: NodeIndex, value: string): void {
    const { names } = this.flows;
    const { tree } = names;
    const open = [target];
    for (let node = open.pop(); node !== undefined && node !== noNode; node = open.pop()) {
      const kind = tree.kind(node);
      const given = node === target ? value : holderValue(value);
      if (kind === Kind.identifier) this.giveVariables(node, given);
      else if (kind === Kind.attribute) this.to.field(tree.attributeName(node), given);
      else if (kind === Kind.subscript || kind === Kind.call) open.push(ownerOf(tree, tree.firstPart(node)));
      else for (const part of tree.items(node)) open.push(part);
    }
  }

  giveVariables(identifier: NodeIndex, value: string): void {
    const { names } = this.flows;
    const name = names.tree.name(identifier);
    const own = names.scopeOf(identifier).variables.get(name);
    for (const variable of own ? [own] : this.flows.names.variablesRead(identifier)) {
      this.to.variable(variable, value);
      if (variable.scope.kind === 'class') this.giveClassAround(identifier, value);
    }
  }

  giveClassAround(node: NodeIndex, value: string): void {
    const { tree } = this.flows.names;
    let around = tree.parent(node);
    while (around !== noNode && tree.kind(around) !== Kind.classDefinition) around = tree.parent(around);
    if (around !== noNode) this.giveName(around, holderValue(value));
  }

  /** Gives the value to the results of calls. For a generator, its result is in the exception that ends it. */
  giveResult(definition: NodeIndex | undefined, value: string): void {
    const { tree } = this.flows.names;
    if (definition === undefined) return;
    if (value.startsWith(heldPrefix) || !returnsAsWritten(this.flows, definition))
      this.giveFunction(definition, holderValue(value));
    else if (isSpecial(this.giveName(definition, value))) this.giveFunction(definition, holderValue(value));
    let node = definition;
    while (node < tree.next(definition) && tree.kind(node) !== Kind.yield) node += 1;
    if (node < tree.next(definition)) this.giveAll(Kind.asPattern, 0, holderValue(value));
  }

  /** Gives the value to the function's name. A special method is called without its name, so its class gets the value too. */
  giveFunction(definition: NodeIndex | undefined, value: string): void {
    const { names } = this.flows;
    if (definition === undefined) return;
    const { tree } = names;
    if (tree.kind(definition) === Kind.lambda) {
      this.to.expression(definition, value);
      return;
    }
    const name = this.giveName(definition, value);
    if (isSpecial(name) && names.scopeOf(definition).kind === 'class') this.giveClassAround(definition, value);
  }

  giveName(definition: NodeIndex, value: string): string {
    const { tree } = this.flows.names;
    const name = tree.childOfKind(definition, Kind.identifier);
    if (name === noNode) return '';
    for (const variable of this.variablesNamed(definition, tree.name(name))) this.to.variable(variable, value);
    return tree.name(name);
  }

  private variablesNamed(node: NodeIndex, name: string): Variable[] {
    const { names } = this.flows;
    const scope = names.scopeOf(node);
    const variable = scope.variables.get(name) ?? names.module.variables.get(name);
    return variable ? [variable] : [];
  }

  /** Gives the value to the names that all parts of this kind bind: all patterns of `match`, or all `except … as`. */
  giveAll(kind: number, within: NodeIndex, value: string): void {
    const { names } = this.flows;
    const { tree } = names;
    for (let node = within; node < tree.next(within); node += 1) {
      if (tree.kind(node) !== kind) continue;
      for (let part = node; part < tree.next(node); part += 1)
        if (tree.kind(part) === Kind.identifier && names.useOf(part) === Use.store) this.giveVariables(part, value);
    }
  }

  giveYields(value: string): void {
    const { tree } = this.flows.names;
    for (let node = 0; node < tree.size; node += 1) if (tree.kind(node) === Kind.yield) this.to.expression(node, value);
  }
}

/** Decorators that keep a function's return value reachable through its name or attribute. */
const plainDecorators: ReadonlySet<string> = new Set([
  ...['property', 'staticmethod', 'classmethod'].map((name) => `builtins.${name}`),
  ...['cached_property', 'cache', 'lru_cache', 'lru_cache()'].map((name) => `functools.${name}`),
]);

/** Returns whether calling the function returns exactly its own result. */
function returnsAsWritten(flows: Flows, definition: NodeIndex): boolean {
  const { tree } = flows.names;
  if (tree.kind(definition) !== Kind.functionDefinition) return false;
  const around = tree.parent(definition);
  if (tree.kind(around) !== Kind.decoratedDefinition) return true;
  return tree.items(around).every((part) => {
    if (tree.kind(part) !== Kind.decorator) return true;
    const decorator = tree.lastPart(part);
    const names = [...resolveNames(flows, decorator)];
    return names.length > 0 && names.every((name) => plainDecorators.has(name)) && !isLocalFunction(flows, decorator);
  });
}

/** Returns the object whose items are assigned, which is `a` for `a.__dict__`. */
function ownerOf(tree: SyntaxTree, object: NodeIndex): NodeIndex {
  const isNamespace = tree.kind(object) === Kind.attribute && tree.attributeName(object) === '__dict__';
  return isNamespace ? tree.firstPart(object) : object;
}
