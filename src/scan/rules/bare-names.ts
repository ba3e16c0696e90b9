// Bare names: forbidden builtins, loaded in any way (SLP201, scan policy §3), and the listed dunders (SLP501, §6).
import { Use } from '../bindings.ts';
import { Kind } from '../kinds.ts';
import { isForbiddenBuiltin } from '../policy.ts';
import { reachesBuiltin } from '../scopes.ts';
import { reportMember } from './members.ts';
import { type Rule, rangeOf } from './rule.ts';

export const bareNameRule: Rule = {
  kinds: [Kind.identifier],
  check(subject, identifier) {
    const { tree, names, policy, report } = subject;
    const use = names.useOf(identifier);
    if (use !== Use.load && use !== Use.augmented) return;
    const name = tree.name(identifier);
    if (policy.dunders.has(name)) report.add('SLP501', rangeOf(tree, identifier), name);
    if (!isForbiddenBuiltin(policy, name)) return;
    if (!reachesBuiltin(names.scopeOf(identifier), name, tree.start(identifier))) return;
    reportMember(subject, identifier, { ruleId: 'SLP201', name: `builtins.${name}` });
  },
};
