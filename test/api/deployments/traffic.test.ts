// Tests that calls are counted by version, hour and minute in batched writes, that callers see their own calls, and that traffic
// changes appear as marks.
import { env } from 'cloudflare:workers';
import { describe, expect, test } from 'vitest';
import { hourMs } from '../../../src/contract/traffic.ts';
import { database } from '../../../src/db/client.ts';
import { callCounts } from '../../../src/db/schema/traffic.ts';
import { advanceDeployment } from '../../../src/pipeline.ts';
import { clientOf } from '../../support/client.ts';
import { pausedD1 } from '../../support/database/paused-d1.ts';
import { testApp } from '../../support/deps.ts';
import { plugin } from '../../support/plugins/plugin.ts';
import { publish } from '../../support/plugins/publish.ts';
import { namespaceIn } from '../../support/scenes/organization.ts';
import { losingQueues } from '../../support/workers/losing-queues.ts';
import { liveApp, publishLive, realtime } from './traffic-scene.ts';

describe('the counts', () => {
  test('call counts from several isolates add up in one row per hour and minute, and an isolate writes many calls together', async () => {
    const app = await liveApp(0);
    const other = testApp({ clock: app.clock, queues: losingQueues().queues }, { countCallsMs: 0 });
    await app.call();
    await app.call({ fail: true });
    await app.settled();
    await other.fetch(
      new Request(`http://slipway.test${app.org.plugins}/by-name/hello_ext/realtime`, {
        method: 'POST',
        body: '{}',
        headers: { authorization: `Bearer ${app.org.key}`, 'content-type': 'application/json' },
      }),
    );
    await other.settled();
    const rows = await database(env.DB).select().from(callCounts);
    const [row] = rows;
    expect(rows).toMatchObject([{ version: '1.0.0', calls: 3, errors: 1, at: Date.parse('2026-11-20T12:00:00Z') }]);
    const { checked, latencies = [], mismatched } = row ?? {};
    expect(latencies.reduce((sum, calls) => sum + calls)).toBe(3);
    expect(row?.minutes).toEqual({ 30: [3, 1, checked, mismatched, ...latencies, 0, 0, 0, 0] });
    expect(await app.traffic()).toMatchObject({ total: { calls: 3, errors: 1 } });
    expect(await app.traffic('?step=minute')).toMatchObject({ total: { calls: 3, errors: 1 } });
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

  test('call counts by minute cover the last hour, each with the percentiles of its own calls', async () => {
    const app = await liveApp(0);
    await app.call();
    app.clock.advance(30_000);
    await app.call({ fail: true });
    app.clock.advance(30_000);
    await app.call();
    await app.settled();
    expect(await app.traffic('?step=minute')).toMatchObject({
      step: 'minute',
      since: '2026-11-20T11:32:00.000Z',
      until: '2026-11-20T12:31:00.000Z',
      total: { calls: 3, errors: 1 },
      by_time: [
        { at: '2026-11-20T12:31:00.000Z', version: '1.0.0', calls: 1, errors: 0, p50_ms: expect.any(Number) },
        { at: '2026-11-20T12:30:00.000Z', version: '1.0.0', calls: 2, errors: 1, p50_ms: expect.any(Number) },
      ],
    });
    app.clock.advance(hourMs);
    expect(await app.traffic('?step=minute')).toMatchObject({ by_time: [], total: { calls: 0 } });
    expect(await app.traffic('?step=minute&hours=2')).toMatchObject({ total: { calls: 3 } });
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

  test('call counts of one namespace are invisible from another', async () => {
    const app = await liveApp(0);
    await app.call();
    await app.settled();
    const elsewhere = await namespaceIn(app.org, 'elsewhere');
    const { status } = await app.org.get(`/v1/namespaces/${elsewhere}/plugins/by-name/hello_ext/traffic`);
    expect(status).toBe(404);
  });
});

describe('the marks', () => {
  test("traffic marks are the period's deployments, promotions and rollbacks, newest first", async () => {
    const app = await liveApp();
    app.clock.advance(hourMs);
    await publishLive(app, app.org, '1.1.0');
    app.clock.advance(hourMs);
    await app.org.post(`${app.org.plugins}/by-name/hello_ext/rollback`, { version: '1.0.0', message: '<b>slow</b>' });

    const none = { previous_version: null, deployment_id: null, message: null, by: expect.any(Object) };
    const id = expect.stringMatching(/^dep_/);
    const marks = [
      { ...none, at: '2026-11-20T14:30:00.000Z', type: 'promoted', version: '1.0.0' },
      {
        ...{ ...none, at: '2026-11-20T14:30:00.000Z', type: 'rolled_back', version: '1.0.0' },
        ...{
          previous_version: '1.1.0',
          message: '<b>slow</b>',
          by: { type: 'key', id: expect.any(String), name: expect.any(String) },
        },
      },
      { ...none, at: '2026-11-20T13:30:00.000Z', type: 'deployed', version: '1.1.0', deployment_id: id },
      { ...none, at: '2026-11-20T13:30:00.000Z', type: 'promoted', version: '1.1.0' },
      { ...none, at: '2026-11-20T12:30:00.000Z', type: 'deployed', version: '1.0.0', deployment_id: id },
      { ...none, at: '2026-11-20T12:30:00.000Z', type: 'promoted', version: '1.0.0' },
    ];
    expect((await app.traffic()).marks).toEqual(marks);
    expect((await app.traffic('?hours=2')).marks).toEqual(marks.slice(0, 4));
  });

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
