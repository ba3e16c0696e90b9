// Collects a file's bindings. Each syntactic form that creates a scope or binds a name has a function here or in the files imported
// below (scan policy §3.1).
import { limits } from '../../contract/limits/scans.ts';
import { Kind } from '../reading/kinds.ts';
import { type NodeIndex, noNode, type SyntaxTree } from '../reading/syntax-tree.ts';
import { Bindings, Use } from './bindings.ts';
import { expressionOf, itemIn, restOf, type Unpacked } from './bound-values.ts';
import { classDefinition, comprehension, functionDefinition, lambda, typeAliasStatement } from './definition-forms.ts';
import { importFromStatement, importStatement } from './import-forms.ts';
import { caseClause } from './pattern-forms.ts';

/** Handles a node on entry, and sets the scopes, uses and values of its parts, which are entered later. */
type Form = (names: Bindings, node: NodeIndex) => void;

/** Number of nodes after which the number of names is checked. */
const sizeSteps = 4096;

/** Collects the bindings. Ends early if a file has more names than the limit. */
export function collectBindings(
  tree: SyntaxTree,
  starNames: (module: string) => readonly string[] = () => [],
  builtinsKeys: ReadonlySet<number> = new Set(),
): Bindings {
  const names = new Bindings(tree, starNames, builtinsKeys);
  for (let node = 0; node < tree.size; node += 1) {
    if (node % sizeSteps === 0 && names.size > limits.names) break;
    names.enter(node);
    forms[tree.kind(node)]?.(names, node);
  }
  names.resolveOuterNames();
  return names;
}

function identifier(names: Bindings, node: NodeIndex): void {
  const use = names.useOf(node);
  if (use === Use.load || use === Use.other) return;
  names.bindAt(node, node);
  if (use === Use.delete) names.unbindAt(node, node);
}

function assignment(names: Bindings, node: NodeIndex): void {
  const { tree } = names;
  const target = tree.firstPart(node);
  const declaresOnly = tree.childOfKind(node, Kind.equals) === noNode;
  const scope = names.scopeOf(node);
  names.setUse(target, declaresOnly && !scope.isFunctionLike ? Use.other : Use.store);
  // If a class only annotates a name, loads still look in the class and then in the module, as if the class bound the name.
  if (declaresOnly && scope.kind === 'class' && tree.kind(target) === Kind.identifier)
    scope.variable(tree.name(target));
  if (!declaresOnly && tree.kind(tree.parent(node)) !== Kind.assignment) setChainValues(names, node);
}

/** Gives every target of `a = b = value` the value, or its part of the value. */
function setChainValues(names: Bindings, outermost: NodeIndex): void {
  const { tree } = names;
  const targets: NodeIndex[] = [];
  let value = outermost;
  while (tree.kind(value) === Kind.assignment) {
    targets.push(plainTarget(tree, tree.firstPart(value)));
    value = tree.lastPart(value);
  }
  for (const target of targets) setTargetValues(names, target, { kind: 'expression', node: value });
}

/** Sets the value of a name, or of each name in a pattern: item by item if both sides are written out. */
function setTargetValues(names: Bindings, target: NodeIndex, value: Unpacked): void {
  const { tree } = names;
  const open = [{ target, value }];
  for (let next = open.pop(); next; next = open.pop()) {
    const { node } = next.value;
    if (tree.kind(next.target) === Kind.identifier) names.setValue(next.target, next.value);
    if (!patterns.has(tree.kind(next.target))) continue;
    const targets = tree.items(next.target);
    const items = next.value.kind === 'expression' && displays.has(tree.kind(node)) ? tree.items(node) : [];
    const paired =
      items.length === targets.length && ![...items, ...targets].some((item) => splats.has(tree.kind(item)));
    for (const [at, part] of targets.entries()) {
      const item = items[at];
      if (paired && item !== undefined) open.push({ target: part, value: expressionOf(item) });
      else if (splats.has(tree.kind(part))) names.setValue(tree.lastPart(part), restOf(next.value));
      else open.push({ target: part, value: itemIn(next.value) });
    }
  }
}

const patterns: ReadonlySet<number> = new Set([Kind.patternList, Kind.tuplePattern, Kind.listPattern]);
const displays: ReadonlySet<number> = new Set([Kind.expressionList, Kind.tuple, Kind.list]);
const splats: ReadonlySet<number> = new Set([Kind.listSplat, Kind.listSplatPattern]);

/** Unwraps parentheses: `(a) = …` assigns to `a`. */
function plainTarget(tree: SyntaxTree, target: NodeIndex): NodeIndex {
  let plain = target;
  while (tree.kind(plain) === Kind.tuplePattern) {
    const inner = tree.nextPart(tree.firstPart(plain));
    if (inner === noNode || tree.kind(tree.nextPart(inner)) === Kind.comma) break;
    plain = inner;
  }
  return plain;
}

