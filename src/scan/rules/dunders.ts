// Access to the listed dunders as attributes, in any context (SLP501, scan policy §6; SLP122 at the strict level). Definitions are
// no access.
import { Use } from '../names/bindings.ts';
import { Kind } from '../reading/kinds.ts';
import { type NodeIndex, noNode } from '../reading/syntax-tree.ts';
import { type Rule, type RuleContext, rangeOf } from './rule.ts';

export const dunderAttributeRule: Rule = {
  kinds: [Kind.attribute, Kind.memberType],
  check(subject, attribute) {
    checkName(subject, subject.tree.lastPart(attribute), attribute);
  },
};

export const dunderPatternRule: Rule = {
  kinds: [Kind.dottedName],
  check(subject, dottedName) {
    const { tree, names } = subject;
    const root = tree.firstPart(dottedName);
    if (names.useOf(root) !== Use.load) return;
    for (let part = tree.nextPart(root); part !== noNode; part = tree.nextPart(part)) {
      if (tree.kind(part) === Kind.identifier) checkName(subject, part, dottedName);
    }
  },
};

function checkName({ tree, policy, report }: RuleContext, identifier: NodeIndex, at: NodeIndex): void {
  const name = tree.name(identifier);
  for (const entry of policy.attributes.get(name) ?? []) report.addEntry(entry, rangeOf(tree, at), name);
}
