// Counts D1 round trips of requests about agent plugins with a cached key (design §9).
import { expect, test } from 'vitest';
import { type Budget, cost } from '../../../support/database/counting.ts';
import { agents, registered, registration } from '../scenes/agents.ts';

const budget: Budget[] = [
  [
    'register an agent plugin',
    1,
    async ({ org }) =>
      () =>
        org.post(agents, registration()),
  ],
  [
    'get an agent plugin',
    1,
    async ({ org }) => {
      const id = await registered({ org });
      return () => org.get(`${agents}/${id}`);
    },
  ],
  [
    'list agent plugins',
    1,
    async ({ org }) =>
      () =>
        org.get(agents),
  ],
  [
    'yank an agent plugin',
    2,
    async ({ org }) => {
      const id = await registered({ org });
      return () => org.del(`${agents}/${id}`);
    },
    204,
  ],
];

test.each(budget)(
  'a request takes its budgeted number of D1 round trips: %s: %d',
  async (_what, trips, ready, status = 200) => {
    expect(await cost(ready)).toEqual([[status], trips]);
  },
);