function namedExpression(names: Bindings, node: NodeIndex): void {
  const { tree } = names;
  const target = tree.firstPart(node);
  names.setUse(target, Use.other);
  names.setValue(target, { kind: 'expression', node: tree.lastPart(node) });
  names.bind(target, names.scopeOf(node).walrusScope);
}

/** Handles `for` in a statement or comprehension: the part before `in` is the target. */
function forTarget(names: Bindings, node: NodeIndex): void {
  const { tree } = names;
  let target = noNode;
  for (let part = tree.firstPart(node); part !== noNode; part = tree.nextPart(part)) {
    if (tree.kind(part) === Kind.in) {
      setTargetValues(names, plainTarget(tree, target), { kind: 'element', node: tree.nextPart(part) });
      break;
    }
    target = part;
  }
  names.setUse(target, Use.store);
}

/** Handles `… as target` in with, except and case. */
function asPattern(names: Bindings, node: NodeIndex): void {
  const { tree } = names;
  const target = tree.lastPart(node);
  names.setUse(target, Use.store);
  if (tree.kind(tree.parent(node)) !== Kind.exceptClause) return;
  const name = tree.firstPart(target);
  if (tree.kind(name) === Kind.identifier) names.unbindAt(node, name);
}

function scopeDeclaration(names: Bindings, node: NodeIndex): void {
  const { tree } = names;
  const scope = names.scopeOf(node);
  const declared = tree.kind(node) === Kind.globalStatement ? scope.globals : scope.nonlocals;
  for (let part = tree.firstPart(node); part !== noNode; part = tree.nextPart(part)) {
    if (tree.kind(part) !== Kind.identifier) continue;
    names.setUse(part, Use.other);
    if (scope !== names.module) declared.add(tree.name(part));
  }
}

/** A dotted name in an import isn't a variable. In a pattern, a single name captures, and a longer one is a value. */
function dottedName(names: Bindings, node: NodeIndex): void {
  const { tree } = names;
  const root = tree.firstPart(node);
  const parentKind = tree.kind(tree.parent(node));
  const isValue = tree.nextPart(root) !== noNode || parentKind === Kind.classPattern;
  const inPattern = patternParents.has(parentKind);
  names.setUse(root, inPattern ? (isValue ? Use.load : Use.store) : Use.other);
  for (let part = tree.nextPart(root); part !== noNode; part = tree.nextPart(part)) names.setUse(part, Use.other);
}

const patternParents: ReadonlySet<number> = new Set([
  Kind.casePattern,
  Kind.unionPattern,
  Kind.classPattern,
  Kind.keywordPattern,
  Kind.dictPattern,
]);

function usesFirst(use: number): Form {
  return (names, node) => names.setUse(names.tree.firstPart(node), use);
}

function usesLast(use: number): Form {
  return (names, node) => names.setUse(names.tree.lastPart(node), use);
}

const forms: (Form | undefined)[] = [];
forms[Kind.identifier] = identifier;
forms[Kind.assignment] = assignment;
forms[Kind.augmentedAssignment] = usesFirst(Use.augmented);
forms[Kind.namedExpression] = namedExpression;
forms[Kind.deleteStatement] = usesLast(Use.delete);
forms[Kind.forStatement] = forTarget;
forms[Kind.forInClause] = forTarget;
forms[Kind.asPattern] = asPattern;
forms[Kind.caseClause] = caseClause;
forms[Kind.globalStatement] = scopeDeclaration;
forms[Kind.nonlocalStatement] = scopeDeclaration;
forms[Kind.functionDefinition] = functionDefinition;
forms[Kind.lambda] = lambda;
forms[Kind.classDefinition] = classDefinition;
forms[Kind.typeAliasStatement] = typeAliasStatement;
forms[Kind.listComprehension] = comprehension;
forms[Kind.setComprehension] = comprehension;
forms[Kind.dictionaryComprehension] = comprehension;
forms[Kind.generatorExpression] = comprehension;
forms[Kind.importStatement] = importStatement;
forms[Kind.importFromStatement] = importFromStatement;
forms[Kind.futureImportStatement] = importFromStatement;
forms[Kind.dottedName] = dottedName;
forms[Kind.splatPattern] = usesLast(Use.store);
// Names of arguments, as in `f(name=…)` and `case C(name=…)`, and of attributes aren't variables.
forms[Kind.keywordArgument] = usesFirst(Use.other);
forms[Kind.keywordPattern] = usesFirst(Use.other);
forms[Kind.attribute] = usesLast(Use.other);
forms[Kind.memberType] = usesLast(Use.other);
