// Tests every operation with the database lost at each of its round trips.
// @module-tag weekly
import { expect, test } from 'vitest';
import type { Sent } from '../../support/client.ts';
import { testApp } from '../../support/deps.ts';
import { featureRows } from '../../support/feature-rows.ts';
import { type Ids, world } from '../../support/scenes/authorization-world.ts';
import { askLosing } from '../../support/scenes/lost-database.ts';
import { adminAuthorization } from '../../support/scenes/organization.ts';
import { losingQueues } from '../../support/workers/losing-queues.ts';
import { addressOf, matrix } from '../access/authorization-matrix.ts';

const own = await world('mine', testApp({ queues: losingQueues().queues }).fetch);

/** Their responses have already started: the connection is cut, and the next export resumes from there (docs/events.md). */
const streamed = ['GET /v1/events/export', ...featureRows.flatMap(({ streamed = [] }) => streamed)];
const operations = Object.entries(matrix).filter(([operation]) => !streamed.includes(operation));

let created = 0;

test.each(operations)('a database lost midway is not reported as an internal error: %s', async (operation, row) => {
  const authorization = row.scope === 'admin' ? adminAuthorization : `Bearer ${own.org.key}`;
  const answered: Record<string, unknown> = {};
  for (let lostAt = 2; ; lostAt++) {
    created += 1;
    const ready: { ids?: Ids; sent?: Sent } = (await row.ready?.(own, `made_${created}`)) ?? {};
    const { method, path } = addressOf(operation, row, { ...own.ids, ...ready.ids });
    const sent = ready.sent ?? row.sent;
    const { lost, status, headers } = await askLosing(method, path, { authorization, lostAt, sent });
    if (!lost) break;
    if (status >= 500) answered[`trip ${lostAt}`] = [status, headers.get('retry-after')];
  }
  expect(answered).toEqual(Object.fromEntries(Object.keys(answered).map((trip) => [trip, [503, '5']])));
});
