// Tests which parts of wrangler.toml the local Worker gets on a single machine, and the folder of bundles, which several starts share.
import { readdirSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { removeOldBundles, workerBundle } from '../../../scripts/local/worker-bundle.ts';
import { quotaTable } from '../../../src/contract/limits/quotas.ts';
import { folderOf } from '../../cli/slipway.ts';

test('a queue for later calls has free workers while an organization runs its maximum number of calls', async () => {
  const { consumers } = await workerBundle();
  const { fallback } = quotaTable.parallel_later_calls;
  for (const queue of ['slipway-calls', 'slipway-calls-low'])
    expect(consumers[queue]?.concurrency, queue).toBeGreaterThan(2 * fallback);
});

test('a bundle contains no path on the machine that built it', async () => {
  const { assets, wasm } = await workerBundle();
  expect(assets.directory).toBe('public');
  expect(Object.values(wasm).filter((path) => !path.startsWith('node_modules/'))).toEqual([]);
});

test('a bundle that another start is removing does not stop this one', async () => {
  const folder = folderOf(Object.fromEntries(['1', '2', '3', '4', '5'].map((name) => [`worker-${name}.json`, ''])));
  symlinkSync('/nowhere', join(folder, 'worker-removed.json'));
  await removeOldBundles(folder);
  expect(readdirSync(folder).filter((name) => /\d/.test(name)).length).toBe(4);
});
