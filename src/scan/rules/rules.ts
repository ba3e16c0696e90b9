// The rules, by the kind of node that each asks for.
import { bareNameRule } from './bare-names.ts';
import { dunderAttributeRule, dunderPatternRule } from './dunders.ts';
import { importFromRule, importRule } from './imports.ts';
import { callLookupRule, subscriptLookupRule } from './lookups.ts';
import { memberRule, patternValueRule } from './members.ts';
import type { Rule } from './rule.ts';

const all: readonly Rule[] = [
  importRule,
  importFromRule,
  bareNameRule,
  memberRule,
  patternValueRule,
  dunderAttributeRule,
  dunderPatternRule,
  callLookupRule,
  subscriptLookupRule,
];

export const rulesByKind: readonly (readonly Rule[] | undefined)[] = byKind(all);

function byKind(rules: readonly Rule[]): (Rule[] | undefined)[] {
  const table: (Rule[] | undefined)[] = [];
  for (const rule of rules) {
    for (const kind of rule.kinds) table[kind] = [...(table[kind] ?? []), rule];
  }
  return table;
}
