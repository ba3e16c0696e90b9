// Tests which lines of a rejected archive are stored with its findings.
import { expect, test } from 'vitest';
import { withExcerpts } from '../../src/archive/excerpts.ts';
import { excerptLimits } from '../../src/contract/limits/scans.ts';
import { scanText } from '../scan/support/scan.ts';

const texts: Record<string, string> = { 'a.py': 'a1\na2\na3\na4\na5\n', 'b.py': `b1\r\n${'é'.repeat(300)}\nb3` };
const archive = {
  files: Object.entries(texts).map(([path, text]) => ({ path, size: text.length })),
  read: async (path: string) => Uint8Array.from(new TextEncoder().encode(texts[path])),
};

const [evil] = await scanText('eval');
const findingAt = (file: string, line: number) => ({ ...Object(evil), file, line });

test('findings in several files have the surrounding lines from their own file, in order', async () => {
  const found = await withExcerpts(archive, [findingAt('a.py', 4), findingAt('b.py', 1), findingAt('a.py', 1)]);
  expect(found.map(({ file, excerpt }) => [file, excerpt])).toEqual([
    ['a.py', { firstLine: 2, lines: ['a2', 'a3', 'a4', 'a5', ''] }],
    ['b.py', { firstLine: 1, lines: ['b1', 'é'.repeat(excerptLimits.lineChars), 'b3'] }],
    ['a.py', { firstLine: 1, lines: ['a1', 'a2', 'a3'] }],
  ]);
});

test('findings beyond the first ones, and findings without a line, have no lines', async () => {
  const many = Array.from({ length: excerptLimits.findingsMax + 1 }, () => findingAt('a.py', 1));
  const found = await withExcerpts(archive, [findingAt('a.py', 99), findingAt('absent.py', 1), ...many]);
  expect(found.map(({ excerpt }) => excerpt !== undefined)).toEqual([
    ...[false, false],
    ...Array.from({ length: excerptLimits.findingsMax - 2 }, () => true),
    ...[false, false, false],
  ]);
});
