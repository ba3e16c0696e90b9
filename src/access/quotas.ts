// How much an organization may have, as data.
import { type SQL, sql } from 'drizzle-orm';
import type { OrganizationId } from '../core/ids.ts';
import { Problem } from '../core/problem.ts';
import { quotas } from '../db/schema/access.ts';

export const pluginsPerNamespaceDefault = 10;

/** SQL for the number of distinct plugin names a namespace of the organization may hold (D32). */
export function pluginsAllowed(organizationId: OrganizationId): SQL<number> {
  return sql<number>`coalesce((select ${quotas.maxAllowed} from ${quotas} where ${quotas.organizationId} = ${organizationId} and ${quotas.resource} = 'plugins_per_namespace'), ${pluginsPerNamespaceDefault})`;
}

export function quotaExceeded(currentCount: number, maxAllowed: number): Problem {
  return new Problem('quota-exceeded', `This namespace holds ${currentCount} plugins; its quota is ${maxAllowed}`, {
    details: { current_count: currentCount, max_allowed: maxAllowed },
  });
}
