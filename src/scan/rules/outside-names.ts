// Checks what a plugin takes out of modules that it doesn't contain (scan policy §10.7, §10.8): forbidden modules that they import
// (SLP101), and names that are private to them (SLP191).
import { isOwn } from '../linking/file-imports.ts';
import { Use } from '../names/bindings.ts';
import { isClassName, isPrivate, mayExposeRoot } from '../policy/private-names.ts';
import { Kind } from '../reading/kinds.ts';
import { type NodeIndex, noNode } from '../reading/syntax-tree.ts';
import { type Rule, type RuleContext, rangeOf } from './rule.ts';

/** `logging.threading`, `dataclasses._create_fn`, also through aliases. */
export const outsideAttributeRule: Rule = {
  kinds: [Kind.attribute],
  check(context, attribute) {
    const { names, policy, references, tree } = context;
    const name = tree.name(tree.lastPart(attribute));
    const use = names.useOf(attribute);
    if (!(isPrivate(name) || policy.isForbiddenRoot(name)) || (use !== Use.load && use !== Use.augmented)) return;
    const object = tree.firstPart(attribute);
    references.demand(object);
    const parent = tree.parent(attribute);
    const isCalled = tree.kind(parent) === Kind.call && tree.firstPart(parent) === attribute;
    for (const owner of references.of(object))
      if (references.isOutside(owner)) checkSegment(context, attribute, { owner, name, isCalled });
  },
};

/** `import torch.multiprocessing`, `from pydantic._internal import x`, `from dataclasses import _create_fn`. */
export const outsideImportRule: Rule = {
  kinds: [Kind.importStatement, Kind.importFromStatement],
  check(context, statement) {
    const { tree } = context;
    const isFrom = tree.kind(statement) === Kind.importFromStatement;
    const source = isFrom ? tree.nextPart(tree.firstPart(statement)) : noNode;
    if (isFrom && tree.kind(source) !== Kind.dottedName) return;
    const module = isFrom ? tree.dottedName(source) : '';
    if (isOwn(context.links, module)) return;
    for (let part = tree.nextPart(tree.firstPart(statement)); part !== noNode; part = tree.nextPart(part)) {
      const name = tree.kind(part) === Kind.aliasedImport ? tree.firstPart(part) : part;
      if (tree.kind(name) !== Kind.dottedName) continue;
      const path = tree.dottedName(name);
      if (!isFrom || part === source) checkPath(context, name, path);
      else if (isPrivate(path)) checkSegment(context, part, { owner: module, name: path, isCalled: false });
    }
  },
};

function checkPath(context: RuleContext, at: NodeIndex, path: string): void {
  if (isOwn(context.links, path)) return;
  const segments = path.split('.');
  for (let end = 1; end < segments.length; end += 1) {
    const owner = segments.slice(0, end).join('.');
    checkSegment(context, at, { owner, name: segments[end] ?? '', isCalled: false });
  }
}

/** Reports the member of a module from outside if it is a forbidden module, or private. */
export function checkSegment(
  { policy, report, tree }: RuleContext,
  at: NodeIndex,
  { isCalled, name, owner }: { owner: string; name: string; isCalled: boolean },
): void {
  const path = `${owner}.${name}`;
  if (policy.isForbiddenRoot(name) && !policy.isForbiddenRoot(owner) && mayExposeRoot(path, { name, isCalled }))
    report.addEntry({ ruleId: 'SLP101' }, rangeOf(tree, at), name);
  if (isPrivate(name) && !isClassName(owner) && !policy.memberAt(path))
    report.addEntry({ ruleId: 'SLP191' }, rangeOf(tree, at), path);
}
