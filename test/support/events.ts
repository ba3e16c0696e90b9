// Reads an organization's events from the table, in write order.
import { env } from 'cloudflare:workers';
import { asc, eq } from 'drizzle-orm';
import { z } from 'zod';
import { eventData } from '../../src/contract/events/events.ts';
import type { OrganizationId } from '../../src/core/ids.ts';
import { database } from '../../src/db/client.ts';
import { events } from '../../src/db/schema/events.ts';

export type Event = typeof events.$inferSelect;

/** Returns the events, after checking that each event's data exactly matches the schema of its type. */
export async function eventsOf({ id }: { id: OrganizationId }): Promise<Event[]> {
  const rows = await database(env.DB)
    .select()
    .from(events)
    .where(eq(events.organizationId, id))
    .orderBy(asc(events.seq));
  for (const { type, data } of rows) z.strictObject(eventData[type].shape).parse(data);
  return rows;
}

/** Returns the types of the organization's events from index `from` onward. */
export async function eventTypesOf(org: { id: OrganizationId }, from = 0): Promise<string[]> {
  return (await eventsOf(org)).slice(from).map(({ type }) => type);
}
