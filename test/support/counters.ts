// Compares the counters that triggers keep with what counting gives.
import { env } from 'cloudflare:workers';
import { recountLivePlugins, recounts } from '../../src/db/schema/triggers.ts';

/** Returns the counters, and plugins counted as live, that differ from a count: those that are wrong, missing or too many. */
export async function counterDifferences(): Promise<Record<string, unknown>[]> {
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
