// Makes up for lost webhook messages: fans out events, enqueues due deliveries, and deletes old ones.
import { and, asc, eq, isNotNull, lte, type SQL, sql } from 'drizzle-orm';
import { webhooks } from '../../contract/features/webhooks/limits.ts';
import { sweepLimits } from '../../contract/limits/leases.ts';
import { firstIdAt } from '../../core/ids.ts';
import { placeInOrganization } from '../../db/by-organization.ts';
import type { Deps } from '../../deps.ts';
import { runIsolated, sendAll } from '../../events/send-all.ts';
import { fanOutAndDeliver, newEvents } from './fan-out.ts';
import { deliverMessages, freeLanes, readyColumns } from './lanes.ts';
import { deliveries, endpoints, webhookLanes } from './tables.ts';

const deletionsMax = 2_000;
const dayMs = 24 * 3_600_000;

type SweepDeps = Pick<Deps, 'db' | 'clock' | 'queues' | 'log' | 'settings'>;

/** Sends due deliveries. If one fails, the sweep continues with the others (D43). */
export async function sweepWebhooks(deps: SweepDeps): Promise<void> {
  const parts = [fanOutAndDeliver, sendDue, deleteOld].map((part) => ({ id: part.name, part }));
  await runIsolated(deps, parts, (_, { part }) => part(deps));
}

async function sendDue(deps: SweepDeps): Promise<void> {
  await sendAll(deps, 'deliveries', deliverMessages(await selectReady(deps)));
}

/** Selects the first ready endpoint of each organization, then the second ones, and so on, up to as many as have a worker at once. */
function selectReady({ db, clock }: Pick<Deps, 'db' | 'clock'>) {
  const ready = db
    .select({
      ...readyColumns(clock.now()),
      place: placeInOrganization(endpoints.organizationId, endpoints.id).as('place'),
    })
    .from(endpoints)
    .where(and(sql`${endpoints.id} in (${withPending})`, sql`${freeLanes(clock.now())} > 0`))
    .as('ready');
  return db
    .select({ id: ready.id, organizationId: ready.organizationId, lanes: ready.lanes, workers: ready.workers })
    .from(ready)
    .where(lte(ready.place, webhooks.lanesPerOrganization))
    .orderBy(asc(ready.place))
    .limit(sweepLimits.messagesAtOnce);
}

export function dueWebhooks(deps: Pick<Deps, 'db' | 'clock' | 'settings'>) {
  const deleted = sql`select ${endpoints.id} from ${endpoints} where ${endpoints.deletedAt} is not null`;
  return [newEvents, selectReady(deps), endedLongAgo(deps), deleted];
}

/** SQL: the IDs of endpoints with pending deliveries. Jumps from endpoint to endpoint in the index of pending deliveries. */
const withPending = (() => {
  const next = (behind: SQL) =>
    sql`select min(${deliveries.endpointId}) from ${deliveries} where ${deliveries.status} = 'pending' ${behind}`;
  return sql`with recursive found(id) as (${next(sql``)}
    union all select (${next(sql`and ${deliveries.endpointId} > found.id`)}) from found where found.id is not null)
    select id from found where id is not null`;
})();

/** Deletes a limited number of old deliveries, then those of deleted endpoints, then the deleted endpoints. */
async function deleteOld(deps: SweepDeps): Promise<void> {
  const { db } = deps;
  const ended = endedLongAgo(deps);
  const orphaned = sql`select ${deliveries.id} from ${endpoints} cross join ${deliveries} on ${deliveries.endpointId} = ${endpoints.id}
    where ${endpoints.deletedAt} is not null limit ${deletionsMax}`;
  const old = sql`(select * from (${ended}) union all select * from (${orphaned}))`;
  await db.batch([
    db.delete(deliveries).where(sql`${deliveries.id} in ${old}`),
    db
      .delete(webhookLanes)
      .where(
        sql`${webhookLanes.endpointId} in (select ${endpoints.id} from ${endpoints} where ${endpoints.deletedAt} is not null)`,
      ),
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

/** SQL: the IDs of deliveries that ended long ago. Delivery IDs start with their event's time. */
function endedLongAgo({ clock, settings }: Pick<Deps, 'clock' | 'settings'>): SQL {
  const before = clock.now() - settings.DELIVERY_RETENTION_DAYS * dayMs;
  return sql`select ${deliveries.id} from ${deliveries}
    where ${deliveries.id} < ${firstIdAt('delivery', before)} and ${deliveries.status} <> 'pending' and ${deliveries.updatedAt} < ${before}
    order by ${deliveries.id} limit ${deletionsMax}`;
}
