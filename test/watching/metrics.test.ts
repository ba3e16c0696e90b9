// Tests GET /metrics: access, both formats, call counts, waiting work, the sweep, the builder, and the limits of each.
import { env } from 'cloudflare:workers';
import { eq } from 'drizzle-orm';
import { expect, test } from 'vitest';
import type { BuilderReport } from '../../src/contract/builder/reports.ts';
import { metrics } from '../../src/contract/limits/traffic.ts';
import { database } from '../../src/db/client.ts';
import { organizations } from '../../src/db/schema/access.ts';
import { plugins, storeSweeps } from '../../src/db/schema/registry.ts';
import type { Deps } from '../../src/deps.ts';
import { sweep } from '../../src/sweep.ts';
import { type CountedCall, callCounters, recordCall } from '../../src/traffic/call-counters.ts';
import { sweepTraffic } from '../../src/traffic/totals.ts';
import { exposition, gauge } from '../../src/watching/exposition.ts';
import { clientOf } from '../support/client.ts';
import { pausedD1 } from '../support/database/paused-d1.ts';
import { countedD1 } from '../support/database/round-trips.ts';
import { clockAt, type TestApp, testApp } from '../support/deps.ts';
import { plugin } from '../support/plugins/plugin.ts';
import { publish } from '../support/plugins/publish.ts';
import { affect, type Hit, know } from '../support/scenes/advisories.ts';
import { adminAuthorization, organization } from '../support/scenes/organization.ts';
import { losingQueues } from '../support/workers/losing-queues.ts';

const start = Date.parse('2026-11-20T12:00:00Z');

/** Returns the samples of a scrape by name and labels. */
async function scrape(app: TestApp): Promise<Map<string, number>> {
  const { status, text } = await clientOf(adminAuthorization, app.fetch).get('/metrics');
  expect(status).toBe(200);
  const samples = text.split('\n').filter((line) => line !== '' && !line.startsWith('#'));
  return new Map(samples.map((line) => [line.slice(0, line.lastIndexOf(' ')), Number(line.split(' ').at(-1))]));
}

interface Called extends Pick<CountedCall, 'namespaceId' | 'pluginId' | 'end' | 'batch'> {
  tookMs: number;
}

/** Counts calls as an isolate does, and writes the counts to the database. */
async function countCalls(deps: Deps, calls: readonly Called[]): Promise<void> {
  const counters = callCounters(0);
  const deferred: Promise<unknown>[] = [];
  const counting = { ...deps, defer: (work: Promise<unknown>) => void deferred.push(work) };
  for (const { tookMs, ...call } of calls)
    recordCall(counting, counters, { ...call, caller: 'key', version: '1.0.0', startedAt: deps.clock.now() - tookMs });
  await Promise.all(deferred);
}

test.each<[string, string | null, number]>([
  ['no token', null, 401],
  ['a wrong token', 'Bearer wrong', 401],
  ['the token for metrics', 'Bearer only-for-metrics-token', 200],
  ['the admin token', adminAuthorization, 200],
])('metrics with %s', async (_, authorization, status) => {
  const app = testApp({ metricsToken: 'only-for-metrics-token' });
  expect((await clientOf(authorization, app.fetch).get('/metrics')).status).toBe(status);
});

test('the metrics token grants access to nothing else, and an API key does not grant access to the metrics', async () => {
  const app = testApp({ metricsToken: 'only-for-metrics-token' });
  const org = await organization({ fetch: app.fetch });
  const operator = clientOf('Bearer only-for-metrics-token', app.fetch);
  expect((await operator.get('/v1/admin/organizations')).status).toBe(401);
  const refused = await org.send('GET', '/metrics');
  expect(refused.status).toBe(401);
  expect(refused.text).toContain('Send METRICS_TOKEN or the admin token');
});

