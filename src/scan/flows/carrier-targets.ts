// Decides what an expression that carries a module gives it to, by the syntax around it (scan policy §10.15): the whole expression, the
// targets of an assignment, a loop or a pattern, parameters of functions, the function that returns it.

import { Use } from '../names/bindings.ts';
import { callArguments, partsOf } from '../names/calls.ts';
import type { Scope, Variable } from '../names/scopes.ts';
import { Kind } from '../reading/kinds.ts';
import { type NodeIndex, noNode, type SyntaxTree } from '../reading/syntax-tree.ts';
import { classesIn, functionsIn } from './carried-functions.ts';
import { builtinsThatRetainNothing } from './demand-tracker.ts';
import { carriedPrefix } from './flow-graph.ts';
import type { Flows } from './flows.ts';

interface Receivers {
  /** Each gets the value without its prefix. */
  variable(variable: Variable, value: string): void;
  field(name: string, value: string): void;
  expression(node: NodeIndex, value: string): void;
}

interface Reached {
  node: NodeIndex;
  parent: NodeIndex;
  /** The value at the node: what it is, or with a prefix, what it carries. */
  value: string;
}

/** Methods that put their arguments into the object, or into their first argument. */
const mutators =
  /^(?:append|appendleft|add|extend|extendleft|insert|insort\w*|push|heappush\w*|put|put_nowait|register|send|asend|throw|set|setdefault|update|write|__set\w*__|set_\w+)$/;

const sending: ReadonlySet<string> = new Set(['send', 'asend', 'throw', 'athrow']);

export class CarrierTargets {
  private readonly flows: Flows;
  private readonly to: Receivers;

  constructor(flows: Flows, to: Receivers) {
    this.flows = flows;
    this.to = to;
  }

  /** Gives the value to what gets it at the parent. Returns it as it is there, or undefined if it ends there. */
  reach({ node, parent, value }: Reached): string | undefined {
    const { tree } = this.flows.names;
    const kind = tree.kind(parent);
    const inside = value.startsWith(carriedPrefix) ? value : carriedPrefix + value;
    const plain = inside.slice(carriedPrefix.length);
    switch (kind) {
      case Kind.attribute:
        return value === inside && tree.firstPart(parent) === node ? value : undefined;
      case Kind.call:
        return this.call(parent, node, value) ? inside : undefined;
      case Kind.parenthesizedExpression:
      case Kind.booleanOperator:
      case Kind.keywordArgument:
      case Kind.argumentList:
      case Kind.await:
        return value;
      case Kind.conditionalExpression:
        return tree.nextPart(tree.nextPart(tree.firstPart(parent))) === node ? undefined : value;
      case Kind.subscript:
        return tree.firstPart(parent) === node ? value : inside;
      case Kind.assignment:
        return this.assign(parent, node, value) ? value : undefined;
      case Kind.augmentedAssignment:
        this.giveTo(tree.firstPart(parent), plain);
        return undefined;
      case Kind.namedExpression:
        this.bind(tree.firstPart(parent), value);
        return value;
      case Kind.lambda:
        return inside;
      default:
        return this.reachStatement(parent, node, plain) ? inside : undefined;
    }
  }

  /** Returns whether the value goes on to what is around the parent. */
  private reachStatement(parent: NodeIndex, node: NodeIndex, value: string): boolean {
    const { names } = this.flows;
    const { tree } = names;
    switch (tree.kind(parent)) {
      case Kind.forStatement:
      case Kind.forInClause:
        this.giveTo(targetOf(this.flows, parent), value);
        return false;
      case Kind.asPattern:
        if (tree.firstPart(parent) === node) this.giveTo(tree.lastPart(parent), value);
        return false;
      case Kind.returnStatement:
        this.giveResult(names.definitionOf(names.scopeOf(parent)), value);
        return false;
      case Kind.yield:
        this.giveFunction(names.definitionOf(names.scopeOf(parent)), value);
        return true;
      case Kind.defaultParameter:
      case Kind.typedDefaultParameter:
        this.giveTo(tree.firstPart(parent), value);
        return true;
      case Kind.functionDefinition:
      case Kind.classDefinition:
        this.giveName(parent, value);
        return false;
      case Kind.decorator:
        this.giveName(tree.lastPart(tree.parent(parent)), value);
        return false;
      case Kind.raiseStatement:
        this.giveAll(Kind.asPattern, 0, value);
        return false;
      case Kind.matchStatement:
        this.giveAll(Kind.casePattern, parent, value);
        return false;
      default:
        return !ends.has(tree.kind(parent));
    }
  }

  /** Returns whether the value is that of the assignment. If it is a key of the target, the target's object gets it. */
  private assign(assignment: NodeIndex, node: NodeIndex, value: string): boolean {
    const { tree } = this.flows.names;
    if (tree.lastPart(assignment) !== node && tree.firstPart(assignment) !== node) return false;
    this.bind(tree.firstPart(assignment), value);
    return tree.lastPart(assignment) === node;
  }

