// Tests that the scan in docs/tour.md is accurate: scans the page's file round by round, and compares the blocks and lines on the page
// with the results.
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { nodeParsers } from '../../src/cli/parsers.ts';
import { Flows } from '../../src/scan/flows/flows.ts';
import { References } from '../../src/scan/flows/references.ts';
import { noLinks } from '../../src/scan/linking/links.ts';
import { collectBindings } from '../../src/scan/names/binding-forms.ts';
import { policyFor } from '../../src/scan/policy/policy.ts';
import { offsetInFile, writeExcerpts } from '../../src/scan/reading/excerpt.ts';
import { LogicalLines } from '../../src/scan/reading/logical-lines.ts';
import { withTree } from '../../src/scan/reading/parse.ts';
import { TokenNames } from '../../src/scan/reading/token-names.ts';
import { TokenSelector } from '../../src/scan/reading/token-selector.ts';
import { TreeFlattener } from '../../src/scan/reading/tree-flattener.ts';
import { scanSource } from '../../src/scan/scan.ts';
import { lex } from '../../src/scan/syntax/lexer.ts';
import { syntaxProblem } from '../../src/scan/syntax/statements.ts';

const page = readFileSync(new URL('../../docs/tour.md', import.meta.url), 'utf8');
const [text = '', firstExcerpt, secondExcerpt] = Array.from(
  page.matchAll(/^```python\n(.*?)^```$/gms),
  ([, block = '']) => block,
);

const policy = policyFor('seed');
const lexed = lex(text, policy.watched.words);
const lines = new LogicalLines(lexed);
const words = new TokenNames(text, lexed.tokens);
const linked = { tokens: [], names: new Set<string>(), members: new Set<string>(), idleStars: [] };
const selector = new TokenSelector(words, lexed, lines, {
  policy,
  linked,
  imported: {
    outside: new Set<string>(),
    own: new Set<string>(),
    paths: new Map(),
    modules: new Map<string, ReadonlySet<string>>(),
  },
  isShared: false,
});
const parsers = nodeParsers();

/** Runs one round, which selects, parses and analyzes. */
async function runRound() {
  const parser = await parsers.python();
  const selection = selector.select();
  if (!selection) throw new Error('the selector has nothing more to select');
  const flattener = new TreeFlattener(text, lines, selection.tokens);
  const [excerpt] = writeExcerpts(text, lines, selection.lines);
  if (!excerpt) throw new Error('there is no excerpt');
  withTree(parser, excerpt.text, (tree) => flattener.add(tree, excerpt));
  const tree = flattener.finish();
  if (!tree) throw new Error('the tree does not match the tokens');
  const names = collectBindings(tree);
  // Resolving references can request more names.
  new References(names, { links: noLinks, policy, selector });
  return { excerpt, selection, tree, names };
}

test('the lexer marks the watched words', () => {
  expect(lexed.watched.map((token) => words.source(token))).toEqual(['import', 'os', 'import', 'os']);
  expect(syntaxProblem(text, lexed.tokens)).toBeUndefined();
});

test('two rounds lead to the finding', async () => {
  const first = await runRound();
  expect(first.selection.tokens.map((token) => words.source(token))).toEqual(['os', 'os']);
  expect(first.excerpt.text).toBe(firstExcerpt);
  const runner = first.excerpt.text.indexOf('runner');
  expect(offsetInFile(first.excerpt, runner)).toBe(text.indexOf('runner'));
  const flows = new Flows(first.names, policy, noLinks);
  const mayHold = Array.from(first.names.variables(), (variable) => [
    variable.name,
    [...flows.slotOf(variable).values].join(', '),
  ]);
  expect(mayHold).toEqual([
    ['os', 'os'],
    ['runner', 'os'],
  ]);
  expect(selector.hasUnmetDemand).toBe(true);

  const second = await runRound();
  expect(second.excerpt.text).toBe(secondExcerpt);
  expect(Array.from(second.names.variables(), ({ name }) => name)).toEqual(['os', 'runner', 'report', 'total']);
  expect(selector.hasUnmetDemand).toBe(false);

  const bytes = new TextEncoder().encode(text);
  const [finding] = await scanSource(parsers, { path: 'report.py', bytes });
  const [runnerStep, osStep] = finding?.trail ?? [];
  expect(page.replaceAll(/\s+/g, ' ')).toContain(
    `report \`${finding?.name}\` at line ${finding?.line}, with the trail: \`runner\` on line ${runnerStep?.line}, \`os\` on line ${osStep?.line}.`,
  );
});

test('the change described on the page still applies to the sources', { tags: ['git'] }, () => {
  const [, change = ''] = /^```text\n(diff --git.*?)^```$/ms.exec(page) ?? [];
  const cwd = fileURLToPath(new URL('../..', import.meta.url));
  expect(() => execFileSync('git', ['apply', '--check', '-'], { cwd, input: change })).not.toThrow();
});