test.each([
  ['*/*', 'text/plain; version=0.0.4; charset=utf-8', '# TYPE slipway_builder_instance_restarts_total counter', false],
  [
    'application/openmetrics-text;version=1.0.0,text/plain;version=0.0.4;q=0.5',
    'application/openmetrics-text; version=1.0.0; charset=utf-8',
    '# TYPE slipway_builder_instance_restarts counter',
    true,
  ],
])('metrics for %s', async (accept, type, typeLine, hasEnd) => {
  const { headers, text } = await clientOf(adminAuthorization).send('GET', '/metrics', { headers: { accept } });
  expect(headers.get('content-type')).toBe(type);
  expect(text).toContain(`\n${typeLine}\n`);
  expect(text.endsWith('\n# EOF\n')).toBe(hasEnd);
});

test('calls are counted by plugin, with their durations, errors and invalid inputs', async () => {
  const app = testApp({ clock: clockAt(start) });
  const org = await organization({ fetch: app.fetch });
  await publish(org, plugin({ name: 'counted_calls', realtime: true }));
  const [row] = await app.deps.db.select().from(plugins).where(eq(plugins.name, 'counted_calls'));
  const of = { namespaceId: org.namespaceId, pluginId: row?.id ?? 'plg_none' } as const;
  await countCalls(app.deps, [
    { ...of, tookMs: 1, end: 'ok' },
    { ...of, tookMs: 8, end: 'ok' },
    { ...of, tookMs: 200_000, end: 'error' },
  ]);
  await countCalls(app.deps, [
    { ...of, tookMs: 9, end: 'error' },
    { ...of, tookMs: 9, end: 'invalid_input' },
  ]);
  const labels = `organization="${org.id}",namespace="${org.namespaceId}",kind="extractor",plugin="counted_calls"`;
  const found = await scrape(app);
  const bucket = (le: string) => found.get(`slipway_call_duration_seconds_bucket{${labels},le="${le}"}`);
  expect(['0.002', '0.008', '0.032', '32.768', '+Inf'].map(bucket)).toEqual([1, 2, 4, 4, 5]);
  expect(found.get(`slipway_call_duration_seconds_count{${labels}}`)).toBe(5);
  expect(found.get(`slipway_call_duration_seconds_sum{${labels}}`)).toBe(200.027);
  expect(found.get(`slipway_call_errors_total{${labels}}`)).toBe(2);
  expect(found.get(`slipway_call_invalid_inputs_total{${labels}}`)).toBe(1);
});

test("a plugin's batches and their calls' waits are counted, whichever isolate counts a call", async () => {
  const app = testApp({ clock: clockAt(start) });
  await app.deps.db.run('delete from call_totals');
  const of = { namespaceId: 'ns_batched', pluginId: 'plg_batched', tookMs: 5, end: 'ok' } as const;
  await countCalls(app.deps, [{ ...of, batch: { size: 2, waitedMs: 250 } }, of]);
  await countCalls(app.deps, [
    { ...of, end: 'error', batch: { size: 2, waitedMs: 0 } },
    { ...of, batch: { size: 1, waitedMs: 0 } },
    ...Array.from({ length: 3 }, () => ({ ...of, batch: { size: 3, waitedMs: 0 } })),
    { ...of, pluginId: 'plg_alone' },
  ]);
  const found = [...(await scrape(app))].filter(([key]) => key.startsWith('slipway_batch'));
  const labels = '{namespace="ns_batched",plugin="plg_batched"}';
  expect(found).toEqual([
    [`slipway_batched_calls_total${labels}`, 6],
    [`slipway_batches_total${labels}`, 3],
    [`slipway_batch_wait_seconds_total${labels}`, 0.25],
  ]);
});

test('plugins beyond the limit are counted together while the others are being called', async () => {
  const clock = clockAt(start);
  const app = testApp({ clock });
  await app.deps.db.run('delete from call_totals');
  const others = 20;
  const calls = Array.from({ length: metrics.pluginsMax + others }, (_, i): Called => {
    return { namespaceId: `ns_${i}`, pluginId: `plg_${i}`, tookMs: 5, end: i % 2 === 0 ? 'error' : 'ok' };
  });
  const [first, last] = [calls.slice(0, 1), calls.slice(-1)];
  await countCalls(app.deps, calls);
  await countCalls(app.deps, [...first, ...last]);
  const found = await countsIn(app);
  expect(found).toHaveLength(metrics.pluginsMax + 1);
  expect(new Map(found).get('{plugin="other"}')).toBe(others + 1);
  expect(new Map(found).get('{namespace="ns_0",plugin="plg_0"}')).toBe(2);

  clock.advance(metrics.idleMs + 1);
  await countCalls(app.deps, first);
  await sweepTraffic(app.deps);
  await countCalls(app.deps, last);
  expect(await countsIn(app)).toEqual([
    ['{namespace="ns_0",plugin="plg_0"}', 3],
    [`{namespace="ns_${calls.length - 1}",plugin="plg_${calls.length - 1}"}`, 1],
  ]);
});

