// Handles imports: the names that they bind, and the module or member that each name refers to (scan policy §5.1).
import { Kind } from '../reading/kinds.ts';
import { type NodeIndex, noNode, normalizedName, type SyntaxTree } from '../reading/syntax-tree.ts';
import { type Bindings, Use } from './bindings.ts';

interface ImportedPart {
  /** Node of the dotted name, or of `… as …`. */
  part: NodeIndex;
  /** The dotted name. */
  name: NodeIndex;
  /** The bound name. */
  bound: NodeIndex;
}

/** Returns the dotted names in an import that follow the given part, which is a keyword or the module after `from`. */
export function importedAfter(tree: SyntaxTree, before: NodeIndex): ImportedPart[] {
  const imported: ImportedPart[] = [];
  for (let part = tree.nextPart(before); part !== noNode; part = tree.nextPart(part)) {
    const first = tree.firstPart(part);
    if (tree.kind(part) === Kind.dottedName) imported.push({ part, name: part, bound: first });
    else if (tree.kind(part) === Kind.aliasedImport) imported.push({ part, name: first, bound: tree.lastPart(part) });
  }
  return imported;
}

export function importStatement(names: Bindings, node: NodeIndex): void {
  const { tree } = names;
  for (const { bound, name, part } of importedAfter(tree, tree.firstPart(node))) {
    const isAliased = name !== part;
    if (isAliased) names.setUse(bound, Use.other);
    names.setValue(bound, { kind: 'module', module: isAliased ? tree.dottedName(name) : tree.name(bound) });
    names.bindAt(node, bound);
  }
}

export function importFromStatement(names: Bindings, node: NodeIndex): void {
  const { tree } = names;
  const source = tree.nextPart(tree.firstPart(node));
  const module = moduleName(tree, source);
  const star = tree.childOfKind(node, Kind.wildcardImport);
  if (star !== noNode) {
    if (!module.startsWith('.')) names.scopeOf(node).starImports.push(tree.end(star));
    bindStar(names, star, module);
  }
  for (const { bound, name } of importedAfter(tree, source)) {
    names.setUse(bound, Use.other);
    names.setValue(bound, { kind: 'member', module, member: tree.dottedName(name) });
    names.bindAt(node, bound);
  }
}

/** Returns the module after `from` as written, without whitespace: `a.b`, `.`, `..a`. */
export function moduleName(tree: SyntaxTree, source: NodeIndex): string {
  if (tree.kind(source) === Kind.dottedName) return tree.dottedName(source);
  const written = tree.source(source).replaceAll(/#[^\n]*|[\s\\]/g, '');
  return written.split('.').map(normalizedName).join('.');
}

/** Binds the relevant names of another file. These bindings aren't definite, because a star import never shadows. */
function bindStar(names: Bindings, star: NodeIndex, module: string): void {
  const scope = names.scopeOf(star);
  for (const name of names.starNames(module)) {
    names.starred.add(name);
    scope.variable(name).bindings.push({ node: star, value: { kind: 'member', module, member: name } });
  }
}
