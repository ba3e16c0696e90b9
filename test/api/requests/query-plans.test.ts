// Every test file ends with a check of its query plans (test/support/database/query-plans.ts). This test shows that the check finds
// scans and covers every step of the sweep.
import { env } from 'cloudflare:workers';
import { expect, test } from 'vitest';
import { database } from '../../../src/db/client.ts';
import { events } from '../../../src/db/schema/events.ts';
import { optimizeDatabase } from '../../../src/registry/storage/optimize.ts';
import { sweepSteps } from '../../../src/sweep.ts';
import { collectingD1, unexpectedScans, wasCollected } from '../../support/database/query-plans.ts';
import { testApp } from '../../support/deps.ts';
import { organization } from '../../support/scenes/organization.ts';
import { losingQueues } from '../../support/workers/losing-queues.ts';

const scan = { plan: 'SCAN events', sql: expect.stringContaining('from "events"') };

test('the sweep scans no growing table', async () => {
  const { deps } = testApp({ queues: losingQueues().queues });
  for (const step of sweepSteps) await step(deps);
  expect(await unexpectedScans()).toEqual([]);
});

test('events by type prefix and keys by status are read through an index', async () => {
  const { fetch } = testApp();
  const org = await organization({ name: 'filtering', fetch });
  const filters = ['/v1/events?type=waiver.', '/v1/events?type=version.published', '/v1/keys?status=active'];
  for (const path of filters) expect((await org.get(path)).status, path).toBe(200);
  expect(await unexpectedScans()).toEqual([]);
});

test("a scan is found once, regardless of the database's statistics", async () => {
  await organization({ name: 'measured', fetch: testApp().fetch });
  await env.DB.prepare('analyze').run();
  await database(collectingD1(env.DB)).select().from(events);
  expect(await unexpectedScans()).toEqual([scan]);
  await database(collectingD1(env.DB)).select().from(events);
  expect(await unexpectedScans()).toEqual([]);
});

test('a scan is found in a session', async () => {
  const session = collectingD1(env.DB).withSession('first-primary');
  await session.prepare('select data from "events"').all();
  expect(await unexpectedScans()).toEqual([scan]);
});

test("Slipway's statements are collected, even through a test's own database, and the test's own statements are not", async () => {
  const { deps } = testApp({ db: database(env.DB) });
  await deps.db.select({ data: events.data, seq: events.seq }).from(events);
  expect(await unexpectedScans()).toEqual([]);
  await optimizeDatabase(deps);
  expect(wasCollected('from "store_sweeps"')).toBe(true);
});
