// Tests that `slipway test` calls a plugin's examples in a batch too.
import { expect, test } from 'vitest';
import { checks, double } from './batching-plugins.ts';

test('examples are called one by one and then in one batch', async () => {
  const [code, all] = await checks({ methods: double });
  expect([code, all.slice(-2)]).toMatchObject([
    0,
    [
      { name: 'realtime', status: 'passed', detail: expect.stringMatching(/, 2 examples passed$/) },
      { name: 'batching', status: 'passed', detail: '2 examples passed in one batch' },
    ],
  ]);
  expect(all.at(-2)?.lines).toEqual(['batch of 1', 'batch of 1', 'batch of 2']);
});
