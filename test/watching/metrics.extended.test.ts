// Tests metrics of many plugins, of advisories, and of the database's size.
import { env } from 'cloudflare:workers';
import { expect, test } from 'vitest';
import { metrics } from '../../src/contract/limits/traffic.ts';
import { sweepTraffic } from '../../src/traffic/totals.ts';
import { clockAt, type TestApp, testApp } from '../support/deps.ts';
import { plugin } from '../support/plugins/plugin.ts';
import { publish } from '../support/plugins/publish.ts';
import { affect, type Hit, know } from '../support/scenes/advisories.ts';
import { organization } from '../support/scenes/organization.ts';
import { losingQueues } from '../support/workers/losing-queues.ts';
import { type Called, countCalls, scrape, start } from './scraped.ts';

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
