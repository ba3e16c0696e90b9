// Tests the examples in rule explanations, which users copy. Each bad example must be reported, and each good example must pass.
import { expect, test } from 'vitest';
import { nodeParsers } from '../../src/cli/parsers.ts';
import { explanations } from '../../src/contract/findings/explanations.ts';
import type { RuleId } from '../../src/contract/findings/rules.ts';
import { scanSource } from '../../src/scan/scan.ts';

const parsers = nodeParsers();

async function reportedRules(code: string, path = 'plugin.py'): Promise<string[]> {
  const language = path === 'plugin.py' ? 'python' : 'go';
  const findings = await scanSource(parsers, { path, bytes: new TextEncoder().encode(code) }, { language });
  return [...new Set(findings.map(({ ruleId }) => ruleId))];
}

const rulesOfCode: RuleId[] = [
  'SLP101',
  'SLP102',
  'SLP201',
  'SLP301',
  'SLP401',
  'SLP402',
  'SLP501',
  'SLP601',
  'SLP602',
];

test.each(rulesOfCode)('%s reports its bad example', async (ruleId) => {
  expect(await reportedRules(explanations[ruleId].bad)).toContain(ruleId);
});

test.each([
  ['SLP901', 'plugin.go'],
  ['SLP902', 'plugin.go'],
  ['SLP903', 'go.mod'],
  ['SLP904', 'plugin.go'],
] as const)('%s reports its bad example and passes its good one, as %s', async (ruleId, path) => {
  const { bad, good } = explanations[ruleId];
  expect([await reportedRules(bad, path), await reportedRules(good, path)]).toEqual([[ruleId], []]);
});

test.each(rulesOfCode)('the good example of %s passes', async (ruleId) => {
  expect(await reportedRules(explanations[ruleId].good)).toEqual([]);
});
