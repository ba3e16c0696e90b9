// Tests the counts of calls in outages and after retention, and which are refused.
import { env } from 'cloudflare:workers';
import { eq } from 'drizzle-orm';
import { describe, expect, test } from 'vitest';
import { traffic } from '../../../../src/contract/limits/traffic.ts';
import { hourMs } from '../../../../src/contract/traffic.ts';
import { database } from '../../../../src/db/client.ts';
import { deployments } from '../../../../src/db/schema/deploy.ts';
import { callCounts } from '../../../../src/db/schema/traffic.ts';
import { advanceDeployment } from '../../../../src/pipeline.ts';
import { sweepTraffic } from '../../../../src/traffic/totals.ts';
import { clientOf } from '../../../support/client.ts';
import { countedRows, countRows, noRows } from '../../../support/database/d1-rows.ts';
import { pausedD1 } from '../../../support/database/paused-d1.ts';
import { retentionWith, testApp } from '../../../support/deps.ts';
import { plugin } from '../../../support/plugins/plugin.ts';
import { publish } from '../../../support/plugins/publish.ts';
import { namespaceIn } from '../../../support/scenes/organization.ts';
import { losingQueues } from '../../../support/workers/losing-queues.ts';
import { liveApp, none, publishLive, realtime } from './traffic-scene.ts';

