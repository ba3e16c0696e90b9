// Tests that calls are counted by version, hour and minute in batched writes, that callers see their own calls, and that traffic
// changes appear as marks.
import { env } from 'cloudflare:workers';
import { describe, expect, test } from 'vitest';
import { hourMs } from '../../../../src/contract/traffic.ts';
import { database } from '../../../../src/db/client.ts';
import { callCounts } from '../../../../src/db/schema/traffic.ts';
import { testApp } from '../../../support/deps.ts';
import { namespaceIn } from '../../../support/scenes/organization.ts';
import { losingQueues } from '../../../support/workers/losing-queues.ts';
import { liveApp, publishLive } from './traffic-scene.ts';

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
});
