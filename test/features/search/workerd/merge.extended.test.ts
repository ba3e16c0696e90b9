// Tests that a search finds the same while a long queue is merged into blocks, wherever the worker dies, and what the index costs.
import { env } from 'cloudflare:workers';
import { expect, test } from 'vitest';
import { z } from 'zod';
import { mergeLease } from '../../../../src/contract/features/search/limits.ts';
import { database } from '../../../../src/db/client.ts';
import { readDuePlugins } from '../../../../src/features/search/read-plugins.ts';
import { sweepIndex } from '../../../../src/features/search/sweep.ts';
import { meteredD1 } from '../../../support/database/metered-d1.ts';
import { pausedD1 } from '../../../support/database/paused-d1.ts';
import { clockAt, testApp } from '../../../support/deps.ts';
import { plugin } from '../../../support/plugins/plugin.ts';
import { publish } from '../../../support/plugins/publish.ts';
import { type Organization, organization } from '../../../support/scenes/organization.ts';

const found = z.object({ results: z.array(z.object({ name: z.string() })), has_more: z.boolean() });
/** Number of copies. With the first plugin, they are as many as are merged together. */
const many = 47;

/** Copies the first row of the organization's. `changes` are SQL over `i`, which counts to `many`, by column. */
async function copy(table: string, organizationId: string, changes: Record<string, string>): Promise<void> {
  const row = await env.DB.prepare(`select * from ${table} where organization_id = ?`).bind(organizationId).first();
  const columns = Object.keys(row ?? {});
  const values = columns.map((column) => changes[column] ?? `"${column}"`);
  await env.DB.prepare(
    `with recursive n(i) as (select 1 union all select i + 1 from n where i < ${many}),
      first as (select * from ${table} where organization_id = ? limit 1)
      insert into ${table} ("${columns.join('", "')}") select ${values} from first, n`,
  )
    .bind(organizationId)
    .run();
}

/** An organization whose queue is long enough to be merged, with more words than fit into a block. */
async function withMany(): Promise<Organization> {
  const org = await organization();
  await publish(org, plugin());
  const words = Array.from({ length: 40 }, (_, n) => `${String.fromCharCode(97 + (n % 26))}${'x'.repeat(28)}${n}y@`);
  const named = { name: "'tool_' || i" };
  const description = `replace('common ${words.join(' ')}', '@', i)`;
  await copy('plugins', org.id, { id: 'id || i', active_version_id: 'active_version_id || i', ...named });
  await copy('plugin_versions', org.id, { id: 'id || i', plugin_id: 'plugin_id || i', ...named, description });
  return org;
}

async function search(org: Organization, q: string) {
  const { results, has_more } = found.parse((await org.get(`/v1/search?limit=20&q=${q}`)).body);
  return { names: results.map(({ name }) => name), has_more };
}

const queries = ['common', 'tool', 'tool_7', `q${'x'.repeat(28)}16y9`, 'toool 31', 'hello', 'commn', 'absent'];

async function searchAll(org: Organization) {
  return Promise.all(queries.map((q) => search(org, q)));
}

/** Runs SQL whose first parameter is the organization. */
function run(org: Organization, text: string) {
  return env.DB.prepare(text).bind(org.id).all();
}

async function rowsOf(table: string, org: Organization): Promise<unknown[]> {
  return (await run(org, `select * from ${table} where organization_id = ? order by 1, 2`)).results;
}

test('a search finds the same wherever a merge dies, and after it is repeated', async () => {
  const org = await withMany();
  const clock = clockAt(Date.now());
  const dying = (lastTrip: number) =>
    pausedD1(env.DB, async (nth) => {
      if (nth > lastTrip) throw new Error('the worker died');
    });
  // Each death is the first: after eight of them, a plugin would be found by its name only.
  const dies = async (trip: number) => {
    await run(org, 'update search_words set tries = 0 where organization_id = ?');
    return sweepIndex(testApp({ clock, db: database(dying(trip)) }).deps).then(
      () => false,
      () => true,
    );
  };
  // The first two reads fill the queue.
  const begun = async () =>
    (await run(org, 'select id from search_words where merging and organization_id = ?')).results.length > 0;
  for (let trip = 1; !(await begun()); trip++) await dies(trip);
  const before = await searchAll(org);
  expect(before.slice(2, 5).map(({ names }) => names[0])).toEqual(['tool_7', 'tool_9', 'tool_31']);
  let isDone = false;
  for (let trip = 3; !isDone; trip++) {
    isDone = !(await dies(trip));
    if (!isDone && (await begun())) expect(await searchAll(org)).toEqual(before);
    clock.advance(mergeLease.leaseMs + 1);
  }
  expect((await rowsOf('search_blocks', org)).length).toBeGreaterThan(1);
  await sweepIndex(testApp({ clock }).deps);
  const merged = await rowsOf('search_blocks', org);
  await run(
    org,
    'update search_words set merging = 1, queued = merged where merged is not null and organization_id = ?',
  );
  await sweepIndex(testApp({ clock }).deps);
  expect(await rowsOf('search_blocks', org)).toEqual(merged);
});

test('no plugin enters a queue whose merge began after the plugin was read', async () => {
  const org = await withMany();
  const begin = (nth: number) =>
    nth === 3 ? run(org, 'update search_words set merging = 1 where number = 1 and organization_id = ?') : undefined;
  const db = database(pausedD1(env.DB, async (nth) => void (await begin(nth))));
  await readDuePlugins(testApp({ db }).deps);
  const entered = 'select number from search_words where queued is not null and number > 1 and organization_id = ?';
  expect((await run(org, entered)).results).toEqual([]);
});

test("a plugin doesn't wait until all of a large organization's are read", async () => {
  await withMany();
  const small = await organization();
  await publish(small, plugin());
  await run(small, 'update search_words set revision = revision + 1 where organization_id = ?');
  await readDuePlugins(testApp().deps);
  const due = 'select id from search_words where revision <> read_revision and organization_id = ?';
  expect((await run(small, due)).results).toEqual([]);
});

test('a deleted plugin leaves the blocks with the next merge', async () => {
  const org = await withMany();
  const { deps } = testApp();
  await sweepIndex(deps);
  await run(org, "update plugins set active_version_id = null where name = 'tool_7' and organization_id = ?");
  await sweepIndex(deps);
  expect((await search(org, 'tool_7')).names).not.toContain('tool_7');
  await run(org, 'update search_words set merging = 1 where queued is not null and organization_id = ?');
  await sweepIndex(deps);
  const lines = JSON.stringify(await rowsOf('search_blocks', org));
  expect([lines.includes('16y8 '), lines.includes('16y7 ')]).toEqual([true, false]);
});

test('a search of an organization with blocks reads at most 200 rows', async () => {
  const org = await withMany();
  await sweepIndex(testApp().deps);
  for (const q of ['common tool hello xxx', 'toool common', 'absnt']) {
    const { db, total } = meteredD1(env.DB);
    const { fetch } = testApp({ db: database(db) });
    await fetch(
      new Request(`https://slipway.test/v1/search?limit=20&q=${encodeURIComponent(q)}`, {
        headers: { authorization: `Bearer ${org.key}` },
      }),
    );
    expect(total().read).toBeLessThanOrEqual(200);
  }
});

test('publishing notes one row for the index, in the batch that activates the version', async () => {
  const org = await organization();
  await publish(org, plugin());
  await publish(org, plugin({ version: '1.1.0' }));
  expect(await rowsOf('search_words', org)).toMatchObject([{ organization_id: org.id, number: 1, revision: 2 }]);
});
