// What the events table tells of an organization, in the order in which it was written.
import { env } from 'cloudflare:workers';
import { asc, eq } from 'drizzle-orm';
import type { OrganizationId } from '../../src/core/ids.ts';
import { database } from '../../src/db/client.ts';
import { events } from '../../src/db/schema/events.ts';

export type Event = typeof events.$inferSelect;

export function eventsOf({ id }: { id: OrganizationId }): Promise<Event[]> {
  return database(env.DB).select().from(events).where(eq(events.organizationId, id)).orderBy(asc(events.id));
}

/** The types of the events from the `from`th on. */
export async function eventTypesOf(org: { id: OrganizationId }, from = 0): Promise<string[]> {
  return (await eventsOf(org)).slice(from).map(({ type }) => type);
}
