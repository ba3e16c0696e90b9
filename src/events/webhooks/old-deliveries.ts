// Deletes the deliveries of events that leave the database. A delivery cannot be sent without its event.
import { sql } from 'drizzle-orm';
import { firstIdOf, type OrganizationId } from '../../core/ids.ts';
import { deliveries, endpoints } from '../../db/schema/webhooks.ts';
import type { Deps } from '../../deps.ts';

const deletionsMax = 500;

/** Deletes deliveries of the organization's events up to this time, a limited number. Returns whether none is left. */
export async function deleteDeliveriesBefore(
  db: Deps['db'],
  organizationId: OrganizationId,
  lastEventAt: number,
): Promise<boolean> {
  // IDs of deliveries begin with the time of their event.
  const old = sql`(select ${deliveries.id} from ${endpoints} cross join ${deliveries} on ${deliveries.endpointId} = ${endpoints.id}
    where ${endpoints.organizationId} = ${organizationId} and ${deliveries.id} < ${firstIdOf('delivery', lastEventAt + 1)} limit ${deletionsMax})`;
  const deleted = await db.delete(deliveries).where(sql`${deliveries.id} in ${old}`);
  return deleted.meta.changes < deletionsMax;
}
