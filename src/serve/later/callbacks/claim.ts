// Claims the next result that is due at a callback: the longest-waiting one from the organization with the fewest callbacks in
// progress.
import { and, type SQL, sql } from 'drizzle-orm';
import { leases } from '../../../contract/limits/leases.ts';
import { laterCalls } from '../../../contract/limits/serving.ts';
import { laterCallRows } from '../../../db/schema/calls.ts';
import type { Deps } from '../../../deps.ts';
import type { LaterCall } from '../later-calls.ts';

/** Maximum organizations compared per claim. */
const organizationsMax = 500;

/**
 * Claims a result for the worker that has this token. Returns undefined if none is due, or if every organization with a due result is at
 * its limit.
 */
export async function claimCallback(
  { db, clock }: Pick<Deps, 'db' | 'clock'>,
  token: string,
): Promise<LaterCall | undefined> {
  const now = clock.now();
  const [claimed] = await db
    .update(laterCallRows)
    .set({ callbackToken: token, callbackAt: now + leases.callback.leaseMs })
    .where(and(sql`${laterCallRows.id} = (${fairest(now, token)})`, sql`${laterCallRows.callbackAt} <= ${now}`))
    .returning();
  return claimed;
}

/** SQL: SELECT of the ID. Jumps from organization to organization in the index of pending callbacks. */
function fairest(now: number, token: string): SQL {
  const next = (behind: SQL) =>
    sql`select min(organization_id) from later_calls where callback_at is not null ${behind}`;
  const oldest = sql`(select c.id from later_calls c where c.callback_at is not null and c.organization_id = waiting.id
    and c.callback_at <= ${now} order by c.callback_at limit 1)`;
  // Uses the index of callbacks in progress, because the index of due ones also has all that wait for a retry.
  const inProgress = (counted: SQL, condition: SQL) =>
    sql`(select ${counted} from later_calls r where r.callback_token is not null and r.organization_id = waiting.id
      and +r.callback_at > ${now} ${condition})`;
  const running = inProgress(sql`count(*)`, sql``);
  const others = inProgress(sql`count(distinct r.callback_token)`, sql`and r.callback_token <> ${token}`);
  return sql`with recursive waiting(id) as (${next(sql``)}
    union all select (${next(sql`and organization_id > waiting.id`)}) from waiting where waiting.id is not null limit ${organizationsMax})
    select oldest from (select ${oldest} as oldest, ${running} as running, ${others} as others from waiting where waiting.id is not null)
    where oldest is not null and running < ${laterCalls.callbacksAtOnce} and others < ${laterCalls.callbackWorkers}
    order by running, random() limit 1`;
}

/** Selects a result for which a worker is missing. */
export function dueCallbacks({ db, clock }: Pick<Deps, 'db' | 'clock'>) {
  return db
    .select({ id: laterCallRows.id })
    .from(laterCallRows)
    .where(sql`${laterCallRows.id} = (${fairest(clock.now(), '')})`);
}
