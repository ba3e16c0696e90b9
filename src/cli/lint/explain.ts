// Implements `slipway lint --explain RULE` and `--explain NAME`: shows what a rule forbids, why, and what to write instead of a name.
import { explanations } from '../../contract/findings/explanations.ts';
import { adviceFor } from '../../contract/findings/name-advice.ts';
import { type RuleId, ruleIds, rules } from '../../contract/findings/rules.ts';
import { rulesOfGoName } from '../../scan/go/policy.ts';
import { rulesOfName } from '../../scan/rules/rules.ts';
import type { Output } from '../terminal/output.ts';
import { wrapText } from '../terminal/terminal-text.ts';

interface Subject {
  ruleId: RuleId;
  /** The canonical name if the user asked about a name: `builtins.setattr` for `setattr`. */
  name?: string;
}

/** Finds the rule with this ID, or the first one that reports a name such as `threading`, `torch.load` or `setattr`. */
export function findSubject(text: string): Subject | undefined {
  const ruleId = ruleIds.find((id) => id === text.toUpperCase());
  if (ruleId) return { ruleId };
  for (const name of [text, `builtins.${text}`]) {
    const [found] = [...rulesOfName(name), ...rulesOfGoName(name)];
    if (found) return { ruleId: found, name };
  }
  return undefined;
}

export function explain({ name, ruleId }: Subject, json: boolean, output: Output): void {
  const { category, severity, title } = rules[ruleId];
  const { bad, good, why } = explanations[ruleId];
  const advice = name === undefined ? undefined : adviceFor({ name, ruleId });
  const fix = advice ?? explanations[ruleId].fix;
  if (json) {
    const facts = { ...(name === undefined ? {} : { name }), ruleId, title, category, severity, why, fix, bad, good };
    output.data(`${JSON.stringify(facts, null, 2)}\n`);
    return;
  }
  const { bold, dim, green, red } = output.paint;
  // Left out for a name with its own advice, since the rule's example is about a different name.
  const example = [
    '',
    red('✗ Avoid'),
    ...bad.split('\n').map((line) => `    ${line}`),
    '',
    green('✓ Use instead'),
    ...good.split('\n').map((line) => `    ${line}`),
  ];
  const lines = [
    ...(name === undefined ? [] : [`${bold(name)} is reported by`]),
    `${bold(`${ruleId}  ${title}`)}  ${dim(`${severity}, ${category}`)}`,
    '',
    ...wrapText(why, output.columns),
    ...(fix === undefined ? [] : wrapText(fix, output.columns)),
    ...(advice === undefined ? example : []),
  ];
  output.data(`${lines.join('\n')}\n`);
}
