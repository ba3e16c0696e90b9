// Decides where a call passes a held module (scan policy §10.15): to its result, to the parameters of functions that it calls or
// receives, or to objects that keep their arguments.
import { holderValue, instanceValue, plainName } from '../flows/flow-graph.ts';
import type { Flows } from '../flows/flows.ts';
import { callArguments, parameterNodes, retainsNothing } from '../names/calls.ts';
import type { Scope, Variable } from '../names/scopes.ts';
import { isStandardModule, rootModule } from '../policy/listed-modules.ts';
import { isSpecial } from '../policy/private-names.ts';
import { Kind } from '../reading/kinds.ts';
import { type NodeIndex, noNode } from '../reading/syntax-tree.ts';
import { findClassScopes, findFunctions, isLocalFunction, plainClass, resolveNames } from './known-so-far.ts';
import type { HolderReceivers, Receivers } from './receivers.ts';

/** Methods that store their arguments in their object or in their first argument. */
const mutators =
  /^(?:append|appendleft|add|extend|extendleft|insert|insort\w*|push|heappush\w*|put|put_nowait|register|send|asend|throw|set|setdefault|update|write|__set\w*__|set_\w+)$/;

const sending: ReadonlySet<string> = new Set(['send', 'asend', 'throw', 'athrow']);

export class HolderCalls {
  private readonly flows: Flows;
  private readonly to: Receivers;
  private readonly receivers: HolderReceivers;

  constructor(flows: Flows, to: Receivers, receivers: HolderReceivers) {
    this.flows = flows;
    this.to = to;
    this.receivers = receivers;
  }

  /**
   * Returns whether the callee may do more with the argument than look at it. For example, the result of `getattr(os, name)` neither is
   * the module nor holds it.
   */
  takes(list: NodeIndex, argument: NodeIndex, value: string): boolean {
    const { tree } = this.flows.names;
    const call = tree.parent(list);
    const callee = tree.firstPart(call);
    if (tree.kind(call) !== Kind.call || !retainsNothing(this.flows.names, callee)) return true;
    // The list's first part is the parenthesis.
    const isObject = tree.nextPart(tree.firstPart(list)) === argument;
    return opening.has(tree.name(callee)) && (value !== plainName(value) || !isObject);
  }

  /** Returns what the call's result may be or hold. */
  returns(call: NodeIndex, node: NodeIndex, value: string): string | undefined {
    const { tree } = this.flows.names;
    const callee = tree.firstPart(call);
    if (callee === node) {
      // A function's name holds its return value.
      if (plainName(value) === value) return isLocalFunction(this.flows, callee) ? value : undefined;
      this.giveFunctions(call, holderValue(value));
      return this.isTaking(callee, value) ? holderValue(value) : undefined;
    }
    // takes() has already excluded arguments of these builtins that aren't kept.
    if (retainsNothing(this.flows.names, callee)) return holderValue(value);
    this.pass(call, value);
    const definition = plainClass(this.flows, callee);
    if (definition !== undefined) return instanceValue(definition, value);
    return this.mayReturn(callee, value) ? holderValue(value) : undefined;
  }

  /** Returns whether calling something that holds the value may return it. */
  private isTaking(callee: NodeIndex, value: string): boolean {
    const { tree } = this.flows.names;
    if (tree.kind(callee) !== Kind.attribute) return true;
    return this.flows.meanings.mayHave(value, tree.attributeName(callee)) || isLocalFunction(this.flows, callee);
  }

  /**
   * Returns whether a call may return its argument. Python's own functions may. Other functions receive a library only to work with it,
   * as in `f(x, xp=numpy)`. For this file's functions, the flows know the results.
   */
  private mayReturn(callee: NodeIndex, value: string): boolean {
    if (!this.flows.meanings.isLibrary(value)) return true;
    return [...resolveNames(this.flows, callee)].some(
      (name) => isStandardModule(rootModule(name)) || name.startsWith('builtins.'),
    );
  }