/** Returns the call counts by labels. */
async function countsIn(app: TestApp): Promise<[string, number][]> {
  const name = 'slipway_call_duration_seconds_count';
  return [...(await scrape(app))].flatMap(([key, count]) =>
    key.startsWith(name) ? [[key.slice(name.length), count]] : [],
  );
}

test("a label's special characters are escaped", () => {
  const family = gauge('slipway_test', 'Help.', [{ labels: { name: 'a"b\\c\nd', empty: '' }, value: 1 }]);
  expect(exposition([family], 'text')).toBe(
    '# HELP slipway_test Help.\n# TYPE slipway_test gauge\nslipway_test{name="a\\"b\\\\c\\nd"} 1\n',
  );
});

test('waiting work is reported with its age, and the sweep with the time since its start', async () => {
  const clock = clockAt(start);
  const app = testApp({ clock, queues: losingQueues().queues });
  const org = await organization({ fetch: app.fetch });
  const version = await publish(org, plugin({ name: 'waiting_work', realtime: true }));
  await sweep(app.deps);
  expect((await org.post(`${org.plugins}/${version.plugin_id}/deploy`)).status).toBe(200);
  clock.advance(90_000);
  const found = await scrape(app);
  expect(found.get('slipway_queue_oldest_seconds{queue="deployments"}')).toBe(90);
  expect(found.get('slipway_deployments_unfinished{state="queued"}')).toBe(1);
  expect(found.get('slipway_sweep_age_seconds')).toBe(90);
});

test('a sweep that never began is as old as the first organization', async () => {
  const clock = clockAt(Date.now());
  const app = testApp({ clock });
  await organization({ fetch: app.fetch });
  await app.deps.db.delete(storeSweeps);
  const [first] = await app.deps.db.select().from(organizations).orderBy(organizations.id).limit(1);
  clock.advance(90_000);
  const ageMs = clock.now() - (first?.createdAt ?? Number.NaN);
  expect((await scrape(app)).get('slipway_sweep_age_seconds')).toBe(ageMs / 1000);
});

/** The builder's client of a test app, and its report of the real builder. */
async function realBuilder(): Promise<{ builder: Deps['builder']; report: BuilderReport }> {
  const { builder } = testApp().deps;
  const [report] = (await builder.reports()) ?? [];
  return { builder, report: report ?? expect.fail('no builder') };
}

test('each builder reports its memory and disk use, and the activity of its instances', async () => {
  const { builder, report } = await realBuilder();
  const reports = async () => [report, { ...report, name: 'lost', condition: 'late' as const, health: null }];
  const found = await scrape(testApp({ builder: { ...builder, reports } }));
  for (const name of ['memory', 'memory_available', 'disk_free', 'disk'])
    expect(found.get(`slipway_builder_${name}_bytes{builder="${report.name}"}`), name).toBeGreaterThan(1_000_000);
  expect(found.get(`slipway_builder_instances{builder="${report.name}",state="failed"}`)).toBeGreaterThanOrEqual(0);
  expect([...found].filter(([key]) => key.includes('builder="lost"'))).toEqual([
    ['slipway_builder_up{builder="lost"}', 0],
  ]);
  expect(found.get(`slipway_builder_up{builder="${report.name}"}`)).toBe(1);
  expect(found.get('slipway_part_up{part="builder"}')).toBe(1);
});

test("the runtime's memory is a metric if it is known, and is omitted otherwise", async () => {
  const name = 'slipway_worker_memory_bytes';
  expect((await scrape(testApp({ runtimeMemory: async () => 3e8 }))).get(name)).toBe(3e8);
  expect((await scrape(testApp())).has(name)).toBe(false);
  const gone = () => Promise.reject(new Error('gone'));
  expect((await scrape(testApp({ runtimeMemory: gone }))).has(name)).toBe(false);
});

