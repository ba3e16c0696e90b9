// Finds the rules that report a name, for people who ask what a finding about it means.
import type { RuleId } from '../../contract/findings/rules.ts';
import { policyFor } from '../policy/policy.ts';
import { conditionalCalls } from './conditional-calls.ts';

/** Names in no table, which rules check in some places only. */
const checkedByCode: Readonly<Record<string, RuleId>> = {
  from_pretrained: 'SLP140',
  'os.environ': 'SLP150',
  'sys.path': 'SLP120',
};

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
  return [...entries.map(({ ruleId }) => ruleId), ...[checkedByCode[name] ?? []].flat()];
}