describe('the counts', () => {
  test("call counts are grouped by version and hour, include errors, and include the caller's own calls before they are written", async () => {
    const app = await liveApp();
    expect(await app.call()).toBe(200);
    expect(await app.call({ fail: true })).toBe(200);
    app.clock.advance(hourMs);
    await publishLive(app, app.org, '1.1.0');
    expect(await app.call()).toBe(200);
    expect(await app.call({}, '/hello_ext_1_0_0/realtime/test')).toBe(200);

    expect(await app.traffic()).toEqual({
      name: 'hello_ext',
      namespace_id: app.org.namespaceId,
      since: '2026-11-19T14:00:00.000Z',
      until: '2026-11-20T13:30:00.000Z',
      total: { calls: 4, errors: 1, ...none },
      by_version: [
        { version: '1.0.0', calls: 3, errors: 1, ...none },
        { version: '1.1.0', calls: 1, errors: 0, ...none },
      ],
      step: 'hour',
      by_time: [
        { at: '2026-11-20T13:00:00.000Z', version: '1.1.0', calls: 1, errors: 0, ...none },
        { at: '2026-11-20T13:00:00.000Z', version: '1.0.0', calls: 1, errors: 0, ...none },
        { at: '2026-11-20T12:00:00.000Z', version: '1.0.0', calls: 2, errors: 1, ...none },
      ],
      truncated: false,
      marks: expect.any(Array),
    });
    expect(await app.traffic('?hours=1')).toMatchObject({ total: { calls: 2 }, since: '2026-11-20T13:00:00.000Z' });
    expect(await database(env.DB).select().from(callCounts)).toEqual([]);
  });

  test('call counts from just before a short outage are written without another call', {
    tags: 'long',
  }, async () => {
    const app = await liveApp();
    let losses = 0;
    const lost = async () => {
      if (losses === 0) return;
      losses -= 1;
      throw new Error('Network connection lost.');
    };
    const db = database(pausedD1(env.DB, lost));
    const losing = testApp({ clock: app.clock, db, queues: losingQueues().queues }, { countCallsMs: 0 });
    const caller = clientOf(`Bearer ${app.org.key}`, losing.fetch);
    const call = () => caller.post(`${app.org.plugins}/by-name/hello_ext/realtime`, {});
    expect((await call()).status).toBe(200);
    await losing.settled();
    losses = 3;
    app.clock.advance(1);
    expect((await call()).status).toBe(200);
    await losing.settled();
    expect(await app.traffic()).toMatchObject({ total: { calls: 2 } });
  });

  test('call counts from an outage are written by a call soon after it, even if earlier calls gave up', {
    tags: 'long',
  }, async () => {
    const app = await liveApp();
    const state = { lost: false };
    const lost = async () => {
      if (state.lost) throw new Error('Network connection lost.');
    };
    const db = database(pausedD1(env.DB, lost));
    const losing = testApp({ clock: app.clock, db, queues: losingQueues().queues }, { countCallsMs: 10 });
    const caller = clientOf(`Bearer ${app.org.key}`, losing.fetch);
    const call = async () => {
      expect((await caller.post(`${app.org.plugins}/by-name/hello_ext/realtime`, {})).status).toBe(200);
      await losing.settled();
    };
    await call();
    state.lost = true;
    app.clock.advance(100);
    await call();
    state.lost = false;
    app.clock.advance(10);
    await call();
    expect(await app.traffic()).toMatchObject({ total: { calls: 3 } });
  });

  test('call counts are written by one call at a time, including during a database outage', {
    tags: 'long',
  }, async () => {
    const app = await liveApp();
    const hung = Promise.withResolvers<void>();
    const state = { lost: false, asked: 0 };
    const lost = async () => {
      if (!state.lost) return;
      state.asked += 1;
      await hung.promise;
      throw new Error('Network connection lost.');
    };
    const db = database(pausedD1(env.DB, lost));
    const losing = testApp({ clock: app.clock, db, queues: losingQueues().queues }, { countCallsMs: 10 });
    const caller = clientOf(`Bearer ${app.org.key}`, losing.fetch);
    const call = async () => (await caller.post(`${app.org.plugins}/by-name/hello_ext/realtime`, {})).status;
    expect(await call()).toBe(200);
    await losing.settled();
    state.lost = true;
    app.clock.advance(100);
    const first = call();
    while (state.asked === 0) await scheduler.wait(1);
    expect([await first, await call(), await call()]).toEqual([200, 200, 200]);
    hung.resolve();
    await losing.settled();
    expect(state.asked).toBe(traffic.writeTries);
    state.lost = false;
    app.clock.advance(10);
    expect(await call()).toBe(200);
    await losing.settled();
    expect(await app.traffic()).toMatchObject({ total: { calls: 5 } });
  });

  test('call counts take one row for each isolated call, plus one each for metrics and the month', async () => {
    const app = await liveApp(0);
    const rows = noRows();
    countRows(env.DB);
    const call = async () => {
      app.clock.advance(60_000);
      expect(await app.call()).toBe(200);
      await app.settled();
    };
    await call();
    await countedRows(rows, call);
    expect(rows.written).toBe(3);
  });

  test.each(['0', '169', 'x', '7&step=minute', '1&step=day'])('call counts are refused for %s hours', async (hours) => {
    const app = await liveApp();
    expect((await app.org.get(`${app.org.plugins}/by-name/hello_ext/traffic?hours=${hours}`)).status).toBe(422);
  });

  test("call counts of an organization's plugin are separate in each namespace", async () => {
    const app = await liveApp();
    const shared = `${app.org.plugins}/by-name/shared_ext`;
    const elsewhere = shared.replace(app.org.namespaceId, await namespaceIn(app.org, 'elsewhere'));
    await publish(
      { ...app.org, plugins: '/v1/plugins' },
      plugin({ name: 'shared_ext', files: { 'realtime.py': realtime } }),
    );
    for (const at of [shared, elsewhere]) {
      await app.org.post(at.replace('by-name/shared_ext', 'org/shared_ext_1_0_0/enable'));
      const [queued] = await app.deps.db.select().from(deployments).where(eq(deployments.status, 'queued'));
      await advanceDeployment(app.deps, queued?.id ?? app.deps.ids('deployment'));
      expect((await app.org.post(`${at}/realtime`, { inputs: {} })).status).toBe(200);
    }
    expect((await app.org.post(`${elsewhere}/realtime`, { inputs: {} })).status).toBe(200);
    const totals = [await app.org.get(`${shared}/traffic`), await app.org.get(`${elsewhere}/traffic`)];
    expect(totals.map(({ body }) => Object(body).total.calls)).toEqual([1, 2]);
  });

  test('call counts are deleted after their retention', async () => {
    const app = await liveApp(0);
    await app.call();
    await app.settled();
    const ofPlugin = eq(callCounts.namespaceId, app.org.namespaceId);
    const stored = async () => {
      const rows = await database(env.DB).select().from(callCounts).where(ofPlugin);
      return rows.map(({ minutes }) => (Object.keys(minutes).length === 0 ? 'hour' : 'minutes'));
    };
    const day = 24 * hourMs;
    const deps = { ...app.deps, ...retentionWith({ trafficMs: 7 * day, minuteTrafficMs: day }) };
    app.clock.advance(day + hourMs / 2);
    await sweepTraffic(deps);
    expect(await stored()).toEqual(['minutes']);
    app.clock.advance(1);
    await sweepTraffic(deps);
    expect(await stored()).toEqual(['hour']);
    app.clock.advance(6 * day - hourMs - 1);
    await sweepTraffic(deps);
    expect(await stored()).toEqual(['hour']);
    app.clock.advance(1);
    await sweepTraffic(deps);
    expect(await stored()).toEqual([]);
  });

  test('call counts from a database outage are written exactly once, after the database is back', async () => {
    const app = await liveApp();
    const state = { lost: false };
    const lost = async () => {
      if (state.lost) throw new Error('Network connection lost.');
    };
    const db = database(pausedD1(env.DB, lost));
    const losing = testApp({ clock: app.clock, db, queues: losingQueues().queues }, { countCallsMs: 0 });
    const caller = clientOf(`Bearer ${app.org.key}`, losing.fetch);
    const call = async (aheadMs: number) => {
      app.clock.advance(aheadMs);
      expect((await caller.post(`${app.org.plugins}/by-name/hello_ext/realtime`, {})).status).toBe(200);
      await losing.settled();
    };
    await call(0);
    state.lost = true;
    for (let calls = 0; calls < 4; calls++) await call(10_000);
    expect(await app.traffic()).toMatchObject({ total: { calls: 1 } });
    state.lost = false;
    await call(10_000);
    expect(await app.traffic()).toMatchObject({ total: { calls: 6, errors: 0 } });
    expect(await app.traffic('?step=minute')).toMatchObject({ total: { calls: 6, errors: 0 } });
  });

  test('call counts are zero for a plugin without calls, and its percentiles are null', async () => {
    expect((await liveApp().then((app) => app.traffic())).total).toEqual({
      calls: 0,
      errors: 0,
      invalid_inputs: 0,
      p50_ms: null,
      p95_ms: null,
      checked: 0,
      mismatched: 0,
      batches: null,
    });
  });
});

