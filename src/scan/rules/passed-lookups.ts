// Checks functions that look up names and are passed to another function, which then chooses the object and the name (scan policy
// §10.9): `map(getattr, objects, names)`, `functools.partial(getattr, os)`.
import { carriedPrefix } from '../flows/flow-graph.ts';
import { knownArguments } from '../names/calls.ts';
import { Kind } from '../reading/kinds.ts';
import { type Rule, rangeOf } from './rule.ts';

const lookups: readonly string[] = ['builtins.getattr', 'operator.attrgetter', 'operator.methodcaller'];

export const passedLookupRule: Rule = {
  kinds: [Kind.call],
  check({ references, report, tree }, call) {
    const { keywords, positional, unpacked } = knownArguments(tree, call);
    for (const argument of [...positional, ...keywords.values(), ...unpacked]) {
      const kind = tree.kind(argument);
      if (kind !== Kind.identifier && kind !== Kind.attribute) continue;
      const written = tree.name(kind === Kind.identifier ? argument : tree.lastPart(argument));
      if (!references.holdsLookups && !lookups.some((name) => name.endsWith(`.${written}`))) continue;
      const names = references.of(argument);
      const passed = lookups.find((name) => names.has(name) && !names.has(carriedPrefix + name));
      if (passed) report.add('SLP801', rangeOf(tree, argument), passed, { severity: 'error' });
    }
  },
};
