// Makes up for lost messages of webhooks: fans out events, enqueues due deliveries, and deletes old ones.
import { and, eq, isNotNull, type SQL, sql } from 'drizzle-orm';
import { retention } from '../../contract/limits.ts';
import { isUnleased } from '../../db/lease.ts';
import { attempts, deliveries, endpoints } from '../../db/schema/webhooks.ts';
import type { Deps } from '../../deps.ts';
import { isDeliverable } from './deliver.ts';
import { fanOutAndDeliver } from './fan-out.ts';

const deletionsMax = 500;

export async function sweepWebhooks(deps: Pick<Deps, 'db' | 'clock' | 'queues'>): Promise<void> {
  const { db, clock, queues } = deps;
  await fanOutAndDeliver(deps);
  const now = clock.now();
  const ready = await db
    .select({ id: endpoints.id })
    .from(endpoints)
    .where(and(sql`${endpoints.id} in (${withPending})`, isDeliverable(now), isUnleased(endpoints, now)))
    .limit(100);
  for (const { id } of ready) await queues.deliveries.send({ v: 1, type: 'deliver', id });
  await deleteOld(deps);
}

/** SQL: the IDs of endpoints with pending deliveries. Goes from one endpoint to the next in the index of pending deliveries. */
const withPending = (() => {
  const next = (behind: SQL) =>
    sql`select min(${deliveries.endpointId}) from ${deliveries} where ${deliveries.status} = 'pending' ${behind}`;
  return sql`with recursive found(id) as (${next(sql``)}
    union all select (${next(sql`and ${deliveries.endpointId} > found.id`)}) from found where found.id is not null)
    select id from found where id is not null`;
})();

/** Deletes deliveries that ended long ago, those of deleted endpoints, and then those endpoints. A limited number at a time. */
async function deleteOld({ db, clock }: Pick<Deps, 'db' | 'clock'>): Promise<void> {
  const ended = sql`select ${deliveries.id} from ${deliveries}
    where ${deliveries.status} <> 'pending' and ${deliveries.updatedAt} < ${clock.now() - retention.deliveriesMs}
    order by ${deliveries.updatedAt} limit ${deletionsMax}`;
  const orphaned = sql`select ${deliveries.id} from ${endpoints} cross join ${deliveries} on ${deliveries.endpointId} = ${endpoints.id}
    where ${endpoints.deletedAt} is not null limit ${deletionsMax}`;
  const old = sql`(select * from (${ended}) union all select * from (${orphaned}))`;
  await db.batch([
    db.delete(attempts).where(sql`${attempts.deliveryId} in ${old}`),
    db.delete(deliveries).where(sql`${deliveries.id} in ${old}`),
    db
      .delete(endpoints)
      .where(
        and(
          isNotNull(endpoints.deletedAt),
          sql`not exists (select 1 from ${deliveries} where ${eq(deliveries.endpointId, endpoints.id)})`,
        ),
      ),
  ]);
}
