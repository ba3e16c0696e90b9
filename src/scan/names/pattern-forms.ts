// Gives names captured by `case` patterns their part of the matched value (scan policy §5.1).
import { stringLiteral } from '../constants/literals.ts';
import { Kind } from '../reading/kinds.ts';
import { type NodeIndex, noNode, type SyntaxTree } from '../reading/syntax-tree.ts';
import type { Bindings } from './bindings.ts';
import { attributeIn, entryIn, expressionOf, itemIn, restOf, type Unpacked } from './bound-values.ts';

interface Captured {
  pattern: NodeIndex;
  part: Unpacked;
}

/** Handles `case a, *b:` in `match x:`, and `case a, b:` in `match x, y:`. */
export function caseClause(names: Bindings, node: NodeIndex): void {
  const { tree } = names;
  const subjects = listBefore(tree, tree.parent(tree.parent(node)));
  const patterns = listBefore(tree, node);
  const [subject] = subjects.items;
  if (subject === undefined) return;
  const isPaired = subjects.items.length === patterns.items.length && subjects.isList === patterns.isList;
  const open: Captured[] = [];
  if (isPaired || !subjects.isList) {
    for (const [at, pattern] of patterns.items.entries()) {
      const part = expressionOf(isPaired ? (subjects.items[at] ?? subject) : subject);
      open.push({ pattern, part: isPaired || isSplat(tree, pattern) ? part : itemIn(part) });
    }
  }
  for (let next = open.pop(); next; next = open.pop()) open.push(...capture(names, next));
}

/** Returns the subjects of a `match` or the patterns of a `case`, and whether a comma makes them a list. */
function listBefore(tree: SyntaxTree, statement: NodeIndex): { items: NodeIndex[]; isList: boolean } {
  const items: NodeIndex[] = [];
  let isList = false;
  const isCase = tree.kind(statement) === Kind.caseClause;
  const keyword = tree.firstPart(statement);
  for (
    let part = tree.nextPart(keyword);
    part !== noNode && tree.kind(part) !== Kind.colon;
    part = tree.nextPart(part)
  ) {
    if (tree.kind(part) === Kind.comma) isList = true;
    else if (!isCase) items.push(plainSubject(tree, part));
    else if (tree.kind(part) === Kind.casePattern) items.push(part);
  }
  return { items, isList };
}

/** Removes the sign that reading/excerpt.ts puts before a bracketed subject. */
function plainSubject(tree: SyntaxTree, subject: NodeIndex): NodeIndex {
  return tree.kind(subject) === Kind.unaryOperator ? tree.lastPart(subject) : subject;
}

/** Sets the name's value if the pattern is a name, and returns the patterns inside it. */
function capture(names: Bindings, { pattern, part }: Captured): Captured[] {
  const { tree } = names;
  const inner = tree.items(pattern);
  const [first] = inner;
  switch (tree.kind(pattern)) {
    case Kind.identifier:
      names.setValue(pattern, part);
      return [];
    case Kind.dottedName:
      if (first !== undefined && inner.length === 1) names.setValue(first, part);
      return [];
    case Kind.splatPattern:
      names.setValue(tree.lastPart(pattern), restOf(part));
      return [];
    case Kind.tuplePattern:
    case Kind.listPattern: {
      const one = isGroup(tree, pattern) ? part : itemIn(part);
      return inner.map((item) => ({ pattern: item, part: isSplat(tree, item) ? part : one }));
    }
    case Kind.dictPattern: {
      const entry = entryIn(part);
      return inner.map((item) => ({ pattern: item, part: isSplat(tree, item) ? part : entry }));
    }
    case Kind.classPattern:
      return argumentsOf(names, { pattern, part });
    case Kind.keywordPattern: {
      const attribute = keywordPart(tree, pattern, part);
      names.setValue(pattern, attribute);
      return [{ pattern: tree.lastPart(pattern), part: attribute }];
    }
    case Kind.asPattern: {
      const keyword = keywordIn(tree, pattern);
      const whole = keyword === noNode ? part : keywordPart(tree, keyword, part);
      return inner.map((item, at) => ({ pattern: item, part: at === 0 ? part : whole }));
    }
    case Kind.casePattern:
    case Kind.unionPattern:
      return inner.map((item) => ({ pattern: item, part }));
    default:
      return [];
  }
}

