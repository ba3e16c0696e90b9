// Checks bare names: any load of a forbidden builtin (SLP201, scan policy §3) or of a listed dunder (SLP501, §6).
import { Use } from '../names/bindings.ts';
import { reachesBuiltin } from '../names/scopes.ts';
import { Kind } from '../reading/kinds.ts';
import { reportMember } from './members.ts';
import { type Rule, rangeOf } from './rule.ts';

export const bareNameRule: Rule = {
  kinds: [Kind.identifier],
  check(context, identifier) {
    const { tree, names, policy, report } = context;
    const use = names.useOf(identifier);
    if (use !== Use.load && use !== Use.augmented) return;
    const name = tree.name(identifier);
    const bare = policy.bareNames.get(name);
    if (bare) report.add(bare.ruleId, rangeOf(tree, identifier), name);
    if (names.starred.has(name)) {
      for (const value of context.references.of(identifier))
        reportMember(context, identifier, policy.memberAt(value), () => context.trails.of(identifier, value));
    }
    const builtin = policy.builtin(name);
    if (!builtin || !reachesBuiltin(names.scopeOf(identifier), name, tree.start(identifier))) return;
    reportMember(context, identifier, builtin);
  },
};
