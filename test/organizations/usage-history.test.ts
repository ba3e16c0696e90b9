// Tests the usage of the last months over HTTP: by namespace and plugin, with limits and a forecast, as CSV, and who sees it.
import { env } from 'cloudflare:workers';
import { describe, expect, test } from 'vitest';
import type { NamespaceId, OrganizationId, PluginRowId } from '../../src/core/ids.ts';
import { database } from '../../src/db/client.ts';
import { storedMonths, usageMonths } from '../../src/db/schema/budgets.ts';
import { sweepStored } from '../../src/organizations/stored-months.ts';
import { sweepUsage } from '../../src/traffic/usage.ts';
import { clockAt, testApp } from '../support/deps.ts';
import { plugin } from '../support/plugins/plugin.ts';
import { publish } from '../support/plugins/publish.ts';
import { clientWithKey, namespaceIn, organization } from '../support/scenes/organization.ts';
import { killedAfter } from '../support/workers/killed-worker.ts';

const db = database(env.DB);

async function used(at = '2026-11-16T00:00:00Z') {
  const clock = clockAt(Date.parse(at));
  const app = testApp({ clock });
  const org = await organization({ fetch: app.fetch });
  const use = (
    month: string,
    calls: number,
    seconds = 0,
    pluginId: PluginRowId = 'plg_a',
    namespaceId: NamespaceId = org.namespaceId,
  ) =>
    db.insert(usageMonths).values({
      ...{ organizationId: org.id, month, namespaceId, calls, instanceMs: seconds * 1000 },
      pluginId,
    });
  const history = async (query = '') => Object((await org.get(`/v1/usage/history${query}`)).body);
  return { ...app, clock, org, use, history };
}

const storedOf = async (id: OrganizationId) =>
  (await db.select().from(storedMonths)).filter(({ organizationId }) => organizationId === id);

describe('the months', () => {
  test('every month is listed, oldest first, those without use with zeros, and the current one has a forecast and limits', async () => {
    const { history, org, use } = await used();
    await use('2025-12', 7, 3600);
    await use('2026-11', 50, 10);
    await use('2025-11', 999);
    await org.put('/v1/budget', { calls: 1000, on_exceeded: 'warn' });
    const { forecast, limits, months } = await history();
    expect(months.map(({ month, total }: { month: string; total: object }) => [month, total])).toEqual([
      ['2025-12', { calls: 7, instance_seconds: 3600, stored_bytes: null, cost: null }],
      ...['01', '02', '03', '04', '05', '06', '07', '08', '09', '10'].map((month) => [
        `2026-${month}`,
        { calls: 0, instance_seconds: 0, stored_bytes: null, cost: null },
      ]),
      ['2026-11', { calls: 50, instance_seconds: 10, stored_bytes: expect.any(Number), cost: null }],
    ]);
    expect(forecast).toMatchObject({ calls: 100, instance_seconds: 20 });
    expect(limits).toEqual({ calls: 1000, instance_seconds: null, stored_bytes: null });
  });

  test.each([
    ['2026-12-01T00:00:00Z', 0],
    ['2026-12-01T00:00:00Z', 31],
    ['2026-12-16T12:00:00Z', 31],
  ])('the forecast at %s of %i calls is a number, and no less than what was used', async (at, calls) => {
    const { history, use } = await used(at);
    if (calls > 0) await use('2026-12', calls);
    const { forecast } = await history('?months=1');
    expect(forecast.calls).toBeGreaterThanOrEqual(calls);
    if (at.includes('-16')) expect(forecast.calls).toBe(62);
  });

  test('groups are the 20 that cost most in all months, and one of all others, which add up to the total', async () => {
    const { history, use } = await used();
    for (let nth = 1; nth <= 23; nth++) await use('2026-10', nth, 0, `plg_${nth}`);
    await use('2026-11', 1000, 0, 'plg_1');
    const { months } = await history('?months=2&group=plugin');
    const [before, current] = months;
    expect(before.groups).toHaveLength(21);
    expect(before.groups[0]).toMatchObject({ plugin_id: 'plg_1', plugin_name: null, calls: 1 });
    expect(before.groups.at(-1)).toMatchObject({ namespace_id: null, plugin_id: null, calls: 2 + 3 + 4 });
    expect(before.total.calls).toBe((23 * 24) / 2);
    expect(before.groups.reduce((sum: number, { calls }: { calls: number }) => sum + calls, 0)).toBe(
      before.total.calls,
    );
    expect(current.groups).toMatchObject([{ plugin_id: 'plg_1', calls: 1000 }]);
    const byNamespace = await history('?months=1');
    expect(byNamespace.months[0].groups).toMatchObject([{ namespace_name: 'default', plugin_id: null, calls: 1000 }]);
  });

  test.each(['months=0', 'months=14', 'group=version', 'format=xml'])('%s is refused', async (query) => {
    const { org } = await used();
    expect((await org.get(`/v1/usage/history?${query}`)).status).toBe(422);
  });
});

