// Checks that tests cannot quote a promise that no document makes, and that the list names what follows the quotation.
import { expect, test } from 'vitest';
import { collectGuarantees, guaranteeProblems } from '../../scripts/testing/guarantees.ts';

const promise = (statement: string, mark = '//') => `${mark} Promised in guide.md: ${statement}`;

function textsWith(tests: Record<string, string>): Map<string, string> {
  return new Map([['guide.md', 'A **version** never\nchanges. See [here](b.md).\n'], ...Object.entries(tests)]);
}

function titlesOf(file: string, ...lines: string[]): string[] {
  const guarantees = collectGuarantees(textsWith({ [file]: lines.join('\n') }), ['guide.md']);
  return guarantees.flatMap(({ statement, tests }) => tests.map(({ title }) => `${statement} ${title}`));
}

function problemsOf(...lines: string[]): string[] {
  return guaranteeProblems(textsWith({ 'a.test.ts': lines.join('\n') }), ['guide.md']);
}

test.each([
  ['a test', "test('it stays', { tags: ['go'] }, () => {});", 'it stays'],
  ['a group', 'describe("it\'s kept", () => {});', "it's kept"],
  ['a table', "test.each([\n  ['a row', 1],\n])('%s stays', () => {});", '%s stays'],
])('%s in TypeScript is listed with its title', (_, code, title) => {
  expect(titlesOf('a.test.ts', promise('never changes.'), code)).toEqual([`never changes. ${title}`]);
});

test('a row of a table is listed with its first text', () => {
  const lines = ['const rows = [', `  ${promise('never changes.')}`, "  ['a row', 1],", '];'];
  expect(titlesOf('a.test.ts', ...lines)).toEqual(['never changes. a row']);
});

test('tests in Python and Go are listed with their names', () => {
  const python = ['class Tests:', `    ${promise('never changes.', '#')}`, '    def test_it_stays(self):'];
  expect(titlesOf('test_a.py', ...python)).toEqual(['never changes. test_it_stays']);
  const go = [promise('never changes.'), 'func TestItStays(t *testing.T) {'];
  expect(titlesOf('a_test.go', ...go)).toEqual(['never changes. TestItStays']);
});

test('a quotation may go on over several lines, and several may stand above one test', () => {
  const lines = [promise('A version'), '// never changes.', promise('See here'), "test('it stays', () => {});"];
  expect(titlesOf('a.test.ts', ...lines)).toEqual(['A version never changes. it stays', 'See here it stays']);
});

test('statements are in the order of the document, and each is listed once', () => {
  const lines = [promise('See here.'), promise('never changes.')].flatMap((line) => [
    line,
    "test('it stays', () => {});",
  ]);
  const guarantees = collectGuarantees(textsWith({ 'a.test.ts': [...lines, ...lines].join('\n') }), ['guide.md']);
  expect(guarantees.map(({ statement, tests }) => [statement, tests.length])).toEqual([
    ['never changes.', 2],
    ['See here.', 2],
  ]);
});

test('a quotation that its document makes, without its marks and line breaks, has no problems', () => {
  expect(problemsOf(promise('A version never changes. See here.'), "test('it stays', () => {});")).toEqual([]);
});

test('a quotation that its document does not make is reported', () => {
  const problem = 'a.test.ts:1: guide.md does not state: It changes';
  expect(problemsOf(promise('It changes'), "test('it stays', () => {});")).toEqual([problem]);
});

test('a quotation above nothing is reported', () => {
  const problem = 'a.test.ts:1: no test follows the promise';
  expect(problemsOf(promise('never changes.'), '', "test('it stays', () => {});")).toEqual([problem]);
});

test('a document without a promise that a test quotes is reported', () => {
  expect(problemsOf()).toEqual(['No test quotes a promise of guide.md.']);
});
