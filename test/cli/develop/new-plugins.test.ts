// Tests that plugins created by `slipway init` return what they declare, in calls and batches, and that a Go plugin of each kind runs.
// @module-tag long
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { categories } from '../../../src/cli/plugins/categories.ts';
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

test('a new function passes every check, and answers each row of a file', async () => {
  const cwd = folderOf({ 'rows.json': '[{"data": "One text."}, {"data": null}]' });
  await slipway(['init', 'made'], { cwd });
  const { code, stdout } = await slipway(['test', '--json', 'made', '--sample-data', 'rows.json'], { cwd });
  const { checks } = JSON.parse(stdout);
  expect([code, checks.map(({ name, status }: Record<string, string>) => `${name} ${status}`)]).toEqual([
    0,
    ['structure passed', 'schemas passed', 'pipeline passed', 'tests passed', 'realtime passed'],
  ]);
  expect(checks[2].detail).toMatch(/; 2 rows produced words, size/);
});

test('a new function with batches passes every check, and answers each row of a file', async () => {
  const cwd = folderOf({ 'rows.json': '[{"data": "One text."}, {"data": null}]' });
  await slipway(['init', 'made', '--batching'], { cwd });
  const { code, stdout } = await slipway(['test', '--json', 'made', '--sample-data', 'rows.json'], { cwd });
  const { checks } = JSON.parse(stdout);
  expect([code, checks.map(({ name, status }: Record<string, string>) => `${name} ${status}`)]).toEqual([
    0,
    ['structure passed', 'schemas passed', 'pipeline passed', 'tests passed', 'realtime passed', 'batching passed'],
  ]);
});

/** The first build on a machine compiles Go's standard library. */
const firstBuildMs = 900_000;

// test.test.ts covers the pipeline kind.
test('a new storage plugin compiles and starts, and its kind is detected', {
  tags: ['go'],
  timeout: firstBuildMs,
}, async () => {
  const cwd = folderOf({});
  const env = { BUILDER_GO_CACHE: fileURLToPath(import.meta.resolve('../../../dist/go/cache')) };
  await slipway(['init', 'made', '--kind', 'storage'], { cwd });
  const { code, stdout } = await slipway(['test', 'made'], { cwd, env });
  expect([code, stdout]).toEqual([
    0,
    expect.stringMatching(/✓ realtime {3}a storage plugin, loaded in .*\n✓ made passed\n$/),
  ]);
});
