// Checks members of governed modules that are accessed as attributes, and bare names of builtins and listed dunders (scan policy §3,
// §4, §6): SLP201 for builtins, SLP301, SLP401 and SLP501.
import type { TrailStep } from '../../contract/findings/finding.ts';
import { cutOff, joinTrails, type Linked, ownPrefix } from '../linking/links.ts';
import { Use } from '../names/bindings.ts';
import type { Match } from '../policy/policy.ts';
import { Kind } from '../reading/kinds.ts';
import { type NodeIndex, noNode } from '../reading/syntax-tree.ts';
import type { Rule, RuleContext } from './rule.ts';

/** Reports any load of a member such as `os.system`. Assigning to it isn't a finding. */
export const memberRule: Rule = {
  kinds: [Kind.attribute],
  check(context, attribute) {
    const { names, references, tree } = context;
    if (!names.isLoaded(attribute)) return;
    const object = tree.firstPart(attribute);
    const modules = () => references.of(object);
    checkMember(context, { object, modules, name: tree.attributeName(attribute), at: attribute });
  },
};

/** Reports `case os.system:`, which loads the value to compare with it. */
export const patternValueRule: Rule = {
  kinds: [Kind.dottedName],
  check(context, dottedName) {
    const { names, references, tree } = context;
    const object = tree.firstPart(dottedName);
    const dot = tree.nextPart(object);
    if (names.useOf(object) !== Use.load || dot === noNode) return;
    const modules = () => references.of(object);
    checkMember(context, { object, modules, name: tree.name(tree.nextPart(dot)), at: dottedName });
  },
};

/** Reports `case object(system=f)`, which takes the attribute from the matched value. */
export const patternAttributeRule: Rule = {
  kinds: [Kind.keywordPattern],
  check(context, pattern) {
    const { names, references, tree } = context;
    const part = names.valueOf(pattern);
    if (part?.kind !== 'inside') return;
    const { node: object, steps } = part;
    const modules = () => references.partOf(object, steps.slice(0, -1));
    checkMember(context, { object, modules, name: tree.name(tree.firstPart(pattern)), at: pattern });
  },
};

interface Member {
  /** The expression for the object. */
  object: NodeIndex;
  modules: () => Iterable<string>;
  name: string;
  at: NodeIndex;
}

function checkMember(context: RuleContext, { at, modules, name, object }: Member): void {
  const { links, policy, references } = context;
  if (!policy.mayBeMember(name) && !references.holdsOwnModules) return;
  for (const module of modules()) {
    const trail = () => context.trails.of(object, module);
    if (module === cutOff) reportCutOff(context, at, name);
    else if (!module.startsWith(ownPrefix)) reportMember(context, at, policy.member(module, name), trail);
    else for (const linked of links.member(module, name)) reportLinked(context, at, linked, trail);
  }
}

/** Reports a member that another plugin file binds to a name. */
export function reportLinked(
  context: RuleContext,
  at: NodeIndex,
  { trail, value }: Linked,
  before: () => readonly TrailStep[] = noTrail,
): void {
  if (value === cutOff) {
    const range = context.tree.range(at);
    context.report.add('SLP801', range, '*', { detail: 'a name of another file with too many possible values' });
  }
  reportMember(context, at, context.policy.memberAt(value), () => joinTrails(before(), trail));
}

/** Reports a lookup in an object whose possible values a limit cut off, if a governed module has the member. */
export function reportCutOff({ policy, report, tree }: RuleContext, at: NodeIndex, member: string): void {
  if (!policy.isGovernedMember(member)) return;
  report.add('SLP801', tree.range(at), `*.${member}`, { detail: 'an object with too many possible values' });
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
  const detail = `${name.slice(name.indexOf('.') + 1)}() (${tree.isCallee(at) ? 'call' : 'reference'})`;
  report.add(ruleId, tree.range(at), name, {
    ...(ruleId === 'SLP201' ? { detail } : {}),
    ...(severity === undefined ? {} : { severity }),
    trail: trail(),
  });
}

const noTrail = (): readonly TrailStep[] => [];

export const bareNameRule: Rule = {
  kinds: [Kind.identifier],
  check(context, identifier) {
    const { tree, names, policy, report } = context;
    if (!names.isLoaded(identifier)) return;
    const name = tree.name(identifier);
    const bare = policy.bareNames.get(name);
    if (bare) report.add(bare.ruleId, tree.range(identifier), name);
    if (names.starred.has(name)) {
      for (const value of context.references.of(identifier))
        reportMember(context, identifier, policy.memberAt(value), () => context.trails.of(identifier, value));
    }
    const builtin = policy.builtin(name);
    if (!builtin || !names.reachesBuiltin(identifier)) return;
    reportMember(context, identifier, builtin);
  },
};
