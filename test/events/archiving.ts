// Sealed blocks that are moved to the store.
import { env } from 'cloudflare:workers';
import { eq } from 'drizzle-orm';
import type { OrganizationId } from '../../src/core/ids.ts';
import { database } from '../../src/db/client.ts';
import { eventArchives } from '../../src/db/schema/events.ts';
import { sealEvents } from '../../src/events/seal.ts';
import { exportOf, writeEvents } from '../support/database/many-events.ts';
import { clockAt, testApp } from '../support/deps.ts';
import { organization } from '../support/scenes/organization.ts';
import { losingQueues } from '../support/workers/losing-queues.ts';

/** Deletes all events. A sweep visits the organizations in turn, and those of earlier tests would use up its limit. */
export async function forgetEvents(): Promise<void> {
  await env.DB.batch(
    ['events', 'event_blocks', 'event_archives', 'store_sweeps'].map((table) => env.DB.prepare(`delete from ${table}`)),
  );
}

export const minute = 60_000;

export const day = 86_400_000;

export const db = database(env.DB);

/** Creates an organization with blocks of these sizes, each sealed a minute after its events, and one unsealed event. */
export async function scene(...sizes: number[]) {
  const clock = clockAt(Date.parse('2026-11-20T12:00:00Z'));
  const logged: unknown[] = [];
  const log = {
    info: () => {},
    warn: () => {},
    error: (event: string, fields: Record<string, unknown> = {}) => logged.push([event, fields.id]),
  };
  const { deps, fetch, settled } = testApp({ clock, queues: losingQueues().queues, log });
  const org = await organization({ fetch });
  for (const size of sizes) {
    await writeEvents(org, size, clock.now());
    clock.advance(minute);
    await sealEvents(deps);
  }
  await writeEvents(org, 1, clock.now());
  return { deps, clock, org, logged, settled, whole: await exportOf(org) };
}

export const archivesOf = ({ id }: { id: OrganizationId }) =>
  db.select().from(eventArchives).where(eq(eventArchives.organizationId, id)).orderBy(eventArchives.lastBlock);