describe('the marks', () => {
  test('traffic marks include a failed deployment, with its reason, and an undeployed version', async () => {
    const app = await liveApp();
    app.clock.advance(1000);
    await publish(
      app.org,
      plugin({ version: '1.1.0', files: { 'realtime.py': `${realtime}raise ValueError("no")\n` } }),
    );
    const { body } = await app.org.post(`${app.org.plugins}/hello_ext_1_1_0/deploy`);
    await advanceDeployment(app.deps, Object(body).deployment_id);
    app.clock.advance(1000);
    await app.org.post(`${app.org.plugins}/hello_ext_1_0_0/undeploy`);
    expect((await app.traffic('?hours=1')).marks).toMatchObject([
      { type: 'undeployed', version: '1.0.0', at: '2026-11-20T12:30:02.000Z' },
      { type: 'failed', version: '1.1.0', at: '2026-11-20T12:30:01.000Z', message: expect.stringContaining('no') },
      { type: 'deployed', version: '1.0.0' },
      { type: 'promoted', version: '1.0.0' },
    ]);
  });

  test("traffic marks of one namespace exclude another namespace's plugin with the same name", async () => {
    const app = await liveApp();
    const elsewhere = await namespaceIn(app.org, 'elsewhere');
    const there = { ...app.org, namespaceId: elsewhere, plugins: `/v1/namespaces/${elsewhere}/plugins` };
    await publish(there, plugin({ version: '1.0.0', files: { 'realtime.py': realtime } }));
    const { body } = await app.org.get(`${there.plugins}/by-name/hello_ext/traffic`);
    expect(body).toMatchObject({ marks: [], by_time: [] });
  });
});
