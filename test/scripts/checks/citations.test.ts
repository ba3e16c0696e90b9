// Tests which citations in comments and documents resolve, and the report about broken ones.
import { expect, test } from 'vitest';
import { citationProblems } from '../../../scripts/testing/citations.ts';

const documents: [string, string][] = [
  [
    'docs/contracts/scan-policy.md',
    '# Scan policy\n\n## 1. Findings\n\n## 8a. Go sources\n\n### 5.1 Modules\n\nSee §1.\n',
  ],
  ['docs/contracts/agent.md', '# Agent plugins\n\n## Fields\n\n## 6. Repeated registration\n'],
  ['docs/design.md', '# Design\n\n## 6. Pipeline and states\n\n- **D13.** Without a version the server chooses one.\n'],
  ['docs/decisions/0009-a-recognizer.md', '# 9. A recognizer\n'],
];

function problemsOf(text: string, path = 'src/a.ts'): string[] {
  return citationProblems(new Map([...documents, [path, text]]));
}

test.each([
  '// Folds constants (scan policy §1).',
  '// Folds constants (scan policy §1, §5.1 and §8a).',
  '// Reads go.mod (scan policy §1: SLP903; design §6).',
  '/**\n * Folds constants (scan policy\n * §5.1).\n */',
  '// Fields of a registration (agent contract §Fields), and a repeated one (agent contract §6).',
  '// Ranges (RFC 9110 §14.2), and the preference (RFC 7240 §2, §4.3).',
  '// The server chooses (D13).',
  '// Two readings (decision 9).',
  '// See docs/design.md.',
])('a citation resolves: %s', (text) => {
  expect(problemsOf(text)).toEqual([]);
});

test.each([
  ['// Constants (scan policy §5.9).', 'src/a.ts:1: docs/contracts/scan-policy.md has no section 5.9'],
  ['\n// Both (scan policy §1, §2).', 'src/a.ts:2: docs/contracts/scan-policy.md has no section 2'],
  ['// Constants (scan policy §8).', 'src/a.ts:1: docs/contracts/scan-policy.md has no section 8'],
  ['// Constants (§1).', 'src/a.ts:1: §1 names no document; write it as in `scan policy §1`'],
  ['// Constants (wire contract §1).', 'src/a.ts:1: §1 names no document; write it as in `scan policy §1`'],
  ['// Chosen (D14).', 'src/a.ts:1: docs/design.md has no D14'],
  ['// Two readings (decision 10).', 'src/a.ts:1: docs/decisions/ has no decision 10'],
  ['// See docs/absent.md.', 'src/a.ts:1: there is no docs/absent.md'],
])('a citation is reported: %s', (text, problem) => {
  expect(problemsOf(text)).toEqual([problem]);
});

test('links in Markdown must point to existing files and headings', () => {
  const text = [
    '[a](design.md), [b](design.md#6-pipeline-and-states), [c](#own), [d](https://example.com/x.md), [e](decisions/)',
    '# Own',
    '[f](absent.md)',
    '[g](design.md#absent)',
  ].join('\n');
  expect(problemsOf(text, 'docs/a.md')).toEqual([
    'docs/a.md:3: the link points to docs/absent.md, which does not exist',
    'docs/a.md:4: docs/design.md has no heading #absent',
  ]);
});
