// Tests that each test belongs to the short, the long or the weekly run.
import { globSync } from 'node:fs';
import { expect, test } from 'vitest';
import { leftOut, lengthTags } from '../../long-tests.ts';

test('each test file is part of a run, and a weekly file of no other', () => {
  const [short, long, weekly] = (['short', 'long', 'weekly'] as const).map((length) => {
    const excluded = new Set(leftOut(length));
    return globSync('test/**/*.test.ts').filter((path) => !excluded.has(path));
  });
  expect(new Set([...(short ?? []), ...(long ?? []), ...(weekly ?? [])])).toEqual(
    new Set(globSync('test/**/*.test.ts')),
  );
  const runsOf = (file: string) => [short, long, weekly].map((files) => files?.includes(file));
  expect(runsOf('test/scripts/syntax-positions.test.ts')).toEqual([false, false, true]);
  // Its long tests have a second tag.
  expect(runsOf('test/scripts/documents/commands.test.ts')).toEqual([true, true, false]);
});

test('tests of another run are skipped with the command that runs them', () => {
  const skipped = (length: 'short' | 'long' | 'weekly') =>
    lengthTags(length).flatMap(({ meta, name, skip }) => (skip ? [[name, meta]] : []));
  const weekly = ['weekly', { notRun: '`npm run test:weekly` runs them.' }];
  const long = ['long', { notRun: '`npm run test:long` runs them.' }];
  expect([skipped('short'), skipped('long'), skipped('weekly')]).toEqual([[long, weekly], [weekly], [long]]);
});
