// Tests that docstrings that start in mid-sentence are refused, and that docstrings that name their subject are accepted.
import { expect, test } from 'vitest';
import { docstringProblems } from '../../../scripts/testing/plain-language.ts';

function docstring(text: string): string {
  return `/** ${text} */`;
}

test.each([
  ['src/a.ts', docstring('Of the lease.'), 1, 'Of'],
  ['src/a.ts', `const a = 1;\n/**\n * What the plugin asks for.\n */`, 2, 'What'],
  ['src/a.ts', '// Whose lease is held.', 1, 'Whose'],
  ['src/a.py', ['def f():\n    ', 'Which of them.', ''].join('"""'), 2, 'Which'],
  ['src/a.py', '#!/usr/bin/env python3\n# From the root on.', 1, 'From'],
])('a docstring of %s is refused: %j', (path, text, line, word) => {
  expect(docstringProblems(path, text)).toEqual([
    `${path}:${line}: a docstring begins with "${word}": begin with a verb or a noun`,
  ]);
});

test.each([
  docstring('Token of the lease.'),
  docstring('Offset in the file.'),
  docstring('Returns what is left of the time.'),
  'const a = 1;\n// Of two sweeps, one claims it.',
])('a comment is accepted: %j', (text) => {
  expect(docstringProblems('src/a.ts', text)).toEqual([]);
});
