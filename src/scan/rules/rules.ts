// Lists the rules of each level, indexed by the node kinds they check.
import type { PolicyLevel } from '../../contract/states.ts';
import { bareNameRule } from './bare-names.ts';
import { conditionalCallRule } from './conditional-calls.ts';
import { dunderAttributeRule, dunderDefinitionRule, dunderKeywordRule, dunderPatternRule } from './dunders.ts';
import { importFromRule, importRule } from './imports.ts';
import { namespaceCallRule, namespaceItemRule, unpackedEnvironmentRule } from './interpreter-state.ts';
import { keywordCallRule, keywordItemRule, keywordPairRule } from './keyword-keys.ts';
import { callLookupRule, subscriptLookupRule } from './lookups.ts';
import { memberRule, patternAttributeRule, patternValueRule } from './members.ts';
import { chrTextRule, packedLiteralRule } from './obfuscation.ts';
import { outsideAttributeRule, outsideImportRule, outsidePatternRule } from './outside-names.ts';
import { passedGetterRule, passedLookupRule } from './passed-lookups.ts';
import type { Rule } from './rule.ts';
import { sysPathRule } from './sys-path.ts';
import { unlistedImportRule } from './unlisted-imports.ts';
import {
  namespaceUnionRule,
  namespaceViewRule,
  takenNamespaceRule,
  unpackedNamespaceRule,
} from './whole-namespaces.ts';

const seedRules: readonly Rule[] = [
  importRule,
  importFromRule,
  bareNameRule,
  memberRule,
  patternValueRule,
  patternAttributeRule,
  dunderAttributeRule,
  dunderPatternRule,
  dunderKeywordRule,
  callLookupRule,
  subscriptLookupRule,
];

const strictRules: readonly Rule[] = [
  conditionalCallRule,
  keywordPairRule,
  keywordItemRule,
  keywordCallRule,
  sysPathRule,
  namespaceItemRule,
  namespaceCallRule,
  unpackedEnvironmentRule,
  packedLiteralRule,
  chrTextRule,
  dunderDefinitionRule,
  unlistedImportRule,
  outsideAttributeRule,
  outsidePatternRule,
  outsideImportRule,
  passedLookupRule,
  passedGetterRule,
  namespaceViewRule,
  unpackedNamespaceRule,
  namespaceUnionRule,
  takenNamespaceRule,
];

type RuleTable = readonly (readonly Rule[] | undefined)[];

export const rulesByKind: Readonly<Record<PolicyLevel, RuleTable>> = {
  seed: byKind(seedRules),
  strict: byKind([...strictRules, ...seedRules]),
};

function byKind(rules: readonly Rule[]): RuleTable {
  const table: (Rule[] | undefined)[] = [];
  for (const rule of rules) {
    for (const kind of rule.kinds) table[kind] = [...(table[kind] ?? []), rule];
  }
  return table;
}
