// Reads the table of a namespace's plugins.
import { env } from 'cloudflare:workers';
import { and, eq } from 'drizzle-orm';
import { emptyCount } from '../../../src/contract/traffic.ts';
import { database } from '../../../src/db/client.ts';
import { plugins } from '../../../src/db/schema/registry.ts';
import { callCounts } from '../../../src/db/schema/traffic.ts';
import { clockAt, type TestApp, testApp } from '../../support/deps.ts';
import { type Organization, organization } from '../../support/scenes/organization.ts';
import { losingQueues } from '../../support/workers/losing-queues.ts';

const now = Date.parse('2026-11-20T12:30:00Z');

export const hour = Date.parse('2026-11-20T12:00:00Z');

export interface Table extends TestApp {
  org: Organization;
  clock: ReturnType<typeof clockAt>;
  rows(query?: string): Promise<Record<string, unknown>[]>;
  names(query?: string): Promise<unknown[]>;
}

export async function tableApp(): Promise<Table> {
  const clock = clockAt(now);
  const app = testApp({ clock, queues: losingQueues().queues });
  const org = await organization({ fetch: app.fetch });
  const rows = async (query = '') => Object((await org.get(`${org.plugins}/by-name${query}`)).body).results;
  const names = async (query = '') => (await rows(query)).map(({ name }: Record<string, unknown>) => name);
  return { ...app, org, clock, rows, names };
}

/** Writes the rows that an isolate would write: a version's calls of up to 16 ms each, also counted per minute. */
export async function countCalls(
  { org }: Table,
  name: string,
  at: number,
  calls: number,
  errors = 0,
  minutes: Record<string, number[]> = {},
  version = '1.0.0',
): Promise<void> {
  const db = database(env.DB);
  const isNamed = and(eq(plugins.organizationId, org.id), eq(plugins.name, name));
  const [found] = await db.select({ id: plugins.id }).from(plugins).where(isNamed);
  if (!found) throw new Error(`there is no plugin ${name}`);
  const latencies = emptyCount().latencies.with(4, calls);
  const counted = { ...emptyCount(), calls, errors, latencies, version, at, minutes, hasMinutes: false };
  await db.insert(callCounts).values({ ...counted, namespaceId: org.namespaceId, pluginId: found.id });
}