  /** Gives the value to a target. What a name is bound to in place, the flows know. */
  private bind(target: NodeIndex, value: string): void {
    const { names } = this.flows;
    const isCarried = value.startsWith(carriedPrefix);
    const plain = isCarried ? value.slice(carriedPrefix.length) : value;
    if (isCarried || names.tree.kind(target) !== Kind.identifier) this.giveTo(target, plain);
    else if (names.scopeOf(target).kind === 'class') this.giveClassAround(target, plain);
  }

  /** Gives the value to every name, attribute and object in a target. */
  private giveTo(target: NodeIndex, value: string): void {
    const { names } = this.flows;
    const { tree } = names;
    const open = [target];
    for (let node = open.pop(); node !== undefined && node !== noNode; node = open.pop()) {
      const kind = tree.kind(node);
      if (kind === Kind.identifier) this.giveVariables(node, value);
      else if (kind === Kind.attribute) this.to.field(tree.name(tree.lastPart(node)), value);
      else if (kind === Kind.subscript || kind === Kind.call) open.push(holderOf(tree, tree.firstPart(node)));
      else for (const part of partsOf(tree, node)) open.push(part);
    }
  }

  private giveVariables(identifier: NodeIndex, value: string): void {
    const { names } = this.flows;
    const name = names.tree.name(identifier);
    const own = names.scopeOf(identifier).variables.get(name);
    for (const variable of own ? [own] : this.flows.variablesOf(identifier)) {
      this.to.variable(variable, value);
      if (variable.scope.kind === 'class') this.giveClassAround(identifier, value);
    }
  }

  private giveClassAround(node: NodeIndex, value: string): void {
    const { tree } = this.flows.names;
    let around = tree.parent(node);
    while (around !== noNode && tree.kind(around) !== Kind.classDefinition) around = tree.parent(around);
    if (around !== noNode) this.giveName(around, value);
  }

  /** Gives the value to what calls return. That of a generator is in the exception that ends it. */
  private giveResult(definition: NodeIndex | undefined, value: string): void {
    const { tree } = this.flows.names;
    this.giveFunction(definition, value);
    if (definition === undefined) return;
    let node = definition;
    while (node < tree.next(definition) && tree.kind(node) !== Kind.yield) node += 1;
    if (node < tree.next(definition)) this.giveAll(Kind.asPattern, 0, value);
  }

  /** Gives the value to the name of the function. A special method is called without naming it, so its class gets it as well. */
  private giveFunction(definition: NodeIndex | undefined, value: string): void {
    const { names } = this.flows;
    if (definition === undefined) return;
    const { tree } = names;
    if (tree.kind(definition) === Kind.lambda) {
      this.to.expression(definition, value);
      return;
    }
    const name = this.giveName(definition, value);
    if (/^__\w+__$/.test(name) && names.scopeOf(definition).kind === 'class') this.giveClassAround(definition, value);
  }

