// Tests counts by the day in repeated sweeps, after their retention, and in large batches.
import { env } from 'cloudflare:workers';
import { eq } from 'drizzle-orm';
import { describe, expect, test } from 'vitest';
import { traffic } from '../../../../src/contract/limits/traffic.ts';
import { dayAt, dayMs } from '../../../../src/contract/traffic.ts';
import type { NamespaceId, PluginRowId } from '../../../../src/core/ids.ts';
import { database } from '../../../../src/db/client.ts';
import { plugins } from '../../../../src/db/schema/registry.ts';
import { pluginCallers, pluginDays } from '../../../../src/db/schema/traffic.ts';
import { emptyDeletedNamespaces } from '../../../../src/retirement/removal.ts';
import { callCounters, recordCall } from '../../../../src/traffic/call-counters.ts';
import { sweepDays } from '../../../../src/traffic/days.ts';
import { sweepTraffic } from '../../../../src/traffic/totals.ts';
import { countedRows, countRows, noRows } from '../../../support/database/d1-rows.ts';
import {
  keyOf,
  namespaceIn,
  type Organization,
  organization,
  pluginsOf,
} from '../../../support/scenes/organization.ts';
import { killedAfter } from '../../../support/workers/killed-worker.ts';
import { counted, live, start } from './counting.ts';

const db = database(env.DB);

const daysOf = (id: NamespaceId) => db.select().from(pluginDays).where(eq(pluginDays.ownerId, id));

const callersOf = (id: NamespaceId) => db.select().from(pluginCallers).where(eq(pluginCallers.namespaceId, id));

async function pluginIdIn({ namespaceId }: Organization): Promise<PluginRowId> {
  const [found] = await db.select().from(plugins).where(eq(plugins.ownerId, namespaceId));
  if (!found) throw new Error('no plugin');
  return found.id;
}

describe('the days', () => {
  test('calls count on the day (UTC) in which they started, today at once, with zeros for days without use', async () => {
    const app = await counted();
    await app.call();
    app.clock.advance(3_600_000);
    await app.call();
    await app.call();
    expect(await app.counts('?days=4')).toEqual({
      name: 'hello_ext',
      namespace_id: app.org.namespaceId,
      days: [
        { date: '2026-11-18', calls: 0, callers: 0, downloads: 0 },
        { date: '2026-11-19', calls: 0, callers: 0, downloads: 0 },
        { date: '2026-11-20', calls: 1, callers: 0, downloads: 0 },
        { date: '2026-11-21', calls: 2, callers: 1, downloads: 0 },
      ],
      total: { calls: 3, downloads: 0 },
      callers_30d: 1,
      last_called_at: '2026-11-21T00:00:00.000Z',
      namespaces: 1,
    });
    await sweepDays(app.deps);
    expect(await app.days('?days=4')).toEqual([
      { date: '2026-11-20', calls: 1, callers: 1, downloads: 0 },
      { date: '2026-11-21', calls: 2, callers: 1, downloads: 0 },
    ]);
  });

  test('sweeps that repeat, overlap or die change no day twice', async () => {
    const app = await counted();
    await app.call();
    await app.call(await keyOf(app.org));
    await Promise.all([sweepDays(app.deps), sweepDays(app.deps)]);
    const once = await daysOf(app.org.namespaceId);
    expect(once).toMatchObject([{ calls: 2, callers: 2, downloads: 0 }]);
    for (let trip = 1; trip <= 3; trip++) await sweepDays(killedAfter(app.deps, trip).dying).catch(() => undefined);
    await sweepDays(app.deps);
    expect(await daysOf(app.org.namespaceId)).toEqual(once);
  });

  test('days outlive the hours, for 13 months, and callers are forgotten after 30 days', async () => {
    const app = await counted();
    await app.call();
    await sweepDays(app.deps);
    app.clock.advance(31 * dayMs);
    await sweepTraffic(app.deps);
    await sweepDays(app.deps);
    expect(await app.days()).toEqual([{ date: '2026-11-20', calls: 1, callers: 1, downloads: 0 }]);
    expect(await app.counts()).toMatchObject({ callers_30d: 0, last_called_at: '2026-11-20T23:00:00.000Z' });
    expect(await callersOf(app.org.namespaceId)).toEqual([]);
    app.clock.advance(369 * dayMs);
    await sweepTraffic(app.deps);
    expect(await daysOf(app.org.namespaceId)).toHaveLength(1);
    app.clock.advance(dayMs);
    await sweepTraffic(app.deps);
    expect(await daysOf(app.org.namespaceId)).toEqual([]);
    expect(await app.counts()).toMatchObject({ last_called_at: null });
  });

  test.each([
    ['days=0', 422],
    ['days=396', 422],
    ['days=ten', 422],
    ['days=395', 200],
  ])('counts with %s answer %i', async (query, status) => {
    const { org } = await counted();
    expect((await org.get(`${org.plugins}/by-name/hello_ext/counts?${query}`)).status).toBe(status);
  });
});

