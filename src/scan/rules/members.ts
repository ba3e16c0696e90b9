// Members of governed modules, reached by attribute (scan policy §4): SLP201 for builtins, SLP301, SLP401.
import { Use } from '../names/bindings.ts';
import type { Match } from '../policy/policy.ts';
import { Kind } from '../reading/kinds.ts';
import { type NodeIndex, noNode } from '../reading/syntax-tree.ts';
import { type Rule, type RuleContext, rangeOf } from './rule.ts';

/** `os.system`, loaded in any way; storing to it is no finding. */
export const memberRule: Rule = {
  kinds: [Kind.attribute],
  check(subject, attribute) {
    const { tree, names } = subject;
    const use = names.useOf(attribute);
    if (use !== Use.load && use !== Use.augmented) return;
    checkMember(subject, { object: tree.firstPart(attribute), member: tree.lastPart(attribute), at: attribute });
  },
};

/** `case os.system:` compares with the value, so it is a load. */
export const patternValueRule: Rule = {
  kinds: [Kind.dottedName],
  check(subject, dottedName) {
    const { tree, names } = subject;
    const object = tree.firstPart(dottedName);
    const dot = tree.nextPart(object);
    if (names.useOf(object) !== Use.load || dot === noNode) return;
    checkMember(subject, { object, member: tree.nextPart(dot), at: dottedName });
  },
};

function checkMember(
  subject: RuleContext,
  { object, member, at }: { object: NodeIndex; member: NodeIndex; at: NodeIndex },
): void {
  const { tree, references, policy } = subject;
  const name = tree.name(member);
  if (!policy.mayBeMember(name)) return;
  for (const module of references.of(object)) reportMember(subject, at, policy.member(module, name));
}

/** Reports what the tables say of a member that the node loads. */
export function reportMember({ tree, report }: RuleContext, at: NodeIndex, match: Match | undefined): void {
  if (!match) return;
  const { name, ruleId, severity } = match;
  const called = tree.kind(tree.parent(at)) === Kind.call && tree.firstPart(tree.parent(at)) === at;
  const detail = `${name.slice(name.indexOf('.') + 1)}() (${called ? 'call' : 'reference'})`;
  report.add(ruleId, rangeOf(tree, at), name, {
    ...(ruleId === 'SLP201' ? { detail } : {}),
    ...(severity === undefined ? {} : { severity }),
  });
}
