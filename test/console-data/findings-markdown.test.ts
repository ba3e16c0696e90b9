// Tests the Markdown for an upload's findings.
import { expect, test } from 'vitest';
import { findingsMarkdown } from '../../src/console/data/source/findings-markdown.ts';

const finding = {
  ...{ rule: 'SLP301', severity: 'error' as const, file: 'realtime.py', filename: 'realtime.py', line: 10, column: 9 },
  ...{ end_line: 10, end_column: 18, name: 'os.system', message: 'os.system starts programs', waived: false },
  ...{ waiver: null, trail: [], trail_message: null },
};

test('findings as Markdown include their rule, place and message, and the marked source lines', () => {
  const excerpt = { first_line: 9, lines: ['def run():', '    os.system("ls")'] };
  const upload = { name: 'tagger', version: '1.4.0', status: 'rejected' as const };
  expect(findingsMarkdown({ ...upload, findings: [{ ...finding, excerpt }] })).toBe(
    [
      '## tagger 1.4.0: rejected',
      '',
      '- **SLP301** (error) `realtime.py:10`: os.system starts programs',
      '',
      '  ```',
      '    9 def run():',
      '  > 10     os.system("ls")',
      '  ```',
    ].join('\n'),
  );
});

test('backticks in the source do not end its block', () => {
  const excerpt = { first_line: 10, lines: ['x = "```"'] };
  const upload = { name: 'tagger', version: '1.4.0', status: 'rejected' as const };
  expect(findingsMarkdown({ ...upload, findings: [{ ...finding, excerpt }] })).toContain('\n  ````\n');
});
