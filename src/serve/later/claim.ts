// Claims the next later call: the oldest one from the organization with the fewest calls running.
import { getTableColumns, type SQL, sql } from 'drizzle-orm';
import { systemActor } from '../../contract/actor.ts';
import { leases } from '../../contract/limits/leases.ts';
import type { CallPriority } from '../../contract/states.ts';
import { previousChanged, writeAndRead } from '../../db/client.ts';
import { type Lease, leaseTo, newLeaseToken } from '../../db/lease.ts';
import { laterCallRows } from '../../db/schema/calls.ts';
import type { Deps } from '../../deps.ts';
import { record } from '../../events/record.ts';
import { quotaLimit } from '../../limits/quotas.ts';
import type { LaterCall } from './later-calls.ts';
import { mayBecome } from './states.ts';

/** Maximum organizations compared per claim. */
const organizationsMax = 500;

export interface ClaimedCall {
  call: LaterCall;
  lease: Lease;
  /** True if another call of the same priority is due, although its organization may be at its limit. */
  isOtherDue: boolean;
}

/** Claims a call. Returns undefined if none is due, or if every organization with a due call is at its limit. */
export async function claimNext(deps: Deps, priority: CallPriority): Promise<ClaimedCall | undefined> {
  const { db, clock } = deps;
  const now = clock.now();
  const token = newLeaseToken();
  const taken = leaseTo(token, now, leases.laterCall);
  // Uses the index of leases, because there is none for tokens.
  const isTaken = sql`${laterCallRows.status} = 'running' and ${laterCallRows.leaseUntil} = ${taken.leaseUntil} and ${laterCallRows.leaseToken} = ${token}`;
  const column = (name: 'id' | 'organization_id' | 'namespace_id') =>
    sql`(select ${sql.identifier(name)} from ${laterCallRows} where ${isTaken})`;
  const subject = {
    organizationId: column('organization_id'),
    namespaceId: column('namespace_id'),
    subjectId: column('id'),
  };
  const claim = [
    db
      .update(laterCallRows)
      .set({
        status: 'running',
        ...taken,
        runs: sql`${laterCallRows.runs} + 1`,
        startedAt: sql`coalesce(${laterCallRows.startedAt}, ${now})`,
      })
      .where(sql`${laterCallRows.id} = (${fairest(priority, now)}) and ${mayBecome('running')}`),
    record(deps, { ...subject, actor: systemActor, type: 'call.started' }, previousChanged),
  ];
  const isDue = sql`other.status = 'queued' and other.priority = ${priority} and other.due_at <= ${now}`;
  const isOtherDue = sql<number>`exists (select 1 from ${laterCallRows} other where ${isDue})`;
  const { claimed } = await writeAndRead(db, claim, {
    claimed: db
      .select({ ...getTableColumns(laterCallRows), isOtherDue: isOtherDue.as('is_other_due') })
      .from(laterCallRows)
      .where(isTaken),
  });
  const [row] = claimed;
  if (!row) return undefined;
  const { isOtherDue: otherDue, ...call } = row;
  const isRow = sql`${laterCallRows.id} = ${call.id}`;
  const isHeld = sql`${isRow} and ${laterCallRows.status} = 'running' and ${laterCallRows.leaseToken} = ${token}`;
  return {
    call,
    isOtherDue: otherDue === 1,
    lease: { table: laterCallRows, id: call.id, token, taken, isFree: sql`false`, isHeld },
  };
}

/**
 * SQL: SELECT of the ID. Jumps from organization to organization in the index of queued calls. Ties are broken at random: with a limit
 * of one, every organization that may be chosen has none running.
 */
function fairest(priority: CallPriority, now: number): SQL {
  const next = (behind: SQL) =>
    sql`select min(organization_id) from later_calls where status = 'queued' and priority = ${priority} ${behind}`;
  const oldest = sql`(select q.id from later_calls q where q.status = 'queued' and q.priority = ${priority}
    and q.organization_id = waiting.id and q.due_at <= ${now} and q.expires_at > ${now} order by q.due_at limit 1)`;
  const running = sql`(select count(*) from later_calls r where r.status = 'running' and r.organization_id = waiting.id)`;
  return sql`with recursive waiting(id) as (${next(sql``)}
    union all select (${next(sql`and organization_id > waiting.id`)}) from waiting where waiting.id is not null limit ${organizationsMax})
    select oldest from (select ${oldest} as oldest, ${running} as running, ${quotaLimit(sql`waiting.id`, 'parallel_later_calls')} as allowed
      from waiting where waiting.id is not null)
    where oldest is not null and running < allowed order by running, random() limit 1`;
}
