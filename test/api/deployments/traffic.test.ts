// Calls are counted by version and hour without a write for each, and a caller sees its own calls.
import { env } from 'cloudflare:workers';
import { eq } from 'drizzle-orm';
import { describe, expect, test } from 'vitest';
import { hourMs } from '../../../src/contract/traffic.ts';
import { database } from '../../../src/db/client.ts';
import { deployments } from '../../../src/db/schema/deploy.ts';
import { callHours } from '../../../src/db/schema/traffic.ts';
import { advanceDeployment } from '../../../src/pipeline.ts';
import { sweepTraffic } from '../../../src/traffic/traffic.ts';
import { clockAt, retentionWith, type TestApp, testApp } from '../../support/deps.ts';
import { plugin } from '../../support/plugins/plugin.ts';
import { publish } from '../../support/plugins/publish.ts';
import { namespaceIn, type Organization, organization } from '../../support/scenes/organization.ts';
import { losingQueues } from '../../support/workers/losing-queues.ts';

const start = Date.parse('2026-11-20T12:30:00Z');

/** Fails if it is asked to. */
const realtime = `class EchoInferenceService:
    async def run_inference(self, inputs, parameters):
        if inputs.get("fail"):
            raise ValueError("asked to")
        return {}
`;

interface Called extends TestApp {
  org: Organization;
  clock: ReturnType<typeof clockAt>;
  call(body?: object, path?: string): Promise<unknown>;
  traffic(query?: string): Promise<Record<string, unknown>>;
}

async function publishLive(app: TestApp, org: Organization, version: string): Promise<void> {
  await publish(org, plugin({ version, files: { 'realtime.py': realtime } }));
  const { body } = await org.post(`${org.plugins}/hello_ext_${version.replaceAll('.', '_')}/deploy`);
  await advanceDeployment(app.deps, Object(body).deployment_id);
}

async function liveApp(countCallsMs?: number): Promise<Called> {
  const clock = clockAt(start);
  const app = testApp({ clock, queues: losingQueues().queues }, countCallsMs === undefined ? {} : { countCallsMs });
  const org = await organization({ fetch: app.fetch });
  await publishLive(app, org, '1.0.0');
  return {
    ...app,
    clock,
    org,
    call: async (inputs = {}, path = '/by-name/hello_ext/realtime') =>
      (await org.post(`${org.plugins}${path}`, { inputs })).status,
    traffic: async (query = '') => Object((await org.get(`${org.plugins}/by-name/hello_ext/traffic${query}`)).body),
  };
}

/** An answer is checked a moment after it. */
const none = {
  p50_ms: expect.any(Number),
  p95_ms: expect.any(Number),
  checked: expect.any(Number),
  mismatched: 0,
};

describe('the counts', () => {
  test('the counts of calls are by version and hour, with errors, and those of the caller are among them before they are written', async () => {
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
      by_hour: [
        { hour: '2026-11-20T13:00:00.000Z', version: '1.1.0', calls: 1, errors: 0, ...none },
        { hour: '2026-11-20T13:00:00.000Z', version: '1.0.0', calls: 1, errors: 0, ...none },
        { hour: '2026-11-20T12:00:00.000Z', version: '1.0.0', calls: 2, errors: 1, ...none },
      ],
      truncated: false,
    });
    expect(await app.traffic('?hours=1')).toMatchObject({ total: { calls: 2 }, since: '2026-11-20T13:00:00.000Z' });
    expect(await database(env.DB).select().from(callHours)).toEqual([]);
  });

  // Promised in docs/operations.md: Each isolate counts the calls that it serves and adds them to `call_hours` every 5
  // s while there are any, one row per version and hour
  test('the counts of calls of several isolates add up in one row, and one isolate writes many calls at once', async () => {
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
    const rows = await database(env.DB).select().from(callHours);
    expect(rows).toMatchObject([{ version: '1.0.0', calls: 3, errors: 1, hour: Date.parse('2026-11-20T12:00:00Z') }]);
    expect(rows[0]?.latencies.reduce((sum, calls) => sum + calls)).toBe(3);
    expect(await app.traffic()).toMatchObject({ total: { calls: 3, errors: 1 } });
  });

  test('the counts of calls of a plugin without calls are zero, and its percentiles null', async () => {
    expect((await liveApp().then((app) => app.traffic())).total).toEqual({
      calls: 0,
      errors: 0,
      p50_ms: null,
      p95_ms: null,
      checked: 0,
      mismatched: 0,
    });
  });

  test.each(['0', '169', 'x'])('the counts of calls are not read for %s hours', async (hours) => {
    const app = await liveApp();
    expect((await app.org.get(`${app.org.plugins}/by-name/hello_ext/traffic?hours=${hours}`)).status).toBe(422);
  });

  test('the counts of calls of one namespace are not seen from another', async () => {
    const app = await liveApp(0);
    await app.call();
    await app.settled();
    const elsewhere = await namespaceIn(app.org, 'elsewhere');
    const { status } = await app.org.get(`/v1/namespaces/${elsewhere}/plugins/by-name/hello_ext/traffic`);
    expect(status).toBe(404);
  });

  test('the counts of calls of a plugin of the organization are separate in each namespace', async () => {
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

  // Promised in docs/operations.md: counted calls by hour
  test('the counts of calls are deleted after their retention', async () => {
    const app = await liveApp(0);
    await app.call();
    await app.settled();
    const db = database(env.DB);
    const before = await db.$count(callHours);
    const day = 24 * hourMs;
    const deps = { ...app.deps, ...retentionWith({ trafficMs: 7 * day }) };
    app.clock.advance(7 * day - hourMs / 2);
    await sweepTraffic(deps);
    expect(await db.$count(callHours)).toBe(before);
    app.clock.advance(hourMs);
    await sweepTraffic(deps);
    expect(await db.$count(callHours)).toBe(0);
  });
});

describe('a list of plugins by what their names begin with', () => {
  test('a list of plugins by the beginning of their names has those only, page by page, with their number', async () => {
    const app = testApp({ queues: losingQueues().queues });
    const org = await organization({ fetch: app.fetch });
    for (const name of ['face_find', 'face_match', 'facade_ext', 'Face_upper', 'my_face'])
      await publish(org, plugin({ name }));
    const listed = async (query: string) => {
      const { body } = await org.get(`${org.plugins}?${query}`);
      const { next_cursor, plugins, total } = Object(body);
      return [plugins.map(({ name }: { name: string }) => name), total, next_cursor];
    };
    expect(await listed('search=face_')).toEqual([['face_find', 'face_match'], 2, null]);
    const [first, total, cursor] = await listed('search=face_&limit=1');
    expect([first, total]).toEqual([['face_find'], 2]);
    expect(await listed(`search=face_&limit=1&cursor=${cursor}`)).toEqual([['face_match'], 2, null]);
    expect(await listed('search=nothing')).toEqual([[], 0, null]);
    expect(await listed('search=%25')).toEqual([[], 0, null]);
  });
});
