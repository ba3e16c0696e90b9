// Checks names that a plugin takes from outside modules (scan policy §10.7, §10.8): forbidden modules that these import (SLP101), and
// their private names (SLP191).
import { cutOff, isOwn } from '../linking/links.ts';
import { importedAfter } from '../names/import-forms.ts';
import { isInClass, isPrivate, mayExposeRoot, mayReplaceRoot } from '../policy/private-names.ts';
import { Kind } from '../reading/kinds.ts';
import { type NodeIndex, noNode } from '../reading/syntax-tree.ts';
import type { Rule, RuleContext } from './rule.ts';

/** Reports attributes such as `logging.threading` and `dataclasses._create_fn`, also through aliases. */
export const outsideAttributeRule: Rule = {
  kinds: [Kind.attribute],
  check(context, attribute) {
    const { names, policy, references, tree } = context;
    const name = tree.attributeName(attribute);
    if (!policy.isStrict || !policy.mayReachOutside(name) || !names.isLoaded(attribute)) return;
    const owners = [...references.of(tree.firstPart(attribute))].filter((owner) => references.isOutside(owner));
    checkSegment(context, attribute, { owners, name, isCalled: tree.isCallee(attribute) });
  },
};

/** Reports attributes in patterns: `case object(threading=t)` in `match logging`. */
export const outsidePatternRule: Rule = {
  kinds: [Kind.keywordPattern],
  check(context, pattern) {
    const { names, policy, references, tree } = context;
    const part = names.valueOf(pattern);
    const name = tree.name(tree.firstPart(pattern));
    if (part?.kind !== 'inside' || !policy.mayReachOutside(name)) return;
    const owners = [...references.partOf(part.node, part.steps.slice(0, -1))];
    checkSegment(context, pattern, {
      owners: owners.filter((owner) => references.isOutside(owner)),
      name,
      isCalled: false,
    });
  },
};

/** Reports imports such as `import torch.multiprocessing`, `from pydantic._internal import x`, `from dataclasses import _create_fn`. */
export const outsideImportRule: Rule = {
  kinds: [Kind.importStatement, Kind.importFromStatement],
  check(context, statement) {
    const { tree } = context;
    const isFrom = tree.kind(statement) === Kind.importFromStatement;
    const source = isFrom ? tree.nextPart(tree.firstPart(statement)) : noNode;
    if (isFrom && tree.kind(source) !== Kind.dottedName) return;
    const module = isFrom ? tree.dottedName(source) : '';
    if (isOwn(context.links, module)) return;
    for (const { name, part } of importedAfter(tree, tree.firstPart(statement))) {
      const path = tree.dottedName(name);
      if (!isFrom || part === source) checkPath(context, name, path);
      else if (isPrivate(path)) checkSegment(context, part, { owners: [module], name: path, isCalled: false });
    }
  },
};

function checkPath(context: RuleContext, at: NodeIndex, path: string): void {
  if (isOwn(context.links, path)) return;
  const segments = path.split('.');
  for (let end = 1; end < segments.length; end += 1) {
    const owners = [segments.slice(0, end).join('.')];
    const name = segments[end] ?? '';
    if (mayReplaceRoot(name)) checkSegment(context, at, { owners, name, isCalled: false });
  }
}

/** Reports an outside module's member if it is a forbidden module or is private. */
export function checkSegment(
  { policy, report, tree }: RuleContext,
  at: NodeIndex,
  { isCalled, name, owners }: { owners: readonly string[]; name: string; isCalled: boolean },
): void {
  const mayExpose = (owner: string) =>
    !policy.isForbiddenRoot(owner) && mayExposeRoot(`${owner}.${name}`, { name, isCalled });
  if (policy.isForbiddenRoot(name) && owners.some(mayExpose))
    report.addEntry({ ruleId: 'SLP101' }, tree.range(at), name);
  if (!isPrivate(name)) return;
  const owner = shortestName(
    owners.filter((each) => !isInClass(each) && !isPrivateLoop(each) && !policy.memberAt(`${each}.${name}`)),
  );
  if (owner !== undefined) report.addEntry({ ruleId: 'SLP191' }, tree.range(at), `${owner}.${name}`);
}

/** Returns whether a limit cut off the path before a private name, which is reported where the name was taken (scan policy §5.6c). */
function isPrivateLoop(path: string): boolean {
  return path.includes(cutOff) && path.split('.').some(isPrivate);
}

/** Returns the shortest of the names. One is enough, because a loop such as `node = node.next` makes as many as the limits allow. */
export function shortestName(names: readonly string[]): string | undefined {
  return names.toSorted((a, b) => a.length - b.length || (a < b ? -1 : 1))[0];
}
