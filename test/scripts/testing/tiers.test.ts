// Tests that each test belongs to a tier, which one command runs.
import { globSync } from 'node:fs';
import { expect, test } from 'vitest';
import { leftOut, type Tier, tierTags } from '../../../scripts/testing/tiers.ts';

const all = globSync('test/**/*.test.ts');

function filesOf(tier: Tier | undefined): string[] {
  const excluded = new Set(leftOut(tier));
  return all.filter((path) => !excluded.has(path));
}

test('each test file is in a tier, and `test:all` runs what is quick or extended', () => {
  const [quick, extended] = [filesOf('quick'), filesOf('extended')];
  expect([...quick, ...extended].sort()).toEqual(filesOf(undefined).sort());
  expect(new Set([...quick, ...extended, ...filesOf('long'), ...filesOf('weekly')])).toEqual(new Set(all));
});

test.each([
  ['test/scripts/summary.test.ts', ['quick']],
  ['test/builder/builds/go-layouts.extended.test.ts', ['extended']],
  ['test/e2e/standby/takeover.test.ts', ['long']],
  ['test/scripts/syntax-positions.test.ts', ['weekly']],
  ['test/cli/develop/test.test.ts', ['quick', 'long']],
  // Its long tests have a second tag.
  ['test/scripts/documents/commands.extended.test.ts', ['extended', 'long']],
])('%s is %j', (path, expected) => {
  const tiers: Tier[] = ['quick', 'extended', 'long', 'weekly'];
  expect(tiers.filter((tier) => filesOf(tier).includes(path))).toEqual(expected);
});

test('tests of another run are skipped with the command that runs them', () => {
  const skipped = (tier: Tier) => tierTags(tier).flatMap(({ meta, name, skip }) => (skip ? [[name, meta]] : []));
  const weekly = ['weekly', { notRun: '`npm run test:weekly` runs them.' }];
  const long = ['long', { notRun: '`npm run test:long` runs them.' }];
  expect([skipped('quick'), skipped('long'), skipped('weekly')]).toEqual([[long, weekly], [weekly], [long]]);
});
