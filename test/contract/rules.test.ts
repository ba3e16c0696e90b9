// Tests the rules in the catalog: at which level they apply, and whether they can be waived.
import { expect, test } from 'vitest';
import { isStrictOnly, isWaivable, ruleIds } from '../../src/contract/findings/rules.ts';
import type { PolicyTable } from '../../src/scan/policy/policy-table.ts';
import { seedTable } from '../../src/scan/policy/seed-policy.ts';
import { strictTable } from '../../src/scan/policy/strict-policy.ts';

const rulesOf = ({ attributes, imports, members }: PolicyTable) =>
  [...attributes, ...imports, ...members].map(({ ruleId }) => ruleId);

test('no rule of the seed level is strict-only', () => {
  expect(rulesOf(seedTable).filter(isStrictOnly)).toEqual([]);
});

test('every rule added by the strict level is strict-only', () => {
  const added = rulesOf(strictTable).filter((ruleId) => !rulesOf(seedTable).includes(ruleId));
  expect(added.filter((ruleId) => !isStrictOnly(ruleId))).toEqual([]);
});

test("rules about unreadable content, misleading archives, broken plugins and uploads can't be waived", () => {
  expect(ruleIds.filter((ruleId) => !isWaivable(ruleId) && !ruleId.startsWith('SLM'))).toEqual([
    ...['SLP601', 'SLP602', 'SLP603'],
    ...['SLP701', 'SLP702', 'SLP703', 'SLP704', 'SLP705', 'SLP706', 'SLP707', 'SLP708', 'SLP709', 'SLP710'],
    ...['SLU101', 'SLU102', 'SLU103'],
  ]);
  expect(ruleIds.filter((ruleId) => ruleId.startsWith('SLM')).some(isWaivable)).toBe(false);
});