/** Returns the arguments of a class pattern, each with the value that it is compared with. Positional arguments come first. */
function argumentsOf(names: Bindings, { part, pattern }: Captured): Captured[] {
  const { tree } = names;
  const [named = noNode, ...patterns] = tree.items(pattern);
  const className = tree.dottedName(named);
  const attributes = patterns.length > 0 ? matchArguments(names, className) : [];
  return patterns.flatMap((argument, at) => {
    if (keywordIn(tree, argument) !== noNode) return [{ pattern: argument, part }];
    const name = attributes[at];
    if (name !== undefined) return [{ pattern: argument, part: attributeIn(part, name) }];
    return at === 0 && isComparedWhole(className) ? [{ pattern: argument, part }] : [];
  });
}

function keywordPart(tree: SyntaxTree, pattern: NodeIndex, part: Unpacked): Unpacked {
  return attributeIn(part, tree.name(tree.firstPart(pattern)));
}

/** Returns an argument's `name=…`, including one in `name=… as other`. */
function keywordIn(tree: SyntaxTree, argument: NodeIndex): NodeIndex {
  let at = argument;
  while (tree.kind(at) === Kind.casePattern || tree.kind(at) === Kind.asPattern) at = tree.firstPart(at);
  return tree.kind(at) === Kind.keywordPattern ? at : noNode;
}

function isSplat(tree: SyntaxTree, pattern: NodeIndex): boolean {
  const kind = tree.kind(pattern);
  return (
    kind === Kind.splatPattern ||
    (kind === Kind.casePattern && tree.kind(tree.firstPart(pattern)) === Kind.splatPattern)
  );
}

/** Returns whether the parentheses only group a single pattern. */
function isGroup(tree: SyntaxTree, tuple: NodeIndex): boolean {
  if (tree.kind(tuple) !== Kind.tuplePattern) return false;
  const inner = tree.nextPart(tree.firstPart(tuple));
  const after = inner === noNode ? noNode : tree.nextPart(inner);
  return after !== noNode && tree.kind(after) !== Kind.comma;
}

/** Builtins that compare their only positional argument with the object as a whole. */
const comparedWhole: ReadonlySet<string> = new Set(
  'bool bytearray bytes dict float frozenset int list set str tuple'.split(' '),
);

function isComparedWhole(className: string): boolean {
  return comparedWhole.has(className.slice(className.lastIndexOf('.') + 1));
}

const known = new WeakMap<SyntaxTree, ReadonlyMap<string, readonly string[]>>();

/** Returns the names in the `__match_args__` of a class in this file. */
function matchArguments({ tree }: Bindings, className: string): readonly string[] {
  const byClass = known.get(tree) ?? collect(tree);
  known.set(tree, byClass);
  return byClass.get(className.slice(className.lastIndexOf('.') + 1)) ?? [];
}

function collect(tree: SyntaxTree): Map<string, readonly string[]> {
  const byClass = new Map<string, readonly string[]>();
  for (let node = 0; node < tree.size; node += 1) {
    if (tree.kind(node) !== Kind.assignment) continue;
    const target = tree.firstPart(node);
    if (tree.kind(target) !== Kind.identifier || tree.name(target) !== '__match_args__') continue;
    const definition = tree.parent(tree.parent(tree.parent(node)));
    const name = tree.childOfKind(definition, Kind.identifier);
    if (tree.kind(definition) === Kind.classDefinition && name !== noNode)
      byClass.set(tree.name(name), textsIn(tree, tree.lastPart(node)));
  }
  return byClass;
}

function textsIn(tree: SyntaxTree, tuple: NodeIndex): string[] {
  return tree.items(tuple).map((item) => {
    const literal = tree.kind(item) === Kind.string ? stringLiteral(tree.source(item)) : undefined;
    return literal?.kind === 'text' ? literal.value : '';
  });
}
