// Runs before each test file: removes everything that the previous file left, and creates the databases' schema. Afterwards it checks that
// the counters match the counted rows, and that no statement in Slipway's code scanned a growing table.
import { reset } from 'cloudflare:test';
import { env } from 'cloudflare:workers';
import { afterAll, expect } from 'vitest';
import { recountLivePlugins } from '../../src/db/schema/triggers.ts';
import { recounts } from '../../src/schema.ts';
import { unexpectedScans } from './database/query-plans.ts';
import { acceptMessages, finishWork } from './workers/work-in-progress.ts';

// reset() skips stores that workerd has unloaded after ten idle seconds, and using a store loads it.
const databases = [env.DB, env.DIRECTORY];
await Promise.all([...databases.map((db) => db.prepare('select 1').run()), env.ARCHIVES.head('none')]);
await reset();
await Promise.all(databases.map((db) => db.prepare(env.SCHEMA).run()));
acceptMessages();

// Empties the storage only when nothing uses it, because work that is cancelled would fail, or send messages to the next file.
afterAll(async () => {
  await finishWork();
  expect(await counterDifferences()).toEqual([]);
  expect(await unexpectedScans()).toEqual([]);
});

/** Returns counters, and plugins counted as live, that differ from an actual count because they are wrong, missing or surplus. */
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
