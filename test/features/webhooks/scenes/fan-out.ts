// Reads which events an endpoint gets.
import { env } from 'cloudflare:workers';
import { asc, eq } from 'drizzle-orm';
import { database } from '../../../../src/db/client.ts';
import { events } from '../../../../src/db/schema/events.ts';
import { deliveries } from '../../../../src/features/webhooks/tables.ts';
import type { Webhook } from './webhooks.ts';

export const db = database(env.DB);

export async function typesFor({ id }: Webhook): Promise<string[]> {
  const rows = await db
    .select({ type: events.type })
    .from(deliveries)
    .innerJoin(events, eq(events.id, deliveries.eventId))
    .where(eq(deliveries.endpointId, id))
    .orderBy(asc(events.seq));
  return rows.map(({ type }) => type);
}
