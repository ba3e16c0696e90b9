// Decides from the surrounding syntax which receivers get a module that an expression holds (scan policy §10.15): the whole
// expression, the targets of an assignment, loop or pattern, function parameters, or the function that returns it.
import { heldPrefix, holderValue, instanceClass } from '../flows/flow-graph.ts';
import type { Flows } from '../flows/flows.ts';
import { isSpecial } from '../policy/private-names.ts';
import { Kind } from '../reading/kinds.ts';
import { type NodeIndex, noNode, type SyntaxTree } from '../reading/syntax-tree.ts';
import { HolderCalls } from './calls.ts';
import { isLocalFunction, plainClass } from './known-so-far.ts';
import { HolderReceivers, type Receivers } from './receivers.ts';

interface Reached {
  node: NodeIndex;
  parent: NodeIndex;
  /** The value at the node: what the node is or, with a prefix, what it holds or received. */
  value: string;
}

export class HolderTargets {
  private readonly flows: Flows;
  private readonly receivers: HolderReceivers;
  private readonly calls: HolderCalls;

  constructor(flows: Flows, to: Receivers) {
    this.flows = flows;
    this.receivers = new HolderReceivers(flows, to);
    this.calls = new HolderCalls(flows, to, this.receivers);
  }

  /** Gives the value to its receivers at the parent. Returns the value that the parent has, or undefined if the value ends there. */
  reach({ node, parent, value }: Reached): string | undefined {
    const { tree } = this.flows.names;
    const kind = tree.kind(parent);
    const inside = holderValue(value);
    if (instanceClass(value) !== undefined && this.escapes(node, parent)) {
      this.receivers.giveTo(node, inside);
      return undefined;
    }
    switch (kind) {
      case Kind.attribute:
        return this.reachAttribute(parent, node, value);
      case Kind.call:
        return this.calls.returns(parent, node, value);
      case Kind.parenthesizedExpression:
      case Kind.booleanOperator:
      case Kind.keywordArgument:
      case Kind.await:
        return value;
      case Kind.argumentList:
        return this.calls.takes(parent, node, value) ? value : undefined;
      case Kind.conditionalExpression:
        return tree.nextPart(tree.nextPart(tree.firstPart(parent))) === node ? undefined : value;
      case Kind.subscript:
        return tree.firstPart(parent) === node && instanceClass(value) === undefined ? value : inside;
      case Kind.assignment:
        return this.assign(parent, node, value) ? value : undefined;
      case Kind.augmentedAssignment:
        this.receivers.giveTo(tree.firstPart(parent), inside);
        return undefined;
      case Kind.namedExpression:
        this.bind(tree.firstPart(parent), value);
        return value;
      case Kind.lambda:
        return inside;
      default:
        return this.reachStatement(parent, node, value) ? inside : undefined;
    }
  }

  /**
   * Returns whether an instance is used for anything except reading an attribute that the flows know. If so, it may receive more than
   * its class does.
   */
  private escapes(node: NodeIndex, parent: NodeIndex): boolean {
    const { tree } = this.flows.names;
    const kind = tree.kind(node);
    if ((kind !== Kind.identifier && kind !== Kind.attribute) || ends.has(tree.kind(parent))) return false;
    if (tree.kind(parent) === Kind.argumentList) {
      const definition = plainClass(this.flows, tree.firstPart(tree.parent(parent)));
      return definition === undefined || !this.flows.classes.keepsArguments(definition);
    }
    if (tree.kind(parent) === Kind.assignment && this.flows.classes.keepsArguments(classAround(tree, node)))
      return false;
    return tree.kind(parent) !== Kind.attribute || isSpecial(tree.attributeName(parent));
  }

  /**
   * Gives the value to an attribute's receivers. Returns nothing for an instance's own attributes, which the flows know. A special
   * attribute of a function leads to its result.
   */
  private reachAttribute(attribute: NodeIndex, node: NodeIndex, value: string): string | undefined {
    const { tree } = this.flows.names;
    if (tree.firstPart(attribute) !== node) return undefined;
    const name = tree.attributeName(attribute);
    if (value.startsWith(heldPrefix)) return this.flows.meanings.mayHave(value, name) ? value : undefined;
    const definition = instanceClass(value);
    const isKnown =
      definition === undefined
        ? !(isSpecial(name) && isLocalFunction(this.flows, node))
        : this.flows.classes.sets(definition, name);
    return isKnown ? undefined : holderValue(value);
  }

  /** Returns whether the value continues to the parent's surroundings. */
  private reachStatement(parent: NodeIndex, node: NodeIndex, exact: string): boolean {
    const { names } = this.flows;
    const { tree } = names;
    const value = holderValue(exact);
    switch (tree.kind(parent)) {
      case Kind.forStatement:
      case Kind.forInClause:
        this.receivers.giveTo(targetOf(this.flows, parent), value);
        return false;
      case Kind.asPattern:
        if (tree.firstPart(parent) === node) this.receivers.giveTo(tree.lastPart(parent), value);
        return false;
      case Kind.returnStatement:
        this.receivers.giveResult(names.definitionOf(names.scopeOf(parent)), exact);
        return false;
      case Kind.yield:
        this.receivers.giveFunction(names.definitionOf(names.scopeOf(parent)), value);
        return true;
      case Kind.defaultParameter:
      case Kind.typedDefaultParameter:
        this.receivers.giveTo(tree.firstPart(parent), value);
        // The function object holds its defaults too. For a library, only the parameter counts.
        return !this.flows.meanings.isLibrary(value);
      case Kind.functionDefinition:
      case Kind.classDefinition:
        this.receivers.giveName(parent, value);
        return false;
      case Kind.decorator:
        this.receivers.giveName(tree.lastPart(tree.parent(parent)), value);
        return false;
      case Kind.raiseStatement:
        this.receivers.giveAll(Kind.asPattern, 0, value);
        return false;
      case Kind.matchStatement:
        this.receivers.giveAll(Kind.casePattern, parent, value);
        return false;
      default:
        return !ends.has(tree.kind(parent));
    }
  }

  /** Returns whether the value belongs to the assignment. If the value is a key in the target, the target's object gets it. */
  private assign(assignment: NodeIndex, node: NodeIndex, value: string): boolean {
    const { tree } = this.flows.names;
    if (tree.lastPart(assignment) !== node && tree.firstPart(assignment) !== node) return false;
    this.bind(tree.firstPart(assignment), value);
    return tree.lastPart(assignment) === node;
  }

  /** Gives the value to a target. If the target is a list of targets, gives the value's content. */
  private bind(target: NodeIndex, value: string): void {
    const kind = this.flows.names.tree.kind(target);
    const isWhole = kind === Kind.identifier || kind === Kind.attribute;
    this.receivers.giveTo(target, isWhole ? value : holderValue(value));
  }
}

/** Returns the class of the method around the node. */
function classAround(tree: SyntaxTree, node: NodeIndex): NodeIndex {
  let around = tree.parent(node);
  while (around !== noNode && tree.kind(around) !== Kind.functionDefinition) around = tree.parent(around);
  while (around !== noNode && tree.kind(around) !== Kind.classDefinition) around = tree.parent(around);
  return around;
}

/** Returns a loop's target. */
function targetOf({ names: { tree } }: Flows, loop: NodeIndex): NodeIndex {
  let target = noNode;
  for (let part = tree.firstPart(loop); part !== noNode && tree.kind(part) !== Kind.in; part = tree.nextPart(part))
    target = part;
  return target;
}

/** Nodes at which a value ends. A comparison or condition has a different value, and a statement binds nothing. */
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
