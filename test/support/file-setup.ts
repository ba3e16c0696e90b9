// Runs before each test file: nothing is left of the file before, and D1 has the schema. Afterwards, whatever the file did, the counters
// have the amounts that counting gives, and no statement of Slipway's code scanned a growing table.
import { reset } from 'cloudflare:test';
import { env } from 'cloudflare:workers';
import { afterAll, expect } from 'vitest';
import { recountLivePlugins, recounts } from '../../src/db/schema/triggers.ts';
import { unexpectedScans } from './database/query-plans.ts';
import { acceptMessages, finishWork } from './workers/work-in-progress.ts';

// reset() skips stores that workerd has unloaded because nothing used them for ten seconds. Using them loads them.
await Promise.all([env.DB.prepare('select 1').run(), env.ARCHIVES.head('none')]);
await reset();
await env.DB.prepare(env.SCHEMA).run();
acceptMessages();

// Storage is emptied only when nothing uses it: work that is cancelled halfway would fail, or send messages to the next file.
afterAll(async () => {
  await finishWork();
  expect(await counterDifferences()).toEqual([]);
  expect(await unexpectedScans()).toEqual([]);
});

/** Returns the counters, and plugins counted as live, that differ from a count: those that are wrong, missing or too many. */
async function counterDifferences(): Promise<Record<string, unknown>[]> {
  const live = 'select namespace_id, plugin_id, organization_id from live_plugins';
  const pairs = [
    ...recounts.map((recount) => {
      const resource = /, '(\w+)'/.exec(recount)?.[1];
      return [
        `select * from (${recount}) where true`,
        `select * from counters where amount <> 0 and resource = '${resource}'`,
      ];
    }),
    [recountLivePlugins, live],
  ];
  const differences = pairs.flatMap(([a, b]) => [`${a} except ${b}`, `${b} except ${a}`]);
  const results = await env.DB.batch<Record<string, unknown>>(differences.map((query) => env.DB.prepare(query)));
  return results.flatMap(({ results: rows }) => rows);
}
