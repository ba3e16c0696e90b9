// Tests that a README's links and pictures lead only to its own version, to its headings, or openly out.
import { expect, test } from 'vitest';
import { linkTarget, picturePath } from '../../../../src/console/features/readme/data/readme-links.ts';
import { HeadingIds, headingId } from '../../../../src/console/parts/markdown/heading-ids.ts';

function shown(href: string, from = 'README.md'): string | undefined {
  const target = linkTarget(href, from);
  if (target.kind === 'none') return undefined;
  return `${target.kind} ${target.kind === 'out' ? target.href : target.kind === 'file' ? target.path : target.id}`;
}

test.each([
  ['https://example.com/a?b#c', 'out https://example.com/a?b#c'],
  ['HTTP://EXAMPLE.com', 'out http://example.com/'],
  ['mailto:a@example.com', 'out mailto:a@example.com'],
  ['manifest.py', 'file manifest.py'],
  ['./docs/a%20b.md#part', 'file docs/a b.md'],
  ['/docs/../manifest.py?raw', 'file manifest.py'],
  ['notes//a.md', 'file notes/a.md'],
  ['%252e%252e/a', 'file %2e%2e/a'],
  ['__proto__', 'file __proto__'],
  ['#Quick-start', 'heading readme-quick-start'],
  ['#__proto__', 'heading readme-__proto__'],
])('%s leads to %s', (href, expected) => {
  expect(shown(href)).toBe(expected);
});

test.each([
  'javascript:alert(1)',
  'JaVaScRiPt:alert(1)',
  'java\tscript:alert(1)',
  '\u0001javascript:alert(1)',
  'vbscript:x',
  'data:text/html,<script>alert(1)</script>',
  'file:///etc/passwd',
  'blob:https://example.com/a',
  'ftp://example.com',
  '//example.com/a',
  '/\\example.com',
  '\\\\example.com',
  '%5c%5cexample.com',
  'https://github.com@example.com/',
  'https://user:password@example.com/',
  'https://',
  '../manifest.py',
  'docs/../../a',
  '%2e%2e/a',
  'docs/%2e%2e%2f..%2fa',
  '..',
  '.',
  '',
  '#',
  '?a=b',
  '%',
  '%00',
  'a%0ab',
])('%j is text', (href) => {
  expect(shown(href)).toBeUndefined();
});

test.each([
  ['realtime.py#L2', 'L2'],
  ['realtime.py#L2-L9', 'L2'],
  ['realtime.py#part', undefined],
  ['realtime.py', undefined],
])('%s leads to the line %s', (href, line) => {
  expect(linkTarget(href, 'README.md')).toEqual({ kind: 'file', path: 'realtime.py', line });
});

test('links are relative to the README', () => {
  expect(shown('../a.md', 'docs/README.md')).toBe('file a.md');
  expect(shown('a.md', 'notes/README.md')).toBe('file notes/a.md');
  expect(shown('../../a.md', 'docs/README.md')).toBeUndefined();
});

test.each([
  ['docs/a.png', 'docs/a.png'],
  ['./a%20b.JPG?raw=true', 'a b.JPG'],
  ['/a.webp', 'a.webp'],
  ['docs/a.svg', undefined],
  ['https://example.com/a.png', undefined],
  ['//example.com/a.png', undefined],
  ['data:image/png;base64,AAAA', undefined],
  ['../a.png', undefined],
  ['docs/%2e%2e/%2e%2e/a.png', undefined],
  ['\\\\example.com\\a.png', undefined],
  ['#a.png', undefined],
])('the picture %s is read from %s', (src, expected) => {
  expect(picturePath(src, 'README.md')).toBe(expected);
});

test('headings have the IDs of GitHub, behind a prefix, and each only once', () => {
  const ids = new HeadingIds();
  expect(
    ['A b', 'A b', 'A b-1', 'A b', '!?', 'Ä_ö & 1.2', '__proto__', 'constructor'].map((text) => ids.next(text)),
  ).toEqual([
    'readme-a-b',
    'readme-a-b-1',
    'readme-a-b-1-1',
    'readme-a-b-2',
    'readme-',
    'readme-ä_ö--12',
    'readme-__proto__',
    'readme-constructor',
  ]);
  expect(headingId('x'.repeat(5000))).toHaveLength('readme-'.length + 100);
});
