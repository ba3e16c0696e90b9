// Examples are taken at their word by those who read them: the bad ones are found, the good ones pass.
import { expect, test } from 'vitest';
import { nodeParsers } from '../../src/cli/parsers.ts';
import { explanations } from '../../src/contract/explanations.ts';
import type { RuleId } from '../../src/contract/rules.ts';
import { scanSource } from '../../src/scan/scan.ts';

const parsers = nodeParsers();

async function rulesFound(code: string, path = 'plugin.py'): Promise<string[]> {
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

test.each(rulesOfCode)('the bad example of %s is found by it', async (ruleId) => {
  expect(await rulesFound(explanations[ruleId].bad)).toContain(ruleId);
});

test.each([
  ['SLP901', 'plugin.go'],
  ['SLP902', 'plugin.go'],
  ['SLP903', 'go.mod'],
  ['SLP904', 'plugin.go'],
] as const)('the examples of %s, as %s, are what they say', async (ruleId, path) => {
  const { bad, good } = explanations[ruleId];
  expect([await rulesFound(bad, path), await rulesFound(good, path)]).toEqual([[ruleId], []]);
});

test.each(rulesOfCode)('the good example of %s passes', async (ruleId) => {
  expect(await rulesFound(explanations[ruleId].good)).toEqual([]);
});
