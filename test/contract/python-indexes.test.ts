// Tests how name patterns select the only index for a package.
import { expect, test } from 'vitest';
import { indexFor, indexSource, indexUrl, normalizePattern } from '../../src/contract/builder/python-indexes.ts';

test.each([
  ['Acme_OCR', 'acme-ocr'],
  [' acme-* ', 'acme-*'],
  ['acme*', 'acme*'],
  ['Acme.*', 'acme-*'],
  ['*', '*'],
  ['a', 'a'],
  ['', undefined],
  ['-acme', undefined],
  ['acme-', undefined],
  ['*acme', undefined],
  ['acme-*-core', undefined],
  ['acme**', undefined],
  ['acme ocr', undefined],
  ['acme/ocr', undefined],
])('the pattern %j is stored as %j', (text, stored) => {
  expect(normalizePattern(text)).toBe(stored);
});

test('a package belongs to the index with the most exact pattern, and to no index if no pattern matches', () => {
  const indexes = [
    { id: 'all of acme', packages: ['acme-*'] },
    { id: 'ocr', packages: ['acme-ocr', 'acme-ocr-*'] },
    { id: 'later', packages: ['acme-*', 'acme-text'] },
  ];
  const found = (name: string) => indexFor(indexes, name)?.id;
  expect(['acme-audio', 'acme-ocr', 'acme-ocr-core', 'acme-ocrx', 'acme-text'].map(found)).toEqual([
    ...['all of acme', 'ocr', 'ocr', 'all of acme', 'later'],
  ]);
  expect(['acme', 'acmeocr', 'numpy', 'not-acme-ocr'].map(found)).toEqual(Array(4).fill(undefined));
});

test('an index URL and the source name used in commands can be converted to each other', () => {
  const place = { host: 'pypi.example.com', path: 'team/simple' };
  expect(indexUrl(place)).toBe('https://pypi.example.com/team/simple/');
  expect(indexUrl({ host: '127.0.0.1:8080', path: 'simple' })).toBe('http://127.0.0.1:8080/simple/');
  expect(indexSource(indexUrl(place))).toBe('pypi.example.com/team/simple');
});
