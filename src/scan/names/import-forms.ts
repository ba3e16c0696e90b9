// Handles imports: the names they bind, and the module or member each name refers to (scan policy §5.1).
import { Kind } from '../reading/kinds.ts';
import { type NodeIndex, noNode, normalizedName, type SyntaxTree } from '../reading/syntax-tree.ts';
import { type Bindings, Use } from './bindings.ts';

export function importStatement(names: Bindings, node: NodeIndex): void {
  const { tree } = names;
  for (let part = tree.firstPart(node); part !== noNode; part = tree.nextPart(part)) {
    if (tree.kind(part) === Kind.dottedName) {
      const root = tree.firstPart(part);
      names.setValue(root, { kind: 'module', module: tree.name(root) });
      names.bindAt(node, root);
    } else if (tree.kind(part) === Kind.aliasedImport) {
      const alias = tree.lastPart(part);
      names.setUse(alias, Use.other);
      names.setValue(alias, { kind: 'module', module: tree.dottedName(tree.firstPart(part)) });
      names.bindAt(node, alias);
    }
  }
}

export function importFromStatement(names: Bindings, node: NodeIndex): void {
  const { tree } = names;
  const source = tree.nextPart(tree.firstPart(node));
  const module = moduleName(tree, source);
  for (let part = tree.nextPart(source); part !== noNode; part = tree.nextPart(part)) {
    const kind = tree.kind(part);
    if (kind === Kind.wildcardImport) {
      if (!module.startsWith('.')) names.scopeOf(node).starImports.push(tree.end(part));
      bindStar(names, part, module);
    } else if (kind === Kind.dottedName || kind === Kind.aliasedImport) {
      const member = tree.firstPart(part);
      const bound = kind === Kind.dottedName ? member : tree.lastPart(part);
      names.setUse(bound, Use.other);
      const imported = tree.dottedName(kind === Kind.dottedName ? part : member);
      names.setValue(bound, { kind: 'member', module, member: imported });
      names.bindAt(node, bound);
    }
  }
}

/** Returns the module after `from` as written, without white space: `a.b`, `.`, `..a`. */
export function moduleName(tree: SyntaxTree, source: NodeIndex): string {
  if (tree.kind(source) === Kind.dottedName) return tree.dottedName(source);
  const written = tree.source(source).replaceAll(/#[^\n]*|[\s\\]/g, '');
  return written.split('.').map(normalizedName).join('.');
}

/** Binds the names of another file that matter. A star import never shadows, so they are not definite. */
function bindStar(names: Bindings, star: NodeIndex, module: string): void {
  const scope = names.scopeOf(star);
  for (const name of names.starNames(module)) {
    names.starred.add(name);
    scope.variable(name).bindings.push({ node: star, value: { kind: 'member', module, member: name } });
  }
}
