// Tests GET /metrics: access, both formats, call counts, waiting work, the sweep, the builder, and the limits of each.
import { env } from 'cloudflare:workers';
import { eq } from 'drizzle-orm';
import { expect, test } from 'vitest';
import type { BuilderReport } from '../../src/contract/builder/machine/reports.ts';
import { database } from '../../src/db/client.ts';
import { organizations } from '../../src/db/schema/access.ts';
import { plugins, storeSweeps } from '../../src/db/schema/registry.ts';
import type { Deps } from '../../src/deps.ts';
import { sweep } from '../../src/sweep.ts';
import { exposition, gauge } from '../../src/watching/exposition.ts';
import { clientOf } from '../support/client.ts';
import { pausedD1 } from '../support/database/paused-d1.ts';
import { countedD1 } from '../support/database/round-trips.ts';
import { clockAt, testApp } from '../support/deps.ts';
import { plugin } from '../support/plugins/plugin.ts';
import { publish } from '../support/plugins/publish.ts';
import { adminAuthorization, organization } from '../support/scenes/organization.ts';
import { losingQueues } from '../support/workers/losing-queues.ts';
import { countCalls, scrape, start } from './scraped.ts';

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
