// Counts each operation's D1 round trips with a cached key (design §9). The authorization matrix supplies the requests.
import { env } from 'cloudflare:workers';
import { expect, test } from 'vitest';
import { database } from '../../../src/db/client.ts';
import { clientOf } from '../../support/client.ts';
import { countedD1 } from '../../support/database/round-trips.ts';
import { clockAt, testApp } from '../../support/deps.ts';
import { mergedRows } from '../../support/feature-rows.ts';
import { world } from '../../support/scenes/authorization-world.ts';
import { adminAuthorization } from '../../support/scenes/organization.ts';
import { blockedQueues } from '../../support/workers/blocked-queues.ts';
import { addressOf, matrix, type Row } from '../access/authorization-matrix.ts';
import { statusOf } from '../access/authorization-rows.ts';

const counted = countedD1(env.DB);
const { queues, release } = blockedQueues();
const app = testApp({ db: database(counted.db), clock: clockAt(Date.now()), queues });
const own = await world('mine', app.fetch);
const operator = clientOf(adminAuthorization, app.fetch);

const noRow: Row = { scope: null, of: 'visible' };

async function measuredTrips(operation: string, number: number): Promise<number> {
  const row = matrix[operation] ?? noRow;
  const fresh = await row.ready?.(own, `made_${number}`);
  const { method, path } = addressOf(operation, row, { ...own.ids, ...fresh?.ids });
  const client = row.scope === 'admin' ? operator : own.org;
  await settled();
  const trips = await counted.during(async () => {
    const { status } = await client.send(method, path, fresh?.sent ?? row.sent);
    expect(status, operation).toBe(statusOf(row));
  });
  await settled();
  return trips;
}

/** Waits for work that continues after the response, so that its round trips don't count for the next request. */
async function settled(): Promise<void> {
  release();
  await app.settled();
}

const installing = 'looks up the name first and deploys or undeploys afterwards';
const deleting = "looks whether the plugin's grants ended with the version, which the answer does not wait for";

const ending = 'looks for versions to undeploy, which the answer does not wait for';

const exceptions: Record<string, [trips: number, reason: string]> = {
  'POST /v1/namespaces/{namespace_id}/plugins': [5, 'creates an upload and confirms it'],
  'POST /v1/namespaces/{namespace_id}/plugins/from-git': [
    3,
    'opens an upload, looks at the queue and reads its outcome',
  ],
  'POST /v1/plugins/from-git': [3, 'opens an upload, looks at the queue and reads its outcome'],
  'PUT /v1/admin/quarantines/{sha256}': [
    6,
    'finds the versions with the content, changes them, and looks where they are live',
  ],
  'GET /v1/namespaces/{namespace_id}/deployments/{deployment_id}/events': [2, 'checks the deployment, then polls'],
  'GET /v1/attention': [2, 'reads needs and dismissals at the same time'],
  'GET /v1/usage/history': [3, 'reads the budget, then the months and groups'],
  'GET /v1/events/export': [2, 'reads block by block'],
  'GET /v1/namespaces/{namespace_id}/plugins/by-name/{slug}/openapi.json': [
    2,
    'finds that nothing serves the name, then looks for the reason, as a call does',
  ],
  'DELETE /v1/namespaces/{namespace_identifier}': [
    4,
    'looks what it demands, and starts to empty the namespace, which the answer does not wait for',
  ],
  'DELETE /v1/namespaces/{namespace_id}/plugins/{plugin_id}': [3, deleting],
  'DELETE /v1/plugins/{plugin_id}': [3, deleting],
  'POST /v1/namespaces/{namespace_id}/releases/{release_id}/revert': [3, ending],
  'POST /v1/namespaces/{namespace_id}/releases/{release_id}/cancel': [3, ending],
  'DELETE /api/plugins/{name}': [4, installing],
  'POST /api/plugins': [3, installing],
  'PUT /api/plugins/{name}': [4, installing],
  'DELETE /api/storage-plugins/{name}': [4, installing],
  'POST /api/storage-plugins': [3, installing],
  'PUT /api/storage-plugins/{name}': [4, installing],
  ...mergedRows(({ roundTrips }) => roundTrips),
};

function tripBudget(operation: string): number {
  const usual = operation.startsWith('GET ') ? 1 : operation.endsWith('/confirm') ? 3 : 2;
  return exceptions[operation]?.[0] ?? usual;
}

test('every operation stays within its round-trip budget', async () => {
  const over: string[] = [];
  for (const [number, operation] of Object.keys(matrix).entries()) {
    const trips = await measuredTrips(operation, number);
    if (trips > tripBudget(operation)) over.push(`${operation}: ${trips} round trips`);
  }
  expect(over).toEqual([]);
});
