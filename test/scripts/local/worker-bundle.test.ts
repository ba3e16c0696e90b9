// Tests which parts of wrangler.toml the local Worker gets on a single machine.
import { expect, test } from 'vitest';
import { workerBundle } from '../../../scripts/local/worker-bundle.ts';
import { quotaTable } from '../../../src/contract/limits/quotas.ts';

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
