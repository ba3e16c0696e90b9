// Members of governed modules, reached by attribute (scan policy §4): SLP201 for builtins, SLP301, SLP401.
import { Use } from '../bindings.ts';
import { Kind } from '../kinds.ts';
import { type ForbiddenMember, forbiddenMember } from '../policy.ts';
import { type NodeIndex, noNode } from '../syntax-tree.ts';
import { type Rule, rangeOf, type Subject } from './rule.ts';

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
  subject: Subject,
  { object, member, at }: { object: NodeIndex; member: NodeIndex; at: NodeIndex },
): void {
  const { tree, references, policy } = subject;
  const name = tree.name(member);
  for (const module of references.of(object)) {
    const forbidden = forbiddenMember(policy, module, name);
    if (forbidden) reportMember(subject, at, forbidden);
  }
}

export function reportMember({ tree, report }: Subject, at: NodeIndex, { ruleId, name }: ForbiddenMember): void {
  const called = tree.kind(tree.parent(at)) === Kind.call && tree.firstPart(tree.parent(at)) === at;
  const detail = ruleId === 'SLP201' ? builtinDetail(name.slice(name.indexOf('.') + 1), called) : undefined;
  report.add(ruleId, rangeOf(tree, at), name, detail === undefined ? {} : { detail });
}

export function builtinDetail(builtin: string, called: boolean): string {
  return `${builtin}() (${called ? 'call' : 'reference'})`;
}
