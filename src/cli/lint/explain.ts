// `slipway lint --explain RULE`: what a rule is about, why it is there, and what to write instead.
import { explanations } from '../../contract/explanations.ts';
import { type RuleId, ruleIds, rules } from '../../contract/rules.ts';
import type { Output } from '../output.ts';
import { wrapped } from '../terminal-text.ts';

export function ruleNamed(text: string): RuleId | undefined {
  return ruleIds.find((ruleId) => ruleId === text.toUpperCase());
}

export function explain(ruleId: RuleId, json: boolean, output: Output): void {
  const { category, severity, title } = rules[ruleId];
  const { bad, good, why } = explanations[ruleId];
  if (json) {
    output.data(`${JSON.stringify({ ruleId, title, category, severity, why, bad, good }, null, 2)}\n`);
    return;
  }
  const { bold, dim, green, red } = output.paint;
  const lines = [
    `${bold(`${ruleId}  ${title}`)}  ${dim(`${severity}, ${category}`)}`,
    '',
    ...wrapped(why, output.columns),
    '',
    red('✗ instead of'),
    ...bad.split('\n').map((line) => `    ${line}`),
    '',
    green('✓ write'),
    ...good.split('\n').map((line) => `    ${line}`),
  ];
  output.data(`${lines.join('\n')}\n`);
}
