// Checks that what `slipway init` creates returns what it declares, in calls and batches.
import { expect, test } from 'vitest';
import { categories } from '../../../src/cli/init/categories.ts';
import { folderOf, slipway } from '../slipway.ts';

test.each(categories)('a new plugin for %s returns what it declares', async (category) => {
  const cwd = folderOf({});
  await slipway(['init', 'made', '--category', category], { cwd });
  const { code, stdout } = await slipway(['test', '--json', 'made', '--sample-data', 'made/tests/sample.json'], {
    cwd,
  });
  const { checks } = JSON.parse(stdout);
  expect([code, checks.map(({ name, status }: Record<string, string>) => `${name} ${status}`)]).toEqual([
    0,
    ['structure passed', 'schemas passed', 'pipeline passed', 'tests passed', 'realtime passed'],
  ]);
});
