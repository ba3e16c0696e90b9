// Checks that a worker changes nothing, by comparing everything it could write before and after its work.
import { env } from 'cloudflare:workers';
import { expect } from 'vitest';

/** Every table that a worker with a lease writes to. Omits the outbox, because an extra message has no effect. */
const tables = [
  'deployment_steps',
  'deployments',
  'enabled_plugins',
  'events',
  'live_pointers',
  'plugin_versions',
  'plugins',
  'promotions',
  'scans',
  'uploads',
];

async function contents(more: readonly string[]): Promise<Record<string, unknown[]>> {
  const all = [...tables, ...more];
  const results = await env.DB.batch(all.map((table) => env.DB.prepare(`select * from ${table} order by rowid`)));
  return Object.fromEntries(all.map((table, i) => [table, results[i]?.results ?? []]));
}

/**
 * Runs the work of a worker that lost its lease, and expects that no row is written, also in more tables of a feature. The work may fail.
 */
export async function expectNoChange(work: () => Promise<unknown>, more: readonly string[] = []): Promise<void> {
  const before = await contents(more);
  await work().catch(() => {});
  expect(await contents(more)).toEqual(before);
}
