// Quotas as SQL: a limit that the guard of a change holds in its own statement, and the refusal when it did.
import { type SQL, sql } from 'drizzle-orm';
import { type QuotaResource, quotaTable } from '../contract/quotas.ts';
import type { OrganizationId } from '../core/ids.ts';
import { Problem } from '../core/problem.ts';
import type { Db } from './client.ts';
import { quotas } from './schema/access.ts';

export interface Quota {
  resource: QuotaResource;
  /** How much there is without what is to be added. */
  used: SQL<number>;
  allowed: SQL<number>;
  /** SQL: there is room for what is to be added. */
  hasRoom: SQL;
}

export function quota(organizationId: OrganizationId, resource: QuotaResource, used: SQL<number>, adding = 1): Quota {
  const set = sql`select ${quotas.maxAllowed} from ${quotas} where ${quotas.organizationId} = ${organizationId} and ${quotas.resource} = ${resource}`;
  const allowed = sql<number>`coalesce((${set}), ${quotaTable[resource].fallback})`;
  return { resource, used, allowed, hasRoom: sql`${used} + ${adding} <= ${allowed}` };
}

/** A statement for a batch: what a refusal has to say. */
export function selectUsage(db: Db, { used, allowed, hasRoom }: Quota) {
  const exceeded = sql<boolean>`not ${hasRoom}`.mapWith(Boolean);
  return db.select({ used, allowed, exceeded }).from(sql`(select 1)`);
}

export interface Usage {
  used: number;
  allowed: number;
  exceeded: boolean;
}

export function requireQuota({ resource }: Pick<Quota, 'resource'>, usage: Usage | undefined): void {
  if (!usage?.exceeded) return;
  const { where, what } = quotaTable[resource];
  throw new Problem('quota-exceeded', `${where} has ${usage.used} of ${usage.allowed} ${what}`, {
    details: { resource, current_count: usage.used, max_allowed: usage.allowed },
  });
}
