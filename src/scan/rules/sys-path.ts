// Checks assignments to sys.path (SLP120 as a warning, scan policy §9). Its methods are listed in the policy tables.
import { Use } from '../names/bindings.ts';
import { Kind } from '../reading/kinds.ts';
import { type Rule, rangeOf } from './rule.ts';

export const sysPathRule: Rule = {
  kinds: [Kind.attribute, Kind.subscript],
  check({ names, references, report, tree }, node) {
    if (names.useOf(node) === Use.load) return;
    const target = tree.kind(node) === Kind.subscript ? tree.firstPart(node) : node;
    if (!references.of(target).has('sys.path')) return;
    report.addEntry({ ruleId: 'SLP120', severity: 'warning' }, rangeOf(tree, node), 'sys.path');
  },
};
