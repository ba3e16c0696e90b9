// Tests monthly budgets over HTTP: their events, what a spent one refuses and what continues, and that nothing stays refused too long.
import { expect, test } from 'vitest';
import { clientOf } from '../support/client.ts';
import { eventsOf } from '../support/events.ts';
import { plugin } from '../support/plugins/plugin.ts';
import { publish } from '../support/plugins/publish.ts';
import { adminAuthorization, clientWithKey, namespaceIn, organization } from '../support/scenes/organization.ts';
import { stage } from '../support/scenes/staged.ts';
import { budgeted, limits, reached } from './budgeted.ts';

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

test('a budget that is removed or changed to warn refuses nothing at once', async () => {
  const app = await budgeted();
  for (const changed of [{}, { calls: 0, on_exceeded: 'warn' }]) {
    await app.org.put('/v1/budget', { calls: 0, on_exceeded: 'refuse' });
    await app.deps.builder.stop(app.deploymentId);
    expect((await app.call()).status).toBe(403);
    await app.org.put('/v1/budget', changed);
    expect((await app.call()).status).toBe(200);
  }
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

test('a spent budget of an organization or a namespace refuses trials, even in an awake instance, and batch tests', async () => {
  const app = await budgeted();
  await stage(app.org, { version: '1.1.0', realtime: true }, { stage: true });
  const trial = () => app.org.post(`${app.org.plugins}/hello_ext_1_1_0/trial`, { inputs: {} });
  const tried = async () => (await eventsOf(app.org)).filter(({ type }) => type === 'version.tried').length;
  for (const path of ['/v1/budget', `/v1/namespaces/${app.org.namespaceId}/budget`]) {
    expect((await trial()).status).toBe(200);
    const before = await tried();
    await app.org.put(path, { instance_seconds: 0, on_exceeded: 'refuse' });
    const details = { resource: 'instance_seconds', limit: 0, month: '2026-11' };
    expect(await trial()).toMatchObject({ status: 403, body: { error: { type: 'BudgetExceededError', details } } });
    expect(await tried()).toBe(before);
    await app.org.put(path, {});
    expect((await trial()).status).toBe(200);
  }
  await app.org.put('/v1/budget', { calls: 0, on_exceeded: 'refuse' });
  const answer = await app.org.post(`${app.org.plugins}/hello_ext_1_0_0/batch/test`, { rows: [{}] });
  expect(answer).toMatchObject({ status: 403, body: { error: { type: 'BudgetExceededError' } } });
});
