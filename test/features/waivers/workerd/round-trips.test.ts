// Counts D1 round trips of requests about waivers with a cached key (design §9).
import { expect, test } from 'vitest';
import { type Budget, cost } from '../../../support/database/counting.ts';
import { waiverFields, waiverOf } from '../scenes/waivers.ts';

const budget: Budget[] = [
  [
    'waive a rule',
    1,
    async ({ org }) =>
      () =>
        org.post('/v1/waivers', waiverFields()),
  ],
  [
    'revoke a waiver',
    1,
    async ({ org }) => {
      const id = await waiverOf(org);
      return () => org.del(`/v1/waivers/${id}`);
    },
  ],
];

test.each(budget)('the round trips of a request about waivers: %s: %d', async (_what, trips, ready, status = 200) => {
  expect(await cost(ready)).toEqual([[status], trips]);
});
