// Changes of sys.path by assignment (SLP120 as a warning, scan policy §9); its methods are in the policy's tables.
import { Use } from '../names/bindings.ts';
import { Kind } from '../reading/kinds.ts';
import { type Rule, rangeOf } from './rule.ts';

export const sysPathRule: Rule = {
  kinds: [Kind.attribute, Kind.subscript],
  check({ names, references, report, tree }, node) {
    if (names.useOf(node) === Use.load) return;
    const changed = tree.kind(node) === Kind.subscript ? tree.firstPart(node) : node;
    if (!references.of(changed).has('sys.path')) return;
    report.addEntry({ ruleId: 'SLP120', severity: 'warning' }, rangeOf(tree, node), 'sys.path');
  },
};
