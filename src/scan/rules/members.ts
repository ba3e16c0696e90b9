// Checks members of governed modules that are reached by attribute (scan policy §4): SLP201 for builtins, SLP301 and SLP401.
import type { TrailStep } from '../../contract/findings/finding.ts';
import { cutOff } from '../flows/flow-graph.ts';
import { joinTrails, type Linked, ownPrefix } from '../linking/links.ts';
import { Use } from '../names/bindings.ts';
import type { Match } from '../policy/policy.ts';
import { Kind } from '../reading/kinds.ts';
import { type NodeIndex, noNode } from '../reading/syntax-tree.ts';
import { type Rule, type RuleContext, rangeOf } from './rule.ts';

/** Any load of `os.system`. Assigning to it is not a finding. */
export const memberRule: Rule = {
  kinds: [Kind.attribute],
  check(context, attribute) {
    const { tree, names } = context;
    const use = names.useOf(attribute);
    if (use !== Use.load && use !== Use.augmented) return;
    checkMember(context, { object: tree.firstPart(attribute), member: tree.lastPart(attribute), at: attribute });
  },
};

/** `case os.system:` compares with the value, so it is a load. */
export const patternValueRule: Rule = {
  kinds: [Kind.dottedName],
  check(context, dottedName) {
    const { tree, names } = context;
    const object = tree.firstPart(dottedName);
    const dot = tree.nextPart(object);
    if (names.useOf(object) !== Use.load || dot === noNode) return;
    checkMember(context, { object, member: tree.nextPart(dot), at: dottedName });
  },
};

function checkMember(
  context: RuleContext,
  { object, member, at }: { object: NodeIndex; member: NodeIndex; at: NodeIndex },
): void {
  const { links, tree, references, policy } = context;
  const name = tree.name(member);
  if (!policy.mayBeMember(name) && !references.holdsOwnModules) return;
  for (const module of references.of(object)) {
    const trail = () => context.trails.of(object, module);
    if (module === cutOff) reportCutOff(context, at, name);
    else if (!module.startsWith(ownPrefix)) reportMember(context, at, policy.member(module, name), trail);
    else for (const linked of links.member(module, name)) reportLinked(context, at, linked, trail);
  }
}

/** Reports a member that another file of the plugin gives a name. */
export function reportLinked(
  context: RuleContext,
  at: NodeIndex,
  { trail, value }: Linked,
  before: () => readonly TrailStep[] = noTrail,
): void {
  if (value === cutOff) {
    const range = rangeOf(context.tree, at);
    context.report.add('SLP801', range, '*', { detail: 'a name of another file with too many possible values' });
  }
  reportMember(context, at, context.policy.memberAt(value), () => joinTrails(before(), trail));
}

/** Reports a lookup in an object whose possible values were cut off by a limit, if a governed module has the member. */
export function reportCutOff({ policy, report, tree }: RuleContext, at: NodeIndex, member: string): void {
  if (!policy.isGovernedMember(member)) return;
  report.add('SLP801', rangeOf(tree, at), `*.${member}`, { detail: 'an object with too many possible values' });
}

/** Reports the finding for a member that the node loads. */
export function reportMember(
  { tree, report }: RuleContext,
  at: NodeIndex,
  match: Match | undefined,
  trail: () => readonly TrailStep[] = noTrail,
): void {
  if (!match) return;
  const { name, ruleId, severity } = match;
  const called = tree.kind(tree.parent(at)) === Kind.call && tree.firstPart(tree.parent(at)) === at;
  const detail = `${name.slice(name.indexOf('.') + 1)}() (${called ? 'call' : 'reference'})`;
  report.add(ruleId, rangeOf(tree, at), name, {
    ...(ruleId === 'SLP201' ? { detail } : {}),
    ...(severity === undefined ? {} : { severity }),
    trail: trail(),
  });
}

const noTrail = (): readonly TrailStep[] => [];
