// Claims, renews and releases leases: one worker at a time may change a row, by conditional updates of its lease columns. A worker that
// died stops renewing, so its lease expires and the next claim succeeds. Every later write of a worker repeats `hasLease`, so that a
// worker that lost its lease changes nothing. Lengths, and what a loss means to each user, are in `leases` (contract/limits/leases.ts).
import { eq, isNull, lte, or, type SQL } from 'drizzle-orm';
import type { AnySQLiteColumn } from 'drizzle-orm/sqlite-core';
import type { Clock } from '../core/clock.ts';

interface LeaseColumns {
  leaseToken: AnySQLiteColumn<{ data: string }>;
  leaseUntil: AnySQLiteColumn<{ data: number }>;
}

/** SQL: no worker holds the lease. The condition of a claim. */
export function isUnleased({ leaseUntil }: Pick<LeaseColumns, 'leaseUntil'>, now: number): SQL | undefined {
  return or(isNull(leaseUntil), lte(leaseUntil, now));
}

/** SQL: the worker with this token holds the lease, though it may have expired. The condition of everything it writes. */
export function hasLease({ leaseToken }: Pick<LeaseColumns, 'leaseToken'>, token: string): SQL {
  return eq(leaseToken, token);
}

export function newLeaseToken(): string {
  return crypto.randomUUID();
}

/** Columns of a claim or a renewal. */
export function leaseTo(token: string, now: number, { leaseMs }: { leaseMs: number }) {
  return { leaseToken: token, leaseUntil: now + leaseMs };
}

/** Columns of a release: the next claim succeeds immediately. */
export const released = { leaseToken: null, leaseUntil: null } as const;

interface Renewal {
  leaseMs: number;
  renewEveryMs: number;
}

/**
 * Returns a checkpoint to call between pieces of long work; it renews the lease when that is due. In workerd the clock advances only
 * while code waits, so each call first yields. `atCheckpoint` may throw to end the work.
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

/** Runs `work` and calls `renew` by a timer meanwhile, for work that mostly waits for other systems. `renew` handles its own failures. */
export async function renewWhile<Result>(
  everyMs: number,
  renew: () => Promise<void>,
  work: () => Promise<Result>,
): Promise<Result> {
  const timer = setInterval(() => void renew(), everyMs);
  try {
    return await work();
  } finally {
    clearInterval(timer);
  }
}