  private giveName(definition: NodeIndex, value: string): string {
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

  /** Gives the value to the names that parts of this kind bind: all patterns of `match`, all `except … as`. */
  private giveAll(kind: number, within: NodeIndex, value: string): void {
    const { names } = this.flows;
    const { tree } = names;
    for (let node = within; node < tree.next(within); node += 1) {
      if (tree.kind(node) !== kind) continue;
      for (let part = node; part < tree.next(node); part += 1)
        if (tree.kind(part) === Kind.identifier && names.useOf(part) === Use.store) this.giveVariables(part, value);
    }
  }

  /** Returns whether the result of the call may be the value, or carry it. */
  private call(call: NodeIndex, node: NodeIndex, value: string): boolean {
    const { tree } = this.flows.names;
    const isCarried = value.startsWith(carriedPrefix);
    const plain = isCarried ? value.slice(carriedPrefix.length) : value;
    const callee = tree.firstPart(call);
    if (callee === node) {
      if (isCarried) this.giveFunctions(call, plain);
      return isCarried;
    }
    if (tree.kind(callee) === Kind.identifier && retainsNothing(this.flows, callee)) {
      const [, , third] = partsOf(tree, tree.lastPart(call));
      return opening.has(tree.name(callee)) && (isCarried || third !== undefined);
    }
    this.pass(call, plain);
    return true;
  }

  /** A function gets what it is passed, and may call the functions that it is passed. A method may keep its arguments. */
  private pass(call: NodeIndex, value: string): void {
    const { tree } = this.flows.names;
    const callee = tree.firstPart(call);
    const isAttribute = tree.kind(callee) === Kind.attribute;
    const name = isAttribute
      ? tree.name(tree.lastPart(callee))
      : tree.kind(callee) === Kind.identifier
        ? tree.name(callee)
        : '';
    const isExact = callArguments(tree, call) !== undefined && (isAttribute || name !== '');
    this.giveParameters(callee, value, isExact);
    this.giveFunctions(call, value);
    if (mutators.test(name))
      for (const part of partsOf(tree, tree.lastPart(call)))
        if (tree.kind(part) === Kind.identifier) this.giveVariables(part, value);
    if (!isAttribute) {
      if (name !== '') this.giveBound(callee, value);
      return;
    }
    if (sending.has(name)) this.giveYields(value);
    if (!mutators.test(name)) return;
    const receiver = tree.firstPart(callee);
    if (tree.kind(receiver) !== Kind.identifier || !receiverName.test(tree.name(receiver)))
      this.giveTo(receiver, value);
  }

  /** Gives the value to the functions that the call is passed, which it may call. */
  private giveFunctions(call: NodeIndex, value: string): void {
    const { tree } = this.flows.names;
    for (const part of partsOf(tree, tree.lastPart(call))) this.giveParameters(part, value, false);
  }

  /** `add = found.append; add(os)`: the object of the method gets it. */
  private giveBound(callee: NodeIndex, value: string): void {
    const { tree } = this.flows.names;
    for (const { bindings } of this.flows.variablesOf(callee)) {
      for (const { value: bound } of bindings) {
        if (bound?.kind !== 'expression' || tree.kind(bound.node) !== Kind.attribute) continue;
        if (mutators.test(tree.name(tree.lastPart(bound.node)))) this.giveTo(tree.firstPart(bound.node), value);
      }
    }
  }

  private giveYields(value: string): void {
    const { tree } = this.flows.names;
    for (let node = 0; node < tree.size; node += 1) if (tree.kind(node) === Kind.yield) this.to.expression(node, value);
  }

  /** Gives the value to parameters of the functions in an expression. If it is exact, the flows do for named parameters. */
  private giveParameters(expression: NodeIndex, value: string, isExact: boolean): void {
    const { flows } = this;
    for (const definition of functionsIn(flows, expression)) {
      const scope = flows.names.bodyOf(definition);
      if (!scope) continue;
      const named = new Set(flows.parametersOf(definition).names);
      for (const variable of parametersIn(flows, definition, scope))
        if (!(isExact && named.has(variable.name)) && !isReceiver(variable)) this.to.variable(variable, value);
    }
    for (const scope of classesIn(flows, expression)) {
      for (const variable of scope.variables.values()) {
        if (!/^__\w+__$/.test(variable.name)) continue;
        for (const { value: bound } of variable.bindings)
          if (bound?.kind === 'function') this.giveMethod(bound.node, value);
      }
    }
  }

  private giveMethod(definition: NodeIndex, value: string): void {
    const scope = this.flows.names.bodyOf(definition);
    if (!scope) return;
    for (const variable of parametersIn(this.flows, definition, scope))
      if (!isReceiver(variable)) this.to.variable(variable, value);
  }
}

/** Returns the variables of all parameters, `*args` and `**kwargs` included. */
function parametersIn({ names }: Flows, definition: NodeIndex, scope: Scope): Variable[] {
  const { tree } = names;
  const plain = tree.childOfKind(definition, Kind.parameters);
  const list = plain === noNode ? tree.childOfKind(definition, Kind.lambdaParameters) : plain;
  if (list === noNode) return [];
  return partsOf(tree, list).flatMap((part) => {
    let name = part;
    while (name !== noNode && tree.kind(name) !== Kind.identifier) {
      const isSplat = tree.kind(name) === Kind.listSplatPattern || tree.kind(name) === Kind.dictionarySplatPattern;
      name = isSplat ? tree.lastPart(name) : tree.firstPart(name);
    }
    const variable = name === noNode ? undefined : scope.variables.get(tree.name(name));
    return variable ? [variable] : [];
  });
}

/** Returns the target of a loop. */
function targetOf({ names: { tree } }: Flows, loop: NodeIndex): NodeIndex {
  let target = noNode;
  for (let part = tree.firstPart(loop); part !== noNode && tree.kind(part) !== Kind.in; part = tree.nextPart(part))
    target = part;
  return target;
}

/** Where a value ends: a comparison and a condition have another one, and a statement binds nothing. */
const ends: ReadonlySet<number> = new Set([
  Kind.module,
  Kind.block,
  Kind.expressionStatement,
  Kind.ifStatement,
  Kind.whileStatement,
  Kind.tryStatement,
  Kind.exceptClause,
  Kind.withStatement,
  Kind.caseClause,
  Kind.casePattern,
  Kind.deleteStatement,
  Kind.comparisonOperator,
  Kind.notOperator,
  Kind.interpolation,
]);

/** Builtins that return what an object holds, or with a third argument, what they are given. */
const opening: ReadonlySet<string> = new Set(['getattr', 'type', 'vars']);

/** Whether the callee is a builtin whose result has nothing of its arguments. */
function retainsNothing(flows: Flows, callee: NodeIndex): boolean {
  return builtinsThatRetainNothing.has(flows.names.tree.name(callee)) && flows.variablesOf(callee).length === 0;
}

const receiverName = /^(?:self|cls)$/;

/** Whether the parameter is the object of a method, which is no module. */
function isReceiver({ name, scope }: Variable): boolean {
  return receiverName.test(name) && scope.parent?.kind === 'class';
}

/** Returns the object whose items are assigned: `a` for `a.__dict__`. */
function holderOf(tree: SyntaxTree, object: NodeIndex): NodeIndex {
  const isNamespace = tree.kind(object) === Kind.attribute && tree.name(tree.lastPart(object)) === '__dict__';
  return isNamespace ? tree.firstPart(object) : object;
}
