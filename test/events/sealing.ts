// Events that are sealed.
import { env } from 'cloudflare:workers';
import { eq } from 'drizzle-orm';
import type { OrganizationId } from '../../src/core/ids.ts';
import { database } from '../../src/db/client.ts';
import { eventBlocks } from '../../src/db/schema/events.ts';
import { clockAt, testApp } from '../support/deps.ts';
import { organization } from '../support/scenes/organization.ts';
import { losingQueues } from '../support/workers/losing-queues.ts';

export const minute = 60_000;

export const db = database(env.DB);

/** Events are sealed in order across all organizations, so each scene starts after the earlier scenes. */
let start = Date.now();

export async function scene() {
  start += 60 * minute;
  const clock = clockAt(start);
  const { deps, fetch } = testApp({ clock, queues: losingQueues().queues });
  return { deps, clock, org: await organization({ fetch }) };
}

export function blocksOf({ id }: { id: OrganizationId }) {
  return db.select().from(eventBlocks).where(eq(eventBlocks.organizationId, id)).orderBy(eventBlocks.number);
}
