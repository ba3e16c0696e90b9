// What the catalogue of rules says of each rule besides its words: at which level it is asked, and whether it may be waived.
import { expect, test } from 'vitest';
import { isStrictOnly, isWaivable, ruleIds } from '../../src/contract/rules.ts';
import type { PolicyTable } from '../../src/scan/policy/policy-table.ts';
import { seedTable } from '../../src/scan/policy/seed-policy.ts';
import { strictTable } from '../../src/scan/policy/strict-policy.ts';

const rulesOf = ({ attributes, imports, members }: PolicyTable) =>
  [...attributes, ...imports, ...members].map(({ ruleId }) => ruleId);

test('a rule of the level seed is none of strict only', () => {
  expect(rulesOf(seedTable).filter(isStrictOnly)).toEqual([]);
});

test('what the level strict adds is of strict only', () => {
  const added = rulesOf(strictTable).filter((ruleId) => !rulesOf(seedTable).includes(ruleId));
  expect(added.filter((ruleId) => !isStrictOnly(ruleId))).toEqual([]);
});

test('what cannot be waived: the unreadable, the archive that is not what it seems, the plugin that could not work', () => {
  expect(ruleIds.filter((ruleId) => !isWaivable(ruleId) && !ruleId.startsWith('SLM'))).toEqual([
    ...['SLP601', 'SLP602', 'SLP603'],
    ...['SLP701', 'SLP702', 'SLP703', 'SLP704', 'SLP705', 'SLP706', 'SLP707', 'SLP708', 'SLP709', 'SLP710'],
  ]);
  expect(ruleIds.filter((ruleId) => ruleId.startsWith('SLM')).some(isWaivable)).toBe(false);
});