  /**
   * Passes the value to the callee. A function gets its arguments, and may call functions among them. A method may keep its arguments.
   */
  private pass(call: NodeIndex, exact: string): void {
    const { tree } = this.flows.names;
    const value = holderValue(exact);
    const callee = tree.firstPart(call);
    const isAttribute = tree.kind(callee) === Kind.attribute;
    const name = tree.lastName(callee) ?? '';
    const isExact = callArguments(tree, call) !== undefined && name !== '';
    const made = plainClass(this.flows, callee);
    if (made === undefined) this.giveParameters(callee, isExact ? exact : value, isExact);
    else for (const method of this.flows.classes.initializersOf(made)) this.giveMethod(method, isExact ? exact : value);
    this.giveFunctions(call, value);
    if (mutators.test(name))
      for (const part of tree.items(tree.lastPart(call)))
        if (tree.kind(part) === Kind.identifier) this.receivers.giveVariables(part, value);
    if (!isAttribute) {
      if (name !== '') this.giveBound(callee, value);
      return;
    }
    if (sending.has(name)) this.receivers.giveYields(value);
    if (!mutators.test(name)) return;
    const receiver = tree.firstPart(callee);
    if (tree.kind(receiver) !== Kind.identifier || !receiverName.test(tree.name(receiver)))
      this.receivers.giveTo(receiver, value);
  }

  /** Gives the value to the functions passed to the call, because the callee may call them with it. */
  giveFunctions(call: NodeIndex, value: string): void {
    const { tree } = this.flows.names;
    for (const part of tree.items(tree.lastPart(call))) this.giveParameters(part, value, false);
  }

  /** Gives the value to the method's object: `add = found.append; add(os)`. */
  private giveBound(callee: NodeIndex, value: string): void {
    const { tree } = this.flows.names;
    for (const { bindings } of this.flows.names.variablesRead(callee)) {
      for (const { value: bound } of bindings) {
        if (bound?.kind !== 'expression' || tree.kind(bound.node) !== Kind.attribute) continue;
        if (mutators.test(tree.attributeName(bound.node))) this.receivers.giveTo(tree.firstPart(bound.node), value);
      }
    }
  }

  /**
   * Gives the value to the parameters of functions in an expression. If the value is exact, skips named parameters, which the flows
   * handle.
   */
  private giveParameters(expression: NodeIndex, value: string, isExact: boolean): void {
    const { flows } = this;
    for (const definition of findFunctions(flows, expression)) {
      const scope = flows.names.bodyOf(definition);
      if (!scope) continue;
      const named = new Set(flows.parametersOf(definition).names);
      for (const variable of parameterVariables(flows, definition, scope))
        if (!(isExact && named.has(variable.name)) && !isReceiver(variable))
          this.to.variable(variable, holderValue(value));
    }
    for (const scope of findClassScopes(flows, expression)) {
      for (const variable of scope.variables.values()) {
        if (!isSpecial(variable.name)) continue;
        for (const { value: bound } of variable.bindings)
          if (bound?.kind === 'function') this.giveMethod(bound.node, value);
      }
    }
  }

  private giveMethod(definition: NodeIndex, value: string): void {
    const scope = this.flows.names.bodyOf(definition);
    if (!scope) return;
    const named = new Set(this.flows.parametersOf(definition).names);
    for (const variable of parameterVariables(this.flows, definition, scope))
      if (!isReceiver(variable)) this.to.variable(variable, named.has(variable.name) ? value : holderValue(value));
  }
}

/** Returns the variables of all parameters, including `*args` and `**kwargs`. */
function parameterVariables({ names }: Flows, definition: NodeIndex, scope: Scope): Variable[] {
  const { tree } = names;
  return parameterNodes(tree, definition).flatMap((part) => {
    let name = part;
    while (name !== noNode && tree.kind(name) !== Kind.identifier) {
      const isSplat = tree.kind(name) === Kind.listSplatPattern || tree.kind(name) === Kind.dictionarySplatPattern;
      name = isSplat ? tree.lastPart(name) : tree.firstPart(name);
    }
    const variable = name === noNode ? undefined : scope.variables.get(tree.name(name));
    return variable ? [variable] : [];
  });
}

/** Builtins that return content of an object, or one of the later arguments. */
const opening: ReadonlySet<string> = new Set(['getattr', 'type', 'vars']);

const receiverName = /^(?:self|cls)$/;

/** Returns whether the parameter is the object of a method, which is never a module. */
function isReceiver({ name, scope }: Variable): boolean {
  return receiverName.test(name) && scope.parent?.kind === 'class';
}
