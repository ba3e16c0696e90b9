// Knows which attributes the positional arguments of a class pattern are compared with (scan policy §5.5).
import { stringLiteral } from '../constants/literals.ts';
import { Kind } from '../reading/kinds.ts';
import { type NodeIndex, noNode, type SyntaxTree } from '../reading/syntax-tree.ts';
import type { Bindings } from './bindings.ts';

/** Builtins whose only positional argument is compared with the object itself. */
const comparedWhole: ReadonlySet<string> = new Set(
  'bool bytearray bytes dict float frozenset int list set str tuple'.split(' '),
);

export function isComparedWhole(className: string): boolean {
  return comparedWhole.has(className.slice(className.lastIndexOf('.') + 1));
}

const known = new WeakMap<SyntaxTree, ReadonlyMap<string, readonly string[]>>();

/** Returns the names in the `__match_args__` of a class of this file. */
export function matchArguments({ tree }: Bindings, className: string): readonly string[] {
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
  const texts: string[] = [];
  for (let item = tree.firstPart(tuple); item !== noNode; item = tree.nextPart(item)) {
    if (tree.isToken(item)) continue;
    const literal = tree.kind(item) === Kind.string ? stringLiteral(tree.source(item)) : undefined;
    texts.push(literal?.kind === 'text' ? literal.value : '');
  }
  return texts;
}
