// Keeps docs/scan-walkthrough.md true: scans its file round by round and compares every block, table and count with the page.
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { nodeParsers } from '../../src/cli/parsers.ts';
import { Flows } from '../../src/scan/flows/flows.ts';
import { References } from '../../src/scan/flows/references.ts';
import { noLinks } from '../../src/scan/linking/links.ts';
import { collectBindings } from '../../src/scan/names/binding-forms.ts';
import { policyFor } from '../../src/scan/policy/policy.ts';
import { Role } from '../../src/scan/policy/watched-words.ts';
import { offsetInFile, writeExcerpts } from '../../src/scan/reading/excerpt.ts';
import { LogicalLines } from '../../src/scan/reading/logical-lines.ts';
import { withTree } from '../../src/scan/reading/parse.ts';
import { TokenNames } from '../../src/scan/reading/token-names.ts';
import { TokenSelector } from '../../src/scan/reading/token-selector.ts';
import { TreeFlattener } from '../../src/scan/reading/tree-flattener.ts';
import { scanSource } from '../../src/scan/scan.ts';
import { lex } from '../../src/scan/syntax/lexer.ts';
import { syntaxProblem } from '../../src/scan/syntax/statements.ts';

const page = readFileSync(new URL('../../docs/scan-walkthrough.md', import.meta.url), 'utf8');
const [text = '', firstExcerpt, secondExcerpt, finding = ''] = Array.from(
  page.matchAll(/^```\w+\n(.*?)^```$/gms),
  ([, block = '']) => block,
);

/** Returns the cells of the table with this header, without backticks. */
function tableRows(header: string): string[][] {
  const [, table = ''] = page.split(`| ${header} |\n`);
  const rows = table.split('\n\n', 1)[0]?.split('\n').slice(1) ?? [];
  return rows.map((row) => row.replaceAll('`', '').slice(2, -2).split(' | '));
}

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

/** Runs one round: selects, parses and analyzes. */
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
  // Resolving references is what demands more names.
  new References(names, { links: noLinks, policy, selector });
  return { excerpt, selection, tree, names };
}

test('the lexer marks the watched words', () => {
  expect(page).toContain(`${lexed.tokens.size} tokens on ${lexed.lines.length} logical lines`);
  const roleNames = (word: string) =>
    Object.entries(Role).flatMap(([name, bit]) => ((policy.watched.roleOf(word) & bit) !== 0 ? [name] : []));
  const marked = lexed.watched.map((token) => {
    const word = words.source(token);
    return [String(token), word, roleNames(word).join(', ')];
  });
  expect(marked).toEqual(tableRows('token | word | role (`policy/watched-words.ts`)'));
  expect(syntaxProblem(text, lexed.tokens)).toBeUndefined();
});

test('two rounds lead to the finding', async () => {
  const first = await runRound();
  expect(first.selection.tokens.map((token) => words.source(token))).toEqual(['os', 'os']);
  expect(first.excerpt.text).toBe(firstExcerpt);
  expect(page).toContain(`\`SyntaxTree\` of ${first.tree.size} nodes`);
  const runner = first.excerpt.text.indexOf('runner');
  expect(page).toContain(`\`runner\` at offset ${runner} is at offset ${offsetInFile(first.excerpt, runner)}`);
  const flows = new Flows(first.names, policy, noLinks);
  const mayHold = Array.from(first.names.variables(), (variable) => [
    variable.name,
    [...flows.slotOf(variable).values].join(', '),
  ]);
  expect(mayHold).toEqual(tableRows('variable | bound to | may hold').map(([name, , names]) => [name, names]));
  expect(selector.hasUnmetDemand).toBe(true);

  const second = await runRound();
  expect(second.excerpt.text).toBe(secondExcerpt);
  expect(page).toContain(`The tree has ${second.tree.size} nodes now`);
  expect(Array.from(second.names.variables(), ({ name }) => name)).toEqual(['os', 'runner', 'report', 'total']);
  expect(selector.hasUnmetDemand).toBe(false);

  const bytes = new TextEncoder().encode(text);
  expect(await scanSource(parsers, { path: 'report.py', bytes })).toEqual([JSON.parse(finding)]);
});

test('every file and function that the page names exists', () => {
  const files = new Set(Array.from(page.matchAll(/`((?:[\w-]+\/)*[\w-]+\.ts)`/g), ([, file = '']) => file));
  for (const file of files) {
    const path = /^(?:src|test)\//.test(file) ? file : `src/scan/${file}`;
    expect(() => readFileSync(new URL(`../../${path}`, import.meta.url))).not.toThrow();
  }
  for (const [, name = '', file = ''] of page.matchAll(/`(?:\w+\.)?(\w+)`\s\(`([\w/-]+\.ts)`\)/g)) {
    expect(readFileSync(new URL(`../../src/scan/${file}`, import.meta.url), 'utf8')).toMatch(
      new RegExp(`\\b${name}\\b`),
    );
  }
});
