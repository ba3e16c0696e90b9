// Tests monthly budgets over HTTP: their events, what a spent one refuses and what continues, and that nothing stays refused too long.
import { env } from 'cloudflare:workers';
import { describe, expect, test } from 'vitest';
import type { AwakeInstance } from '../../src/contract/builder/reports.ts';
import { database } from '../../src/db/client.ts';
import { budgets, usageMonths } from '../../src/db/schema/budgets.ts';
import { sweepBudgets } from '../../src/organizations/budget-check.ts';
import { advanceDeployment } from '../../src/pipeline.ts';
import { emptyDeletedNamespaces } from '../../src/retirement/removal.ts';
import { countAwakeTime, sweepUsage } from '../../src/traffic/usage.ts';
import { clientOf } from '../support/client.ts';
import { meteredD1 } from '../support/database/metered-d1.ts';
import { clockAt, type TestApp, testApp } from '../support/deps.ts';
import { eventsOf } from '../support/events.ts';
import { plugin } from '../support/plugins/plugin.ts';
import { confirm, openUpload, publish, putArchive } from '../support/plugins/publish.ts';
import {
  adminAuthorization,
  clientWithKey,
  namespaceIn,
  type Organization,
  organization,
} from '../support/scenes/organization.ts';
import { stage } from '../support/scenes/staged.ts';
import { losingQueues } from '../support/workers/losing-queues.ts';

const minute = 60_000;
const hour = 60 * minute;

interface Budgeted extends TestApp {
  org: Organization;
  clock: ReturnType<typeof clockAt>;
  deploymentId: string;
  call(): Promise<{ status: number; body: unknown }>;
  /** Counts time that the plugin's instance was awake, and compares the budgets. */
  spendSeconds(seconds: number): Promise<void>;
  /** Writes what calls counted, and compares the budgets. */
  check(): Promise<void>;
}

let stays = 0;

/** An organization with a live plugin, whose calls are written at once. */
async function budgeted(at = '2026-11-10T12:00:00Z'): Promise<Budgeted> {
  const clock = clockAt(Date.parse(at));
  const app = testApp({ clock, queues: losingQueues().queues }, { countCallsMs: 1 });
  const org = await organization({ fetch: app.fetch });
  const { plugin_id } = await publish(org, plugin({ realtime: true }));
  const deployed = await org.post(`${org.plugins}/${plugin_id}/deploy`);
  const deploymentId = String(Object(deployed.body).deployment_id);
  await advanceDeployment(app.deps, Object(deployed.body).deployment_id);
  const check = async () => {
    await app.settled();
    clock.advance(2 * minute);
    await sweepBudgets(app.deps);
  };
  return {
    ...app,
    clock,
    org,
    deploymentId,
    check,
    call: () => org.post(`${org.plugins}/by-name/hello_ext/realtime`, { inputs: {} }),
    spendSeconds: async (seconds) => {
      const stay = { id: deploymentId, started_at: stays++, awake_ms: seconds * 1000, ended_ms_ago: 0 };
      await countAwakeTime(app.deps, { awake: reporting([stay]) }, 0);
      await check();
    },
  };
}

function reporting(stays: AwakeInstance[]) {
  return async ({ counted }: { counted: AwakeInstance[] }) => (counted.length > 0 ? [] : stays);
}

const limits = { instance_seconds: null, calls: null, stored_bytes: null };

async function reached({ org }: Budgeted) {
  const found = (await eventsOf(org)).filter(({ type }) => type === 'budget.reached');
  return found.map(({ data }) => `${data.resource} ${data.percent}`);
}

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

test('each threshold is an event once, and a raised budget can reach it again', async () => {
  const app = await budgeted();
  await app.org.put('/v1/budget', { instance_seconds: 100 });
  await app.spendSeconds(49);
  expect(await reached(app)).toEqual([]);
  await app.spendSeconds(1);
  await app.check();
  expect(await reached(app)).toEqual(['instance_seconds 50']);
  await app.spendSeconds(50);
  await Promise.all([app.check(), app.check()]);
  expect(await reached(app)).toEqual(['instance_seconds 50', 'instance_seconds 80', 'instance_seconds 100']);
  await app.org.put('/v1/budget', { instance_seconds: 150 });
  await app.spendSeconds(20);
  expect((await reached(app)).slice(3)).toEqual(['instance_seconds 80']);
  expect((await app.org.get('/v1/budget')).body).toMatchObject({
    limits: { ...limits, instance_seconds: 150, on_exceeded: 'warn' },
    usage: { instance_seconds: { spent: 120, limit: 150, percent: 80 } },
    refusing: false,
  });
});

