// Counts the D1 round trips of every operation with a cached key (design §9), its other requests (to R2, queues and builders), and the rows of
// all that it does. Compares them with the table of docs/round-trips.md, which it writes with `-u`. With `SLIPWAY_MEASURE=1` it measures
// processor time, too. The requests are those of the authorization matrix.
import { env } from 'cloudflare:workers';
import { expect, inject, test } from 'vitest';
import documented from '../../../docs/round-trips.md?raw';
import { database } from '../../../src/db/client.ts';
import { clientOf } from '../../support/client.ts';
import { countedRows, countRows, noRows } from '../../support/database/d1-rows.ts';
import { countedD1 } from '../../support/database/round-trips.ts';
import { clockAt, testApp } from '../../support/deps.ts';
import { world } from '../../support/scenes/authorization-world.ts';
import { adminAuthorization } from '../../support/scenes/organization.ts';
import { blockedQueues } from '../../support/workers/blocked-queues.ts';
import { counted as countedCalls } from '../../support/workers/counted-deps.ts';
import { addressOf, matrix, type Row } from '../access/authorization-matrix.ts';
import { isUnavailable, statusOf } from '../access/authorization-rows.ts';

countRows(env.DB);
const counted = countedD1(env.DB);
const others = { requests: 0 };
const isOther = <Binding extends object>(binding: Binding) =>
  countedCalls(binding, () => {
    others.requests += 1;
  });
const { queues, release } = blockedQueues();
const app = testApp({
  db: database(counted.db),
  clock: clockAt(Date.now()),
  queues: {
    scans: isOther(queues.scans),
    deployments: isOther(queues.deployments),
    deliveries: isOther(queues.deliveries),
    runs: isOther(queues.runs),
    calls: isOther(queues.calls),
    lowCalls: isOther(queues.lowCalls),
    artifacts: isOther(queues.artifacts),
  },
  blobs: isOther(env.ARCHIVES),
  builder: isOther(testApp().deps.builder),
});
const own = await world('mine', app.fetch);
const operator = clientOf(adminAuthorization, app.fetch);

const noRow: Row = { scope: null, of: 'visible' };

interface Cost {
  trips: number;
  others: number;
  /** Rows of D1, also of what goes on behind the answer. */
  read: number;
  written: number;
  /** Processor time as it was measured last, of workerd with its database and store. */
  ms: string;
}

async function measured(operation: string, number: number): Promise<Cost> {
  const row = matrix[operation] ?? noRow;
  const fresh = await row.ready?.(own, `made_${number}`);
  const { method, path } = addressOf(operation, row, { ...own.ids, ...fresh?.ids });
  const client = row.scope === 'admin' ? operator : own.org;
  await settled();
  others.requests = 0;
  const rows = noRows();
  const before = await processorMs();
  const trips = await counted.during(() =>
    countedRows(rows, async () => {
      const { status } = await client.send(method, path, fresh?.sent ?? row.sent);
      expect(status, operation).toBe(statusOf(row));
    }),
  );
  const requests = others.requests;
  await settled();
  const ms = before === undefined ? timeOf(operation) : String(Math.ceil(((await processorMs()) ?? 0) - before));
  return { trips, others: requests, read: readUpTo(operation, rows.read), written: rows.written, ms };
}

/** Rounds up, with some room: the database chooses how it reads. A number that is documented stays while it is true and close. */
function readUpTo(operation: string, rows: number): number {
  const measured = Math.ceil((rows * 1.1) / 10) * 10;
  const documentedRows = Number(rowAbout(operation)?.split(' | ')[3]);
  return rows <= documentedRows && Math.abs(documentedRows - measured) <= 10 ? documentedRows : measured;
}

const processorTime = inject('processorTime');

/** Undefined if it isn't measured. */
async function processorMs(): Promise<number | undefined> {
  return processorTime === '' ? undefined : Number(await (await fetch(processorTime)).text());
}

/** Waits for work after the response, so that it is not counted for the next request. */
async function settled(): Promise<void> {
  release();
  await app.settled();
}

/** docs/round-trips.md says why these take more. */
const exceptions: Record<string, number> = {
  'GET /v1/organization/export': 88, // each table, for each that has rows of it
  'POST /v1/namespaces/{namespace_id}/plugins': 5,
  'POST /v1/namespaces/{namespace_id}/plugins/from-git': 3,
  'POST /v1/plugins/from-git': 3,
  'GET /v1/namespaces/{namespace_id}/deployments/{deployment_id}/events': 2,
  'GET /v1/events/export': 2,
  'POST /v1/namespaces/{namespace_id}/plugins/reconfigure': 3,
  'DELETE /v1/namespaces/{namespace_identifier}': 3,
  'DELETE /v1/namespaces/{namespace_id}/plugins/{plugin_id}': 3,
  'DELETE /v1/plugins/{plugin_id}': 3,
  'DELETE /api/plugins/{name}': 4,
  'POST /api/plugins': 3,
  'PUT /api/plugins/{name}': 4,
  'DELETE /api/storage-plugins/{name}': 4,
  'POST /api/storage-plugins': 3,
  'PUT /api/storage-plugins/{name}': 4,
};

function budgetOf(operation: string): number {
  const usual = operation.startsWith('GET ') ? 1 : operation.endsWith('/confirm') ? 3 : 2;
  return exceptions[operation] ?? usual;
}

const [prose = '', tableOfTrips = ''] = documented.split(/(?<=^\|(?:---\|)+\n)/m);

const pathOf = (operation: string) => operation.slice(operation.indexOf('/'));
const rowOf = (operation: string, { trips, others, read, written, ms }: Cost) =>
  `| \`${operation}\` | ${trips} | ${others} | ${read} | ${written} | ${ms} |`;

/** The document with the measured numbers. An operation whose programs this machine lacks keeps its number. */
function documentWith(costs: Readonly<Record<string, Cost>>): string {
  const byPath = Object.entries(costs).toSorted(([a], [b]) => pathOf(a).localeCompare(pathOf(b), 'en'));
  const rows = byPath.map(([operation, cost]) => {
    const kept = isUnavailable(matrix[operation] ?? noRow) ? rowAbout(operation) : undefined;
    return kept ?? rowOf(operation, cost);
  });
  return `${prose}${rows.join('\n')}\n`;
}

function rowAbout(operation: string): string | undefined {
  return tableOfTrips.split('\n').find((row) => row.startsWith(`| \`${operation}\` `));
}

function timeOf(operation: string): string {
  return rowAbout(operation)?.split(' | ').at(-1)?.replace(' |', '') ?? '';
}

// Promised in docs/round-trips.md: counts them and writes this table
test('every operation takes as many round trips as documented, and stays within its budget', async () => {
  const costs: Record<string, Cost> = {};
  for (const [number, operation] of Object.keys(matrix).entries()) costs[operation] = await measured(operation, number);
  expect(Object.entries(costs).filter(([operation, { trips }]) => trips > budgetOf(operation))).toEqual([]);
  await expect(documentWith(costs)).toMatchFileSnapshot('../../../docs/round-trips.md');
});
