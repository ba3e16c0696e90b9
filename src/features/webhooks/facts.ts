// Builds the SQL of what metrics, quotas and the archive of events need to know about webhooks.
import { and, eq, isNull, type SQL, sql } from 'drizzle-orm';
import { webhooks } from '../../contract/features/webhooks/limits.ts';
import { metrics } from '../../contract/limits/traffic.ts';
import { firstIdAt, type OrganizationId } from '../../core/ids.ts';
import type { Db } from '../../db/client.ts';
import type { Archiving } from '../../points.ts';
import { deliveries, endpoints } from './tables.ts';

const deletionsMax = 500;

/** Deletes a limited number of the organization's deliveries for events up to this time. Returns whether none is left. */
export async function deleteDeliveriesBefore(db: Db, { lastEventAt, organizationId }: Archiving): Promise<boolean> {
  // Delivery IDs start with their event's time.
  const old = sql`(select ${deliveries.id} from ${endpoints} cross join ${deliveries} on ${deliveries.endpointId} = ${endpoints.id}
    where ${endpoints.organizationId} = ${organizationId} and ${deliveries.id} < ${firstIdAt('delivery', lastEventAt + 1)} limit ${deletionsMax})`;
  const deleted = await db.delete(deliveries).where(sql`${deliveries.id} in ${old}`);
  return deleted.meta.changes < deletionsMax;
}

/** SQL: when the oldest due delivery was due, for webhooks that accept deliveries now, lane by lane. */
export function undelivered(now: number): SQL<number | null> {
  const { deletedAt, id, pausedUntil, status } = endpoints;
  const accepting = sql`select ${id} as id from ${endpoints} where ${status} = 'enabled' and ${deletedAt} is null
    and (${pausedUntil} is null or ${pausedUntil} <= ${now}) limit ${webhooks.measuredMax}`;
  const lanes = JSON.stringify(Array.from({ length: webhooks.lanes }, (_, lane) => lane));
  const oldest = sql`(select min(${deliveries.nextAt}) from ${deliveries} where ${deliveries.endpointId} = accepting.id
    and ${deliveries.lane} = lanes.value and ${deliveries.status} = 'pending')`;
  return sql`(select min(${oldest}) from (${accepting}) accepting cross join json_each(${lanes}) lanes)`;
}

const enabled = sql`select ${endpoints.failingSince} as since from ${endpoints}
  where ${endpoints.status} = 'enabled' and ${endpoints.deletedAt} is null limit ${metrics.countedMax}`;

/** SQL: the sample of the number of webhooks whose deliveries fail. */
export const failing = sql`select '{}' as labels, count(*) as value from (${enabled}) where since is not null`;

/** SQL: the number of the organization's webhooks. */
export function usedEndpoints(id: OrganizationId): SQL<number> {
  return sql`(select count(*) from ${endpoints} where ${and(isNull(endpoints.deletedAt), eq(endpoints.organizationId, id))})`;
}
