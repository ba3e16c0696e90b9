// Checks accesses to listed dunder attributes, in any context (SLP501, scan policy §6; SLP122 at the strict level). A definition isn't
// an access, but some definitions count at the strict level (scan policy §9).
import { Use } from '../names/bindings.ts';
import { Kind } from '../reading/kinds.ts';
import { type NodeIndex, noNode } from '../reading/syntax-tree.ts';
import type { Rule, RuleContext } from './rule.ts';

export const dunderAttributeRule: Rule = {
  kinds: [Kind.attribute, Kind.memberType],
  check(context, attribute) {
    checkName(context, context.tree.lastPart(attribute), attribute);
  },
};

export const dunderPatternRule: Rule = {
  kinds: [Kind.dottedName],
  check(context, dottedName) {
    const { tree, names } = context;
    const root = tree.firstPart(dottedName);
    if (names.useOf(root) !== Use.load) return;
    for (let part = tree.nextPart(root); part !== noNode; part = tree.nextPart(part)) {
      if (tree.kind(part) === Kind.identifier) checkName(context, part, dottedName);
    }
  },
};

/** Reports dunders in class patterns: `case object(__globals__=g)`. */
export const dunderKeywordRule: Rule = {
  kinds: [Kind.keywordPattern],
  check(context, pattern) {
    checkName(context, context.tree.firstPart(pattern), pattern);
  },
};

/** Reports dunders defined in a class body: `def __reduce__`, `__reduce__ = …`. */
export const dunderDefinitionRule: Rule = {
  kinds: [Kind.identifier],
  check({ names, policy, report, tree }, identifier) {
    const entry = policy.definitions.get(tree.name(identifier));
    if (!entry || names.scopeOf(identifier).kind !== 'class') return;
    const isDefined = tree.kind(tree.parent(identifier)) === Kind.functionDefinition;
    if (isDefined || names.useOf(identifier) === Use.store)
      report.addEntry(entry, tree.range(identifier), tree.name(identifier));
  },
};

function checkName({ tree, policy, report }: RuleContext, identifier: NodeIndex, at: NodeIndex): void {
  const name = tree.name(identifier);
  for (const entry of policy.attributes.get(name) ?? []) report.addEntry(entry, tree.range(at), name);
}
