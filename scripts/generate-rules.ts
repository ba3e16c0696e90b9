// Writes docs/rules.md from the catalogue of rules. `--check` writes nothing and fails when the file is out of step.
import { readFile, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { explanations } from '../src/contract/explanations.ts';
import { isStrictOnly, isWaivable, type RuleId, type RuleSpec, ruleIds, rules } from '../src/contract/rules.ts';

const file = fileURLToPath(import.meta.resolve('../docs/rules.md'));

const parts: [title: string, ids: RegExp][] = [
  ['Python', /^SLP[1-5]|^SLP8/],
  ['Text of sources', /^SLP6/],
  ['Archives', /^SLP7/],
  ['Go', /^SLP9/],
  ['Manifest and structure', /^SLM/],
];

const intro = `# Rules

What Slipway finds in a plugin, and what to write instead. \`slipway lint --explain RULE\` shows the same of one rule. An error rejects
an upload, unless it is waived; a warning or a note does not. Rules of the level strict are asked only where an organization has chosen
it. A few rules are milder or graver in some cases than their table says.

This file is written by \`scripts/generate-rules.ts\`.
`;

function table(ids: readonly RuleId[]): string {
  const rows = ids.map((id) => {
    const { severity, title } = rules[id];
    return `| [${id}](#${id.toLowerCase()}) | ${title} | ${severity} | ${isStrictOnly(id) ? 'strict' : 'seed'} | ${isWaivable(id) ? 'yes' : 'no'} |`;
  });
  return ['| rule | | severity | level | may be waived |', '|---|---|---|---|---|', ...rows].join('\n');
}

function section(id: RuleId): string {
  const { category, title }: RuleSpec = rules[id];
  const { bad, good, why } = explanations[id];
  const example = (words: string, code: string) => `${words}\n\n\`\`\`text\n${code}\n\`\`\``;
  return [`### ${id}`, `${title} (${category}). ${why}`, example('Found:', bad), example('Instead:', good)].join(
    '\n\n',
  );
}

function part([title, pattern]: [string, RegExp]): string {
  const ids = ruleIds.filter((id) => pattern.test(id));
  return [`## ${title}`, table(ids), ...ids.map(section)].join('\n\n');
}

const left = ruleIds.filter((id) => !parts.some(([, pattern]) => pattern.test(id)));
if (left.length > 0) throw new Error(`rules that belong to no part of docs/rules.md: ${left.join(', ')}`);
const wanted = `${[intro.trimEnd(), ...parts.map(part)].join('\n\n')}\n`;

if (!process.argv.includes('--check')) {
  await writeFile(file, wanted);
} else if ((await readFile(file, 'utf8').catch(() => '')) !== wanted) {
  console.error('docs/rules.md is out of step with the rules. Run `node scripts/generate-rules.ts`.');
  process.exit(1);
}
