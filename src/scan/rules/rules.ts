// Lists each level's rules, indexed by the node kinds that they check, and finds the rules that may report a name.
import type { RuleId } from '../../contract/findings/rules.ts';
import type { PolicyLevel } from '../../contract/states.ts';
import { policyFor } from '../policy/policy.ts';
import { conditionalCallRule, conditionalCalls } from './conditional-calls.ts';
import { dunderAttributeRule, dunderDefinitionRule, dunderKeywordRule, dunderPatternRule } from './dunders.ts';
import { importFromRule, importRule, unlistedImportRule } from './imports.ts';
import { namespaceCallRule, namespaceItemRule, sysPathRule, unpackedEnvironmentRule } from './interpreter-state.ts';
import { keywordCallRule, keywordItemRule, keywordPairRule } from './keyword-keys.ts';
import { callLookupRule, subscriptLookupRule } from './lookups.ts';
import { bareNameRule, memberRule, patternAttributeRule, patternValueRule } from './members.ts';
import { chrTextRule, packedLiteralRule } from './obfuscation.ts';
import { outsideAttributeRule, outsideImportRule, outsidePatternRule } from './outside-names.ts';
import { passedGetterRule, passedLookupRule } from './passed-lookups.ts';
import type { Rule } from './rule.ts';
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

/** Unlisted names that rules check only in some places. */
const checkedByCode: ReadonlyMap<string, RuleId> = new Map([
  ['from_pretrained', 'SLP140'],
  ['os.environ', 'SLP150'],
  ['sys.path', 'SLP120'],
]);

/** Returns the rules that may report the canonical name at the strict level, which includes the seed level. */
export function rulesOfName(name: string): RuleId[] {
  const policy = policyFor('strict');
  const member = policy.memberAt(name);
  const calls = conditionalCalls.filter(({ callee }) => callee.test(name));
  const entries = [
    ...policy.importEntries(name),
    ...(member ? [member] : []),
    ...(policy.attributes.get(name) ?? []),
    ...[policy.keywords.get(name) ?? []].flat(),
    ...calls.map(({ entry }) => entry),
  ];
  return [...entries.map(({ ruleId }) => ruleId), ...[checkedByCode.get(name) ?? []].flat()];
}
