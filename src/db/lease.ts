// Leases let only one worker at a time change a row. A worker that died stops renewing, so its lease expires and the next claim
// succeeds. The claim and every later write are conditional updates, so a worker that lost its lease changes nothing. `leases`
// (contract/limits/leases.ts) has the lease lengths and what a loss means for each user.
import { eq, getTableName, isNull, lte, or, type SQL, sql } from 'drizzle-orm';
import type { AnySQLiteColumn, SQLiteTable } from 'drizzle-orm/sqlite-core';
import type { Clock } from '../core/clock.ts';
import type { Log } from '../core/log.ts';
import type { Db } from './client.ts';

/** A table with the columns `lease` (columns.ts). */
interface LeasedTable extends SQLiteTable {
  id: AnySQLiteColumn<{ data: string }>;
  leaseToken: AnySQLiteColumn<{ data: string }>;
  leaseUntil: AnySQLiteColumn<{ data: number }>;
}

/** The lease of one row, for one worker. */
export interface Lease {
  table: LeasedTable;
  id: string;
  token: string;
  /** SQL condition of the claim: no worker holds the lease. */
  isFree: SQL;
  /** Columns that a claim sets. */
  taken: { leaseToken: string; leaseUntil: number };
  /** SQL condition of all the worker's writes: it holds the lease, though it may have expired. */
  isHeld: SQL;
}

export function newLease(table: LeasedTable, id: string, { leaseMs }: { leaseMs: number }, now: number): Lease {
  const token = newLeaseToken();
  const isRow = sql`${table.id} = ${id}`;
  return {
    table,
    id,
    token,
    isFree: sql`${isRow} and ${isUnleased(table, now)}`,
    taken: leaseTo(token, now, { leaseMs }),
    isHeld: sql`${isRow} and ${hasLease(table, token)}`,
  };
}

/** Columns that a release sets: the next claim succeeds immediately. */
export const released = { leaseToken: null, leaseUntil: null } as const;

/** SQL: no worker holds the lease. */
export function isUnleased({ leaseUntil }: { leaseUntil: AnySQLiteColumn<{ data: number }> }, now: number): SQL {
  return sql`${or(isNull(leaseUntil), lte(leaseUntil, now))}`;
}

/** SQL: the worker with this token holds the lease. */
export function hasLease({ leaseToken }: { leaseToken: AnySQLiteColumn<{ data: string }> }, token: string): SQL {
  return eq(leaseToken, token);
}

export function newLeaseToken(): string {
  return crypto.randomUUID();
}

/** Returns the columns that a claim sets. */
export function leaseTo(token: string, now: number, { leaseMs }: { leaseMs: number }) {
  return { leaseToken: token, leaseUntil: now + leaseMs };
}

interface Renewal {
  leaseMs: number;
  renewEveryMs: number;
}

/**
 * Runs `work` while a timer renews the lease, for work that mostly waits for other systems. Calls `onLost` if a renewal finds that
 * another worker holds the lease, or that the row was released.
 */
export async function keepLease<Result>(
  { db, clock, log }: { db: Db; clock: Clock; log: Log },
  { table, id, isHeld }: Lease,
  { leaseMs, renewEveryMs, onLost = () => {} }: Renewal & { onLost?: () => void },
  work: () => Promise<Result>,
): Promise<Result> {
  const renew = async () => {
    const until = clock.now() + leaseMs;
    const held = await db.all(sql`update ${table} set lease_until = ${until} where ${isHeld} returning lease_token`);
    if (held.length === 0) onLost();
  };
  const notRenewed = (cause: unknown) => log.warn('lease.not_renewed', { table: getTableName(table), id, cause });
  const timer = setInterval(() => void renew().catch(notRenewed), renewEveryMs);
  try {
    return await work();
  } finally {
    clearInterval(timer);
  }
}

/**
 * Returns a checkpoint to call between pieces of long work; it renews the lease when due. In workerd, the clock advances only while
 * code waits, so each call first yields. `atCheckpoint` may throw to stop the work.
 */
export function renewAtCheckpoints(
  clock: Clock,
  { leaseMs, renewEveryMs }: Renewal,
  renew: (leaseUntil: number) => Promise<unknown>,
  atCheckpoint: (now: number) => void = () => {},
): () => Promise<void> {
  let renewedAt = clock.now();
  return async () => {
    await new Promise((resolve) => setTimeout(resolve, 0));
    const now = clock.now();
    atCheckpoint(now);
    if (now < renewedAt + renewEveryMs) return;
    renewedAt = now;
    await renew(now + leaseMs);
  };
}
