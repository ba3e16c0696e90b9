// Tests many budgets at once, clocks that differ, repeated reports, spent storage, and usage at the operator's prices.
import { env } from 'cloudflare:workers';
import { describe, expect, test } from 'vitest';
import type { AwakeInstance } from '../../src/contract/builder/machine/reports.ts';
import { database } from '../../src/db/client.ts';
import { budgets, usageMonths } from '../../src/db/schema/budgets.ts';
import { sweepBudgets } from '../../src/organizations/budget-check.ts';
import { emptyDeletedNamespaces } from '../../src/retirement/removal.ts';
import { countAwakeTime, sweepUsage } from '../../src/traffic/usage.ts';
import { clientOf } from '../support/client.ts';
import { meteredD1 } from '../support/database/metered-d1.ts';
import { clockAt, testApp } from '../support/deps.ts';
import { plugin } from '../support/plugins/plugin.ts';
import { confirm, openUpload, putArchive } from '../support/plugins/publish.ts';
import { namespaceIn, organization } from '../support/scenes/organization.ts';
import { type Budgeted, budgeted, minute, reached, reporting } from './budgeted.ts';

const hour = 60 * minute;

async function spent({ org }: Budgeted, path = '/v1/budget') {
  const { usage } = Object((await org.get(path)).body);
  return { calls: usage.calls.spent, seconds: usage.instance_seconds.spent };
}

test('calls count for their organization and namespace, exactly, whichever worker counted them', async () => {
  const app = await budgeted();
  const other = testApp({ clock: app.clock }, { countCallsMs: 1 });
  const second = { ...clientOf(`Bearer ${app.org.key}`, other.fetch) };
  const calls = Array.from({ length: 10 }, (_, n) =>
    n % 2 === 0 ? app.call() : second.post(`${app.org.plugins}/by-name/hello_ext/realtime`, { inputs: {} }),
  );
  expect((await Promise.all(calls)).map(({ status }) => status)).toEqual(Array.from({ length: 10 }, () => 200));
  await Promise.all([app.settled(), other.settled()]);
  expect(await spent(app)).toMatchObject({ calls: 10 });
  expect(await spent(app, `/v1/namespaces/${app.org.namespaceId}/budget`)).toMatchObject({ calls: 10 });
});

test("a sweep in which all budgets reach their thresholds stays within D1's limits, and the next ones continue", async () => {
  const { clock, deps, org } = await budgeted();
  const all = Array.from({ length: 60 }, (_, checkedAt): typeof budgets.$inferInsert => {
    const limits = { instanceSeconds: 0, calls: 0, storedBytes: 0, onExceeded: 'warn' } as const;
    return { organizationId: org.id, scope: deps.ids('namespace'), setBy: 'organization', checkedAt, ...limits };
  });
  for (const budget of all) await deps.db.insert(budgets).values(budget);
  const metered = meteredD1(env.DB);
  const due = async () => (await deps.db.select().from(budgets)).filter(({ checkedAt }) => checkedAt < all.length);
  for (let left = all.length; left > 0; left = (await due()).length) {
    const before = metered.total().statements;
    await sweepBudgets({ ...deps, db: database(metered.db), clock });
    expect(metered.total().statements - before).toBeLessThan(250);
    expect((await due()).length).toBeLessThan(left);
  }
});

test('a worker whose clock is behind does not begin the previous month again', async () => {
  const app = await budgeted('2026-11-30T23:50:00Z');
  const budget = { instance_seconds: 10 };
  await app.org.put('/v1/budget', budget);
  await app.spendSeconds(5);
  app.clock.advance(10 * minute);
  await app.check();
  const behind = testApp({ clock: clockAt(Date.parse('2026-11-30T23:59:59Z')) });
  await clientOf(`Bearer ${app.org.key}`, behind.fetch).put('/v1/budget', budget);
  expect(await reached(app)).toEqual(['instance_seconds 50']);
});

describe("a namespace's stored bytes that are spent", () => {
  async function spentBytes(app: Budgeted): Promise<void> {
    const path = `/v1/namespaces/${app.org.namespaceId}/budget`;
    await app.org.put(path, { stored_bytes: 1, on_exceeded: 'refuse' });
  }

  const refused = { status: 403, body: { error: { details: { resource: 'stored_bytes', limit: 1 } } } };

  test('they refuse an upload that was requested before, until the budget is raised', async () => {
    const app = await budgeted();
    const { zip } = plugin({ version: '1.1.0' });
    const upload = await openUpload(app.org, { name: 'hello_ext', version: '1.1.0' });
    await putArchive(upload, zip, app.fetch);
    await spentBytes(app);
    expect(await confirm(app.org, upload)).toMatchObject(refused);
    await app.org.put(`/v1/namespaces/${app.org.namespaceId}/budget`, {});
    expect((await confirm(app.org, upload)).status).toBe(200);
  });
});

