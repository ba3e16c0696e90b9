// Says in SQL whether an organization may store more logs: by the quota of a day, and by its budget of stored bytes.
import { type SQL, sql } from 'drizzle-orm';
import type { OrganizationId } from '../core/ids.ts';
import { limitOf } from './quotas.ts';
import { logBudgets } from './schema/deploy.ts';
import { storedBytes } from './stored-bytes.ts';

const dayMs = 86_400_000;

/** Days since 1970-01-01, in UTC. */
export function dayOf(time: number): number {
  return Math.floor(time / dayMs);
}

/** Logs that are to be stored. All of them are as long as something is left of both budgets. */
export function logBudget(organizationId: OrganizationId | SQL, now: number) {
  const allowed = limitOf(organizationId, 'log_bytes_per_day');
  return {
    allowed,
    hasDayRoom: sql`${dayBytes(organizationId, now)} < ${allowed}`,
    hasRoom: sql`${storedBytes(organizationId)} < ${limitOf(organizationId, 'stored_bytes')}`,
  };
}

/** SQL: bytes of today. Clocks differ: what another one has counted for the next day counts already. */
export function dayBytes(organizationId: OrganizationId | SQL, now: number): SQL<number> {
  return sql<number>`(select coalesce(sum(${logBudgets.bytes}), 0) from ${logBudgets} where ${logBudgets.organizationId} = ${organizationId} and ${logBudgets.day} >= ${dayOf(now)})`;
}
