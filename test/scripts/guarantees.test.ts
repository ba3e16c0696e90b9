// Checks that the list of guarantees cannot name a statement or a test that does not exist.
import { expect, test } from 'vitest';
import { guaranteeProblems } from '../../scripts/testing/guarantees.ts';

const texts = new Map([
  ['guide.md', 'A **version** never\nchanges. See [here](b.md).\n'],
  ['test/a.test.ts', "test('it stays', () => {});\ntest(\"it's kept\", () => {});\n"],
  ['test/test_a.py', 'def test_it_stays(self):\n'],
  ['test/a_test.go', 'func TestItStays(t *testing.T) {\n'],
]);

function problems(...rows: string[]): string[] {
  const list = ['## guide.md', '', '| statement | tests |', '|---|---|', ...rows].join('\n');
  return guaranteeProblems(new Map([...texts, ['docs/guarantees.md', list]]), ['guide.md']);
}

test('a statement may be quoted across lines and without its marks, with tests in any language', () => {
  const tests = [
    '`test/a.test.ts`: it stays',
    "`test/a.test.ts`: it's kept",
    '`test/test_a.py`: test_it_stays',
    '`test/a_test.go`: TestItStays',
  ].join('<br>');
  expect(problems(`| A version never changes. See here. | ${tests} |`)).toEqual([]);
});

test.each([
  [
    'a statement that the document does not make',
    '| It changes | `test/a.test.ts`: it stays |',
    'docs/guarantees.md:5: guide.md does not state: It changes',
  ],
  [
    'a title that no test has',
    '| never changes | `test/a.test.ts`: it stay |',
    'docs/guarantees.md:5: test/a.test.ts has no test: it stay',
  ],
  [
    'a file that does not exist',
    '| never changes | `test/b.test.ts`: it stays |',
    'docs/guarantees.md:5: test/b.test.ts has no test: it stays',
  ],
  [
    'the second of two tests',
    '| never changes | `test/a.test.ts`: it stays<br>`test/test_a.py`: test_it |',
    'docs/guarantees.md:5: test/test_a.py has no test: test_it',
  ],
])('a fault is reported: %s', (_, row, problem) => {
  expect(problems(row)).toEqual([problem]);
});

test('a document without guarantees is reported', () => {
  expect(problems()).toEqual(['docs/guarantees.md: no guarantee of guide.md is listed']);
});