test('metrics are returned while the database and the builder are down', async () => {
  const { builder, report } = await realBuilder();
  const reports = async () => [{ ...report, name: 'east', condition: 'failed' as const, health: null }];
  const found = await scrape(
    testApp({
      db: database(pausedD1(env.DB, () => Promise.reject(new Error('D1_ERROR: gone')))),
      builder: { ...builder, reports },
    }),
  );
  const up = ['database', 'store', 'builder'].map((part) => found.get(`slipway_part_up{part="${part}"}`));
  expect(up).toEqual([0, 1, 0]);
  expect([...found.keys()].filter((key) => !key.startsWith('slipway_part_'))).toEqual([
    'slipway_builder_up{builder="east"}',
  ]);
});

test('a builder of the previous release, which reports no usage, still has its other metrics', async () => {
  const { builder, report } = await realBuilder();
  const { usage: _, ...health } = report.health ?? expect.fail('no health');
  const reports = async () => [{ ...report, name: 'east', health }];
  const found = await scrape(testApp({ builder: { ...builder, reports } }));
  expect(found.get('slipway_part_up{part="builder"}')).toBe(1);
  expect([...found.keys()].filter((key) => key.startsWith('slipway_builder_'))).toEqual([
    'slipway_builder_up{builder="east"}',
    'slipway_builder_quarantined{builder="east"}',
  ]);
});

test("the database's size follows its rows, and freed space does not count", async () => {
  const { DB } = env;
  const size = async () => (await scrape(testApp())).get('slipway_database_bytes') ?? Number.NaN;
  const empty = await size();
  const written = 4_000_000;
  await DB.exec('create table filling (bytes blob)');
  for (let i = 0; i < 4; i++)
    await DB.prepare('insert into filling values (zeroblob(?))')
      .bind(written / 4)
      .run();
  const filled = await size();
  expect(filled - empty).toBeGreaterThan(written);
  expect(filled - empty).toBeLessThan(written * 1.1);
  await DB.exec('drop table filling');
  expect(await size()).toBe(empty);
});

test("D1's limit is a metric on Cloudflare; on one machine, the disk is the limit", async () => {
  const name = 'slipway_database_bytes_max';
  const app = testApp();
  expect((await scrape(app)).has(name)).toBe(false);
  const { storage } = app.deps;
  expect((await scrape(testApp({ storage: { ...storage, local: false } }))).get(name)).toBe(10e9);
});

test('a scrape takes one round trip to the database', async () => {
  const counted = countedD1(env.DB);
  await scrape(testApp({ db: database(counted.db) }));
  expect(counted.trips()).toBe(1);
});

test('live versions with advisories are counted by their highest severity', async () => {
  const app = testApp({ queues: losingQueues().queues });
  const org = await organization({ fetch: app.fetch });
  await know({ id: 'GHSA-counted-low', severity: 'low' });
  await know({ id: 'GHSA-counted-high', severity: 'high' });
  await know({ id: 'GHSA-counted-none', severity: null });
  const hits: [string, string[], Hit?][] = [
    ['1.0.0', ['GHSA-counted-low', 'GHSA-counted-high']],
    ['1.1.0', ['GHSA-counted-none']],
    ['1.2.0', ['GHSA-counted-low'], { reach: 'none' }],
    ['1.3.0', ['GHSA-counted-high']],
  ];
  const before = await scrape(app);
  for (const [version, ids, hit] of hits) {
    await publish(org, plugin({ version }));
    await affect(org, `hello_ext@${version}`, ids, hit);
    const path = `${org.plugins}/hello_ext_${version.replaceAll('.', '_')}/deploy`;
    if (version !== '1.3.0') await org.post(path, { deployment_type: 'batch_only' });
  }
  const after = await scrape(app);
  const added = ['low', 'medium', 'high', 'critical'].map((severity) => {
    const name = `slipway_live_versions_affected{severity="${severity}"}`;
    return (after.get(name) ?? Number.NaN) - (before.get(name) ?? Number.NaN);
  });
  expect(added).toEqual([0, 0, 1, 1]);
});