test('time awake is counted once, split at the end of the month, and survives repeated and overlapping reports', async () => {
  const app = await budgeted('2026-12-01T00:10:00Z');
  const stay = { id: app.deploymentId, started_at: 7, awake_ms: hour, ended_ms_ago: null };
  const count = (stay: AwakeInstance) => countAwakeTime(app.deps, { awake: reporting([stay]) }, 0);
  await Promise.all([count(stay), count(stay)]);
  await count({ ...stay, id: `${app.deploymentId}-2`, started_at: 8, awake_ms: 5 * minute });
  app.clock.advance(5 * minute);
  await count({ ...stay, awake_ms: hour + 5 * minute });
  await count(stay);
  await count({ ...stay, awake_ms: hour + 6 * minute, ended_ms_ago: 0 });
  const monthly = async (month: string) =>
    Object((await app.org.get(`/v1/usage?month=${month}`)).body).total.instance_seconds;
  expect([await monthly('2026-11'), await monthly('2026-12')]).toEqual([50 * 60, (10 + 5 + 6) * 60]);
});

test('usage is kept for 13 months, and a deleted namespace loses its budget', async () => {
  const app = await budgeted('2026-01-15T12:00:00Z');
  await app.spendSeconds(10);
  const staging = await namespaceIn(app.org, 'staging');
  await app.org.put(`/v1/namespaces/${staging}/budget`, { calls: 1 });
  await app.org.send('DELETE', '/v1/namespaces/staging');
  await emptyDeletedNamespaces(app.deps);
  const found = await app.deps.db.select({ scope: budgets.scope }).from(budgets);
  expect(found).not.toContainEqual({ scope: staging });
  const months = async () => {
    await sweepUsage(app.deps);
    const rows = await app.deps.db.select().from(usageMonths);
    return rows.filter(({ organizationId }) => organizationId === app.org.id).map(({ month }) => month);
  };
  app.clock.advance(Date.parse('2027-01-31T23:00:00Z') - app.clock.now());
  expect(await months()).toEqual(['2026-01']);
  app.clock.advance(2 * hour);
  expect(await months()).toEqual([]);
});

test('the refusal ends with its month, without a sweep', async () => {
  const app = await budgeted('2026-11-30T23:50:00Z');
  await app.org.put('/v1/budget', { calls: 1, on_exceeded: 'refuse' });
  await app.call();
  await app.check();
  await app.deps.builder.stop(app.deploymentId);
  expect((await app.call()).status).toBe(403);
  app.clock.advance(10 * minute);
  expect((await app.call()).status).toBe(200);
  expect((await app.org.get('/v1/budget')).body).toMatchObject({ month: '2026-12', refusing: false });
  expect((await app.org.get('/v1/usage?month=2026-11')).body).toMatchObject({ total: { calls: expect.any(Number) } });
});

test('stored bytes that are spent refuse uploads', async () => {
  const app = await budgeted();
  const upload = () => app.org.post(`${app.org.plugins}/uploads`, { name: 'more_ext', file_size_bytes: 1000 });
  const wanted = async () => (await upload()).status;
  await app.org.put('/v1/budget', { stored_bytes: 10, on_exceeded: 'refuse' });
  expect(await wanted()).toBe(403);
  await app.org.put('/v1/budget', {});
  await app.org.put(`/v1/namespaces/${app.org.namespaceId}/budget`, {
    instance_seconds: 0,
    stored_bytes: 10,
    on_exceeded: 'refuse',
  });
  expect(await upload()).toMatchObject({ status: 403, body: { error: { details: { resource: 'stored_bytes' } } } });
  expect((await app.call()).status).toBe(200);
  await app.org.put(`/v1/namespaces/${app.org.namespaceId}/budget`, {});
  expect(await wanted()).toBe(200);
});

test('usage lists what costs most first, with its cost at the operator’s prices', async () => {
  const app = await budgeted();
  const prices = { currency: 'EUR', per_million_calls: 1_000_000, per_instance_hour: 3600, per_gb_month: 0 };
  await app.call();
  await app.spendSeconds(20);
  const priced = testApp({ clock: app.clock, prices });
  const { body } = await clientOf(`Bearer ${app.org.key}`, priced.fetch).get('/v1/usage');
  expect(body).toMatchObject({
    month: '2026-11',
    currency: 'EUR',
    total: { calls: 1, instance_seconds: 20, cost: 21 },
    by_plugin: [{ namespace_name: 'default', plugin_name: 'hello_ext', calls: 1, instance_seconds: 20, cost: 21 }],
  });
  expect((await app.org.get('/v1/usage')).body).toMatchObject({ currency: null, by_plugin: [{ cost: null }] });
  const other = await organization({ fetch: app.fetch });
  expect((await other.get('/v1/usage')).body).toMatchObject({ total: { calls: 0 }, by_plugin: [] });
});
