// Tests every operation while the database is down.
import { expect, test } from 'vitest';
import { testApp } from '../../support/deps.ts';
import { world } from '../../support/scenes/authorization-world.ts';
import { askLosing } from '../../support/scenes/lost-database.ts';
import { adminAuthorization } from '../../support/scenes/organization.ts';
import { losingQueues } from '../../support/workers/losing-queues.ts';
import { addressOf, matrix } from '../access/authorization-matrix.ts';

// GET /metrics returns only the metrics that need no database (test/watching/metrics.test.ts).
const own = await world('mine', testApp({ queues: losingQueues().queues }).fetch);

test.each(Object.entries(matrix).filter(([operation]) => operation !== 'GET /metrics'))(
  'an operation without a database responds with Retry-After (%s)',
  async (operation, row) => {
    const { method, path } = addressOf(operation, row, own.ids);
    const authorization = row.scope === 'admin' ? adminAuthorization : `Bearer ${own.org.key}`;
    const { status, headers, body } = await askLosing(method, path, { authorization, lostAt: 1, sent: row.sent });
    const { error } = Object(body);
    const type = path.startsWith('/api/v1/') ? 'database_unavailable' : 'ServiceUnavailableError';
    expect([status, headers.get('retry-after'), error?.code ?? error?.type]).toEqual([503, '5', type]);
  },
);