describe('who sees usage', () => {
  test("a key of one namespace sees only its usage, and neither the organization's limits nor its stored bytes", async () => {
    const { history, org, use } = await used();
    const other = await namespaceIn(org, 'other');
    await use('2026-11', 5);
    await use('2026-11', 3, 0, 'plg_a', other);
    await org.put('/v1/budget', { calls: 1000, on_exceeded: 'warn' });
    const bound = await clientWithKey(org, { namespaceIds: [other] });
    expect((await bound.get('/v1/usage/history?months=1')).body).toMatchObject({
      months: [{ total: { calls: 3, stored_bytes: null }, groups: [{ namespace_name: 'other' }] }],
      limits: { calls: null },
    });
    expect((await bound.get(`/v1/usage/history?namespace_id=${org.namespaceId}`)).status).toBe(404);
    const stranger = await organization({ fetch: org.fetch });
    expect((await stranger.get(`/v1/usage/history?namespace_id=${other}`)).status).toBe(404);
    expect(await history(`?months=1&namespace_id=${other}`)).toMatchObject({ months: [{ total: { calls: 3 } }] });
  });
});

describe('stored bytes', () => {
  test('they are recorded once a day, earlier months keep those of their last day, and dying sweeps change nothing', async () => {
    const { clock, deps, history, org } = await used('2026-10-31T12:00:00Z');
    await publish(org, plugin());
    await sweepStored(deps);
    const [recorded] = await storedOf(org.id);
    expect(recorded?.bytes).toBeGreaterThan(0);
    await publish(org, plugin({ version: '2.0.0' }));
    await sweepStored(deps);
    expect(await storedOf(org.id)).toEqual([recorded]);
    for (let trip = 1; trip <= 2; trip++) await sweepStored(killedAfter(deps, trip).dying).catch(() => undefined);
    clock.advance(86_400_000);
    await Promise.all([sweepStored(deps), sweepStored(deps)]);
    const { months } = await history('?months=2');
    expect(months[0].total.stored_bytes).toBe(recorded?.bytes);
    expect(months[1].total.stored_bytes).toBeGreaterThan(recorded?.bytes ?? 0);
    clock.advance(366 * 86_400_000);
    await sweepUsage(deps);
    expect(await storedOf(org.id)).toMatchObject([{ month: '2026-11' }]);
  });
});

describe('CSV', () => {
  test.each([
    ['format', '?months=1&group=plugin&format=csv', undefined],
    ['Accept', '?months=1&group=plugin', 'text/csv'],
  ])('the %s asks for CSV, with a line for each group and one for stored bytes', async (_, query, accept) => {
    const { org, use } = await used();
    await use('2026-11', 5, 60);
    const { headers, text } = await org.send('GET', `/v1/usage/history${query}`, {
      headers: { ...(accept && { accept }) },
    });
    expect(headers.get('content-type')).toMatch(/^text\/csv/);
    expect(headers.get('vary')).toContain('accept');
    expect(text.split('\r\n')).toEqual([
      'month,namespace,plugin,calls,instance_seconds,stored_bytes,cost',
      '2026-11,default,plg_a,5,60,,',
      expect.stringMatching(/^2026-11,,,0,0,\d+,$/),
      '',
    ]);
  });
});