describe('who sees counts', () => {
  test("another organization, and a key of another namespace, get the answer for a plugin that doesn't exist", async () => {
    const app = await counted();
    const other = await namespaceIn(app.org, 'other');
    const stranger = await organization({ fetch: app.fetch });
    const bound = await keyOf(app.org, { namespaceIds: [other] });
    for (const key of [stranger.key, bound]) expect(await app.counts('', key)).toMatchObject({ status: 404 });
  });
});

test('the days and callers of a deleted namespace are deleted, and a late write adds none', async () => {
  const app = await counted();
  const other = await namespaceIn(app.org, 'other');
  const org = { ...app.org, namespaceId: other, plugins: pluginsOf(other) };
  await live(org, app);
  const call = () => org.post(`${org.plugins}/by-name/hello_ext/realtime`, { inputs: {} });
  await call();
  await app.settled();
  await sweepDays(app.deps);
  expect(await daysOf(other)).toHaveLength(1);
  await org.del(`/v1/namespaces/${other}`);
  await emptyDeletedNamespaces(app.deps);
  await sweepDays(app.deps);
  await sweepDays(app.deps);
  expect([...(await daysOf(other)), ...(await callersOf(other))]).toEqual([]);
});

test('writing calls takes the trips and rows that it did, and one row more for the first call of a key in a day', async () => {
  countRows(env.DB);
  const { clock, deps, org } = await counted();
  const pluginId = await pluginIdIn(org);
  const counters = callCounters(0);
  const cost = async (caller: string, isolate = counters) => {
    const rows = noRows();
    const deferred: Promise<unknown>[] = [];
    const called = { namespaceId: org.namespaceId, pluginId, version: '1.0.0', end: 'ok' as const };
    await countedRows(rows, async () => {
      const counting = { ...deps, defer: (work: Promise<unknown>) => void deferred.push(work) };
      recordCall(counting, isolate, { ...called, caller, startedAt: clock.now() });
      await Promise.all(deferred);
    });
    return { trips: rows.trips, written: rows.written };
  };
  await cost('key_a');
  const known = await cost('key_a');
  expect(known).toEqual({ trips: 2, written: 3 });
  expect(await cost('key_a', callCounters(0))).toEqual(known);
  clock.advance(dayMs);
  await cost('key_b');
  expect(await cost('key_a')).toEqual({ ...known, written: known.written + 1 });
  expect(await cost('key_a')).toEqual(known);
});

test('callers beyond one batch are written with the same write', async () => {
  const { clock, deps, org } = await counted();
  const called = {
    namespaceId: org.namespaceId,
    pluginId: await pluginIdIn(org),
    version: '1.0.0',
    end: 'ok' as const,
  };
  const counters = callCounters(0);
  const deferred: Promise<unknown>[] = [];
  for (let nth = 0; nth <= traffic.callersAtOnce; nth++) {
    const counting = { ...deps, defer: (work: Promise<unknown>) => void deferred.push(work) };
    recordCall(counting, counters, { ...called, caller: `key_${nth}`, startedAt: clock.now() });
  }
  await Promise.all(deferred);
  expect(await callersOf(org.namespaceId)).toHaveLength(traffic.callersAtOnce + 1);
});

describe('the table of plugins', () => {
  test('plugins are listed by their use, and those that nobody called for a number of days', async () => {
    const app = await counted();
    await live(app.org, app, 'busy_ext');
    await live(app.org, app, 'old_ext');
    const call = (name: string) => app.org.post(`${app.org.plugins}/by-name/${name}/realtime`, { inputs: {} });
    const list = async (query: string) => {
      const { body } = await app.org.get(`${app.org.plugins}/by-name?${query}`);
      return Object(body).results.map(({ name }: { name: string }) => name);
    };
    await call('old_ext');
    await app.settled();
    await sweepDays(app.deps);
    app.clock.advance(89 * dayMs);
    await call('busy_ext');
    await call('busy_ext');
    await app.call();
    expect(await list('sort=calls_30d&order=desc')).toEqual(['busy_ext', 'hello_ext', 'old_ext']);
    expect(await list('sort=last_called')).toEqual(['old_ext', expect.any(String), expect.any(String)]);
    expect(await list('sort=callers_30d&order=desc&limit=2')).toEqual(expect.not.arrayContaining(['old_ext']));
    expect(await list('unused_days=90')).toEqual([]);
    await app.settled();
    await sweepDays(app.deps);
    app.clock.advance(dayMs);
    expect(await list('unused_days=90')).toEqual(['old_ext']);
    await live(app.org, app, 'new_ext');
    expect(await list('unused_days=90')).toEqual(['old_ext']);
    app.clock.advance(90 * dayMs);
    expect(await list('unused_days=90')).toContain('new_ext');
    app.clock.advance(-90 * dayMs);
    const { body } = await app.org.get(`${app.org.plugins}/by-name?search=busy`);
    expect(Object(body).results).toMatchObject([
      { calls_30d: 2, callers_30d: 1, downloads_30d: 0, calls_by_day: [...new Array(28).fill(0), 2, 0] },
    ]);
    expect(dayAt(app.clock.now())).toBe(dayAt(start) + 90);
  });
});
