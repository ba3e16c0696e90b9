// Writes the page of rules for the site, from the rule catalog.
import { explanations } from '../../src/contract/findings/explanations.ts';
import {
  isStrictOnly,
  isWaivable,
  type RuleId,
  type RuleSpec,
  ruleIds,
  rules,
} from '../../src/contract/findings/rules.ts';
import { policyVersion } from '../../src/scan/policy/policy.ts';

const parts: [title: string, ids: RegExp][] = [
  ['Python', /^SLP[1-5]|^SLP8/],
  ['Source text', /^SLP6/],
  ['Archives', /^SLP7/],
  ['Go', /^SLP9/],
  ['Manifest and structure', /^SLM/],
  ['Uploads', /^SLU/],
];

const intro = `# Rules

Slipway scans every plugin by these rules, version ${policyVersion} of the [scan policy](../contracts/scan-policy.md). Each has an example to avoid
and its replacement, which \`slipway lint --explain RULE\` also prints. An error rejects the upload unless the rule is waived; warnings and notes
don't. Rules of the strict level apply only in organizations that select it. A finding's context can lower its severity.

[A rejected upload](../rejected-uploads.md) tells what to do about a finding.`;

function table(ids: readonly RuleId[]): string {
  const rows = ids.map((id) => {
    const { severity, title } = rules[id];
    return `| [${id}](#${id.toLowerCase()}) | ${title} | ${severity} | ${isStrictOnly(id) ? 'strict' : 'seed'} | ${isWaivable(id) ? 'yes' : 'no'} |`;
  });
  return ['| Rule | Title | Severity | Level | Can be waived |', '|---|---|---|---|---|', ...rows].join('\n');
}

function section(id: RuleId): string {
  const { category, title }: RuleSpec = rules[id];
  const { bad, fix, good, why } = explanations[id];
  const example = (label: string, code: string) => `${label}\n\n\`\`\`text\n${code}\n\`\`\``;
  return [
    `### ${id}`,
    [`${title} (${category}). ${why}`, fix ?? []].flat().join(' '),
    example('Avoid:', bad),
    example('Use instead:', good),
  ].join('\n\n');
}

function part([title, pattern]: [string, RegExp]): string {
  const ids = ruleIds.filter((id) => pattern.test(id));
  return [`## ${title}`, table(ids), ...ids.map(section)].join('\n\n');
}

const uncovered = ruleIds.filter((id) => !parts.some(([, pattern]) => pattern.test(id)));
if (uncovered.length > 0) throw new Error(`The rules page does not list ${uncovered.join(', ')}`);

/** A Markdown page with every rule's severity, level, reason, example and fix. */
export const rulesPage = `${[intro, ...parts.map(part)].join('\n\n')}\n`;
