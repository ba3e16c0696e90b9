// Limits the log bytes that an organization stores, per UTC day and within its quota of stored bytes. Drops excess output, and reports
// that in a log line.
import { inArray, lt, sql } from 'drizzle-orm';
import { chunkName, type LogChunk } from '../contract/builder/logs/chunk.ts';
import { dayAt, dayMs } from '../contract/traffic.ts';
import { iso } from '../core/clock.ts';
import { isId, type OrganizationId } from '../core/ids.ts';
import { qualified } from '../db/client.ts';
import { deployments, logBudgets } from '../db/schema/deploy.ts';
import type { Deps } from '../deps.ts';
import { dayBytes, storedBytes } from '../limits/amounts.ts';
import { quotaLimit } from '../limits/quotas.ts';

export interface Budget {
  organizationId: OrganizationId;
  /** Log bytes allowed per day. */
  allowed: number;
  /** True if the day's budget isn't used up. */
  hasDayRoom: boolean;
  /** True if the stored-bytes budget isn't used up. */
  hasRoom: boolean;
}

type BudgetDeps = Pick<Deps, 'db' | 'clock'>;

/** Returns the budgets of the deployments' organizations, in one D1 round trip. Deleted deployments have no budget. */
export async function readBudgets({ db, clock }: BudgetDeps, ids: readonly string[]): Promise<Map<string, Budget>> {
  const known = JSON.stringify(ids.filter((id) => isId('deployment', id)));
  const { id, organizationId } = deployments;
  const of = sql`${organizationId}`;
  const allowed = quotaLimit(of, 'log_bytes_per_day');
  const hasDayRoom = sql`${dayBytes(of, clock.now())} < ${allowed}`;
  const hasRoom = sql`${storedBytes(of)} < ${quotaLimit(of, 'stored_bytes')}`;
  const rows = await db
    .select({
      id,
      organizationId,
      allowed: qualified(allowed),
      hasDayRoom: qualified(hasDayRoom).mapWith(Boolean),
      hasRoom: qualified(hasRoom).mapWith(Boolean),
    })
    .from(deployments)
    .where(inArray(id, sql`(select value from json_each(${known}))`));
  return new Map(rows.map(({ id: deployment, ...budget }) => [deployment, budget]));
}

/**
 * Counts stored bytes. Callers check budgets first and count afterwards, so failed stores cost nothing and one store may exceed a
 * budget. Clocks differ, so the counted day never moves back.
 */
export async function countStored(
  { db, clock }: BudgetDeps,
  bytes: ReadonlyMap<OrganizationId, number>,
): Promise<void> {
  if (bytes.size === 0) return;
  const stored = JSON.stringify([...bytes]);
  const newest = sql`(select max(known.day) from ${logBudgets} known where known.organization_id = value ->> 0)`;
  await db.insert(logBudgets).select(
    sql`select value ->> 0, max(${dayAt(clock.now())}, coalesce(${newest}, 0)), value ->> 1 from json_each(${stored}) where true
      on conflict do update set bytes = ${logBudgets.bytes} + excluded.bytes`,
  );
}

/** Distinguishes drop notices from builders' chunks, whose writer names are random. */
const droppedWriter = '00000000';

/** Returns the notice that replaces dropped chunks. */
export function droppedNotice(first: Pick<LogChunk, 'start'>, { allowed, hasDayRoom }: Budget): LogChunk {
  const line = hasDayRoom
    ? 'Nothing is stored from here until your organization has room: its quota stored_bytes is used up. See what holds the bytes with `slipway quotas list`, and delete what you no longer need, or ask your operator for a higher quota.'
    : `Nothing is stored from here until 00:00 UTC: your organization's instances have printed its ${allowed} bytes of logs for a day. Print less, or ask your operator for a higher quota log_bytes_per_day.`;
  return { start: first.start, writer: droppedWriter, lines: [{ at: iso(first.start), stream: 'host', line }] };
}

/** Returns whether this stored chunk already announces the drop for the other chunk's day. */
export function announcesDrop(newest: string | undefined, first: Pick<LogChunk, 'start'>): boolean {
  if (newest?.endsWith(`-${droppedWriter}`) !== true) return false;
  const startOfDay = dayAt(first.start) * dayMs;
  return newest <= chunkName({ start: startOfDay, writer: droppedWriter });
}

/** Deletes the counts for days whose lines have been deleted. */
export async function deleteOldBudgets({ db, clock }: BudgetDeps, retentionMs: number): Promise<void> {
  await db.delete(logBudgets).where(lt(logBudgets.day, dayAt(clock.now() - retentionMs)));
}
