// Checks lookup functions that are passed to another function, which then chooses the object and the name (scan policy §10.9):
// `map(getattr, objects, names)`, `functools.partial(getattr, os)`.
import { heldPrefix } from '../flows/flow-graph.ts';
import { lookupFunctions } from '../holders/holders.ts';
import { knownArguments } from '../names/calls.ts';
import { Kind } from '../reading/kinds.ts';
import type { NodeIndex } from '../reading/syntax-tree.ts';
import { shortestName } from './outside-names.ts';
import type { Rule, RuleContext } from './rule.ts';

const getters: readonly string[] = ['operator.attrgetter()', 'operator.methodcaller()'];

/** Reports a function that reads a name from its argument and is passed next to a module: `map(attrgetter(name), [os])`. */
export const passedGetterRule: Rule = {
  kinds: [Kind.call],
  check(context, call) {
    const { policy, references, report, tree } = context;
    if (!policy.isStrict) return;
    const { keywords, positional, unpacked } = knownArguments(tree, call);
    const given = [...positional, ...keywords.values(), ...unpacked];
    for (const argument of given) {
      const names = references.of(argument);
      if (!getters.some((name) => names.has(name) && !names.has(heldPrefix + name))) continue;
      const module = shortestName(
        given.filter((other) => other !== argument).flatMap((other) => references.modulesIn(other)),
      );
      if (module !== undefined && mayTake(context, argument, module))
        report.add('SLP801', tree.range(argument), module, { severity: 'error' });
    }
  },
};

/** Returns whether the getter may take a name that counts. A getter that is written in place has the name as its argument. */
function mayTake({ constants, policy, tree }: RuleContext, getter: NodeIndex, module: string): boolean {
  const [key] = tree.kind(getter) === Kind.call ? knownArguments(tree, getter).positional : [];
  const possible = key === undefined ? undefined : constants.possibleTexts(key);
  if (!possible?.complete) return true;
  return possible.texts.some((name) => policy.mayReachOutside(name) || policy.member(module, name));
}

const lookups: readonly string[] = ['builtins.getattr', 'operator.attrgetter', 'operator.methodcaller'];

export const passedLookupRule: Rule = {
  kinds: [Kind.call],
  check({ policy, references, report, tree }, call) {
    if (!references.holdsLookups && !policy.isStrict) return;
    const { keywords, positional, unpacked } = knownArguments(tree, call);
    for (const argument of [...positional, ...keywords.values(), ...unpacked]) {
      const written = tree.lastName(argument);
      if (written === undefined || !(references.holdsLookups || lookupFunctions.has(written))) continue;
      const names = references.of(argument);
      const passed = lookups.find((name) => names.has(name) && !names.has(heldPrefix + name));
      if (passed) report.add('SLP801', tree.range(argument), passed, { severity: 'error' });
    }
  },
};
