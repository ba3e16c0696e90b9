// Tests how many call-count rows a request reads, and how many counts it returns.
import { env } from 'cloudflare:workers';
import { eq } from 'drizzle-orm';
import { expect, test } from 'vitest';
import { traffic } from '../../../../src/contract/limits/traffic.ts';
import { countToNumbers, emptyCount } from '../../../../src/contract/traffic.ts';
import { database } from '../../../../src/db/client.ts';
import { plugins } from '../../../../src/db/schema/registry.ts';
import { callCounts } from '../../../../src/db/schema/traffic.ts';
import { clockAt, testApp } from '../../../support/deps.ts';
import { plugin } from '../../../support/plugins/plugin.ts';
import { publish } from '../../../support/plugins/publish.ts';
import { organization } from '../../../support/scenes/organization.ts';

const hour = Date.parse('2026-11-20T12:00:00Z');

/**
 * Returns how many per-minute counts there are for this many versions, each called in this many minutes of an hour, and whether the
 * response is truncated.
 */
async function listed(versions: number, minutes: number) {
  const app = testApp({ clock: clockAt(hour + 59.5 * 60_000) });
  const org = await organization({ fetch: app.fetch });
  await publish(org, plugin());
  const db = database(env.DB);
  const [found] = await db.select({ id: plugins.id }).from(plugins).where(eq(plugins.organizationId, org.id));
  if (!found) throw new Error('there is no plugin');
  const one = { ...emptyCount(), calls: 1 };
  const ofMinutes = Object.fromEntries(Array.from({ length: minutes }, (_, minute) => [minute, countToNumbers(one)]));
  const rows = Array.from({ length: versions }, (_, nth) => ({
    ...{ ...one, calls: minutes, namespaceId: org.namespaceId, pluginId: found.id, at: hour },
    ...{ version: `1.0.${nth}`, minutes: ofMinutes, hasMinutes: true },
  }));
  for (const row of rows) await db.insert(callCounts).values(row);
  const { body } = await org.get(`${org.plugins}/by-name/hello_ext/traffic?step=minute`);
  const { by_time: byTime, truncated } = Object(body);
  return [byTime.length, truncated];
}

test.each([
  ['as many rows as are read', traffic.rowsRead.minute, 1, traffic.rowsRead.minute, false],
  ['one row more', traffic.rowsRead.minute + 1, 1, traffic.rowsRead.minute, true],
  ['as many counts as are returned', traffic.countsMax / 60, 60, traffic.countsMax, false],
  ['more counts', traffic.countsMax / 60 + 1, 60, traffic.countsMax, true],
])('call counts with %s are complete or marked as truncated', async (_, versions, minutes, counts, truncated) => {
  expect(await listed(versions, minutes)).toEqual([counts, truncated]);
});
