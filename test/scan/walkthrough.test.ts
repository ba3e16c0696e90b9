// Tests that the scan in docs/tour.md is accurate: scans the page's file, and compares the page with the results.
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { nodeParsers } from '../../src/cli/parsers.ts';
import { withTree } from '../../src/scan/file/parse.ts';
import { whole } from '../../src/scan/file/pauses.ts';
import { Flows } from '../../src/scan/flows/flows.ts';
import { noLinks } from '../../src/scan/linking/links.ts';
import { collectBindings } from '../../src/scan/names/binding-forms.ts';
import { policyFor } from '../../src/scan/policy/policy.ts';
import { mentionsWatched } from '../../src/scan/policy/watched-words.ts';
import { writeExcerpts } from '../../src/scan/reading/excerpt.ts';
import { LogicalLines } from '../../src/scan/reading/logical-lines.ts';
import { TokenNames } from '../../src/scan/reading/token-names.ts';
import { TreeFlattener } from '../../src/scan/reading/tree-flattener.ts';
import { scanSource } from '../../src/scan/scan.ts';
import { lex } from '../../src/scan/syntax/lexer.ts';
import { syntaxProblem } from '../../src/scan/syntax/statements.ts';

const page = readFileSync(new URL('../../docs/tour.md', import.meta.url), 'utf8');
const [, text = ''] = /^```python\n(.*?)^```$/ms.exec(page) ?? [];

const policy = policyFor('seed');
const lexed = lex(text, policy.watched.words);
const words = new TokenNames(text, lexed.tokens);
const parsers = nodeParsers();

test('the lexer marks the watched words', () => {
  expect(lexed.watched.map((token) => words.source(token))).toEqual(['import', 'os', 'import', 'os']);
  expect(syntaxProblem(text, lexed.tokens)).toBeUndefined();
  expect(mentionsWatched(lexed.watched, words, policy.watched)).toBe(true);
});

test('the variables hold what the page says', async () => {
  const lines = new LogicalLines(lexed);
  const flattener = new TreeFlattener(text, lines, lexed.watched);
  const parser = await parsers.python();
  for (const excerpt of writeExcerpts(text, lines))
    whole(withTree(parser, excerpt.text, (parsed) => flattener.add(parsed, excerpt)));
  const tree = flattener.finish();
  if (!tree) throw new Error('the tree does not match the tokens');
  const names = collectBindings(tree);
  const flows = new Flows(names, policy, noLinks);
  whole(flows.follow());
  const held = Array.from(names.variables(), (variable) => [variable.name, ...flows.slotOf(variable).values]);
  const listed = Array.from(page.matchAll(/^\| `(\w+)` \| `(\w+)` \|$/gm), ([, name, value]) => [name, value]);
  expect(held.filter(([, value]) => typeof value === 'string')).toEqual(listed);
});

test('the finding and its trail are those on the page', async () => {
  const bytes = new TextEncoder().encode(text);
  const [finding] = await scanSource(parsers, { path: 'report.py', bytes });
  const [runnerStep, osStep] = finding?.trail ?? [];
  expect(page.replaceAll(/\s+/g, ' ')).toContain(
    `reports \`${finding?.name}\` at line ${finding?.line}, with the trail: \`runner\` on line ${runnerStep?.line}, \`os\` on line ${osStep?.line}.`,
  );
});

test('the change described on the page still applies to the sources', { tags: ['git'] }, () => {
  const [, change = ''] = /^```text\n(diff --git.*?)^```$/ms.exec(page) ?? [];
  const cwd = fileURLToPath(new URL('../..', import.meta.url));
  expect(() => execFileSync('git', ['apply', '--check', '-'], { cwd, input: change })).not.toThrow();
});
