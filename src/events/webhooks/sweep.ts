// No webhook waits for a message that was lost: what is not yet fanned out is, what is due is sent for, what is old goes.
import { and, eq, isNotNull, sql } from 'drizzle-orm';
import { attempts, deliveries, endpoints } from '../../db/schema/webhooks.ts';
import type { Deps } from '../../deps.ts';
import { isDeliverable, isUnleased } from './deliver.ts';
import { fanOutAndDeliver } from './fan-out.ts';

const keptMs = 30 * 24 * 3600 * 1000;
const deletedAtOnce = 500;

export async function sweepWebhooks(deps: Pick<Deps, 'db' | 'clock' | 'queues'>): Promise<void> {
  const { db, clock, queues } = deps;
  await fanOutAndDeliver(deps);
  const now = clock.now();
  const ready = await db
    .select({ id: endpoints.id })
    .from(endpoints)
    .where(and(isDeliverable(now), isUnleased(now)))
    .limit(100);
  for (const { id } of ready) await queues.deliveries.send({ v: 1, type: 'deliver', id });
  await forget(deps);
}

/** Deliveries that ended a month ago, and those of deleted endpoints, some at a time. */
async function forget({ db, clock }: Pick<Deps, 'db' | 'clock'>): Promise<void> {
  const ended = sql`select id from deliveries where status <> 'pending' and updated_at < ${clock.now() - keptMs} order by updated_at limit ${deletedAtOnce}`;
  const ownerless = sql`select d.id from webhook_endpoints w join deliveries d on d.endpoint_id = w.id where w.deleted_at is not null order by d.id limit ${deletedAtOnce}`;
  const old = sql`(select * from (${ended}) union all select * from (${ownerless}))`;
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
