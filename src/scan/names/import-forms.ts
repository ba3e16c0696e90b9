// Handles imports: the names they bind, and the module or member each name refers to (scan policy §5.1).
import { Kind } from '../reading/kinds.ts';
import { type NodeIndex, noNode } from '../reading/syntax-tree.ts';
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
  const module = tree.kind(source) === Kind.dottedName ? tree.dottedName(source) : undefined;
  for (let part = tree.nextPart(source); part !== noNode; part = tree.nextPart(part)) {
    const kind = tree.kind(part);
    if (kind === Kind.wildcardImport) {
      if (module !== undefined) names.scopeOf(node).starImports.push(tree.end(part));
    } else if (kind === Kind.dottedName || kind === Kind.aliasedImport) {
      const member = tree.firstPart(part);
      const bound = kind === Kind.dottedName ? member : tree.lastPart(part);
      names.setUse(bound, Use.other);
      if (module !== undefined) {
        names.setValue(bound, {
          kind: 'member',
          module,
          member: tree.dottedName(kind === Kind.dottedName ? part : member),
        });
      }
      names.bindAt(node, bound);
    }
  }
}