test('a spent budget refuses new instances and deployments; an awake instance answers; a higher one lifts it', async () => {
  const app = await budgeted();
  await app.org.put('/v1/budget', { instance_seconds: 10, on_exceeded: 'refuse' });
  await app.spendSeconds(9);
  expect((await app.call()).status).toBe(200);
  await app.spendSeconds(1);
  expect((await app.call()).status).toBe(200);
  await app.deps.builder.stop(app.deploymentId);
  const refused = {
    error: { type: 'BudgetExceededError', details: { resource: 'instance_seconds', limit: 10, month: '2026-11' } },
  };
  expect(await app.call()).toMatchObject({ status: 403, body: refused });
  await publish(app.org, plugin({ version: '1.1.0', realtime: true }));
  const deploy = () => app.org.post(`${app.org.plugins}/hello_ext_1_1_0/deploy`);
  expect(await deploy()).toMatchObject({ status: 403, body: refused });
  await app.org.put('/v1/budget', { instance_seconds: 11, on_exceeded: 'refuse' });
  expect((await app.call()).status).toBe(200);
  expect((await deploy()).status).toBe(200);
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

test.each(['removed', 'changed to warn'])('a budget that is %s refuses nothing at once', async (how) => {
  const app = await budgeted();
  await app.org.put('/v1/budget', { calls: 0, on_exceeded: 'refuse' });
  await app.deps.builder.stop(app.deploymentId);
  expect((await app.call()).status).toBe(403);
  await app.org.put('/v1/budget', how === 'removed' ? {} : { calls: 0, on_exceeded: 'warn' });
  expect((await app.call()).status).toBe(200);
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

test("a namespace's budget refuses only there, and another organization doesn't see it", async () => {
  const app = await budgeted();
  const staging = await namespaceIn(app.org, 'staging');
  const path = `/v1/namespaces/${staging}/budget`;
  await app.org.put(path, { calls: 0, on_exceeded: 'refuse' });
  await app.deps.builder.stop(app.deploymentId);
  expect((await app.call()).status).toBe(200);
  await publish({ ...app.org, plugins: `/v1/namespaces/${staging}/plugins` }, plugin({ realtime: true }));
  expect((await app.org.post(`/v1/namespaces/${staging}/plugins/hello_ext_1_0_0/deploy`)).status).toBe(403);
  const other = await organization({ fetch: app.fetch });
  expect([(await other.get(path)).status, (await other.put(path, { calls: 1 })).status]).toEqual([404, 404]);
  const bound = await clientWithKey(app.org, { namespaceIds: [staging] });
  expect([(await bound.get(path)).status, (await bound.put(path, { calls: 9 })).status]).toEqual([200, 403]);
});

test("an organization can't raise what its operator allows", async () => {
  const app = await budgeted();
  const operator = clientOf(adminAuthorization, app.fetch);
  const path = `/v1/admin/organizations/${app.org.id}/budget`;
  expect((await operator.put(path, { calls: 1, on_exceeded: 'refuse' })).status).toBe(200);
  await app.org.put('/v1/budget', { calls: 100 });
  await app.call();
  await app.check();
  await app.deps.builder.stop(app.deploymentId);
  expect((await app.call()).status).toBe(403);
  expect((await app.org.get('/v1/budget')).body).toMatchObject({
    limits: { calls: 100 },
    operator_limits: { calls: 1, on_exceeded: 'refuse' },
    usage: { calls: { limit: 1, percent: 100 } },
    refusing: true,
  });
  expect((await operator.get(path)).body).toMatchObject({ refusing: true });
  expect((await operator.get('/v1/admin/organizations/org_00000000000000000000000000/budget')).status).toBe(404);
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

test.each(['an organization', 'a namespace'])(
  'a spent budget of %s refuses trials, even in an awake instance',
  async (scope) => {
    const app = await budgeted();
    await stage(app.org, { version: '1.1.0', realtime: true }, { stage: true });
    const path = scope === 'an organization' ? '/v1/budget' : `/v1/namespaces/${app.org.namespaceId}/budget`;
    const trial = () => app.org.post(`${app.org.plugins}/hello_ext_1_1_0/trial`, { inputs: {} });
    expect((await trial()).status).toBe(200);
    await app.org.put(path, { instance_seconds: 0, on_exceeded: 'refuse' });
    const details = { resource: 'instance_seconds', limit: 0, month: '2026-11' };
    expect(await trial()).toMatchObject({ status: 403, body: { error: { type: 'BudgetExceededError', details } } });
    expect((await eventsOf(app.org)).filter(({ type }) => type === 'version.tried')).toHaveLength(1);
    await app.org.put(path, {});
    expect((await trial()).status).toBe(200);
  },
);

test('a spent budget refuses batch tests', async () => {
  const app = await budgeted();
  await app.org.put('/v1/budget', { calls: 0, on_exceeded: 'refuse' });
  const answer = await app.org.post(`${app.org.plugins}/hello_ext_1_0_0/batch/test`, { rows: [{}] });
  expect(answer).toMatchObject({ status: 403, body: { error: { type: 'BudgetExceededError' } } });
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
