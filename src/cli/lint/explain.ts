// Implements `slipway lint --explain RULE`: shows what a rule forbids, why, and what to write instead.
import { explanations } from '../../contract/findings/explanations.ts';
import { type RuleId, ruleIds, rules } from '../../contract/findings/rules.ts';
import type { Output } from '../terminal/output.ts';
import { wrapText } from '../terminal/terminal-text.ts';

export function findRule(text: string): RuleId | undefined {
  return ruleIds.find((ruleId) => ruleId === text.toUpperCase());
}

export function explain(ruleId: RuleId, json: boolean, output: Output): void {
  const { category, severity, title } = rules[ruleId];
  const { bad, fix, good, why } = explanations[ruleId];
  if (json) {
    output.data(`${JSON.stringify({ ruleId, title, category, severity, why, fix, bad, good }, null, 2)}\n`);
    return;
  }
  const { bold, dim, green, red } = output.paint;
  const lines = [
    `${bold(`${ruleId}  ${title}`)}  ${dim(`${severity}, ${category}`)}`,
    '',
    ...wrapText(why, output.columns),
    ...(fix === undefined ? [] : wrapText(fix, output.columns)),
    '',
    red('✗ Avoid'),
    ...bad.split('\n').map((line) => `    ${line}`),
    '',
    green('✓ Use instead'),
    ...good.split('\n').map((line) => `    ${line}`),
  ];
  output.data(`${lines.join('\n')}\n`);
}
