// The quota of plugins: distinct names with an accepted version in one namespace; a new version of a name costs nothing (D32).
import { type SQL, sql } from 'drizzle-orm';
import { namespaceOf } from '../access/owners.ts';
import { pluginsAllowed, quotaExceeded } from '../access/quotas.ts';
import { pluginVersions } from '../db/schema/registry.ts';
import type { Deps } from '../deps.ts';
import type { Upload } from './uploads.ts';

type Named = Pick<Upload, 'ownerId' | 'organizationId' | 'kind' | 'name'>;

function otherNames({ ownerId, name }: Named): SQL<number> {
  return sql<number>`(select count(distinct v.name) from ${pluginVersions} v where v.owner_id = ${ownerId} and v.deleted_at is null and v.name <> ${name})`;
}

/** SQL: the name may be (or already is) among those the namespace holds. Organizations' own plugins are not counted. */
export function withinQuota(upload: Named): SQL {
  if (namespaceOf(upload.ownerId) === null) return sql`true`;
  return sql`${otherNames(upload)} < ${pluginsAllowed(upload.organizationId)}`;
}

/** A statement for a batch: how many other names there are, and how many may be. */
export function selectQuotaUsage(db: Deps['db'], upload: Named) {
  const exceeded = sql<boolean>`not ${withinQuota(upload)}`.mapWith(Boolean);
  return db
    .select({ used: otherNames(upload), allowed: pluginsAllowed(upload.organizationId), exceeded })
    .from(sql`(select 1)`);
}

/** Refuses when the quota is used up. */
export function requireQuota(usage: { used: number; allowed: number; exceeded: boolean } | undefined): void {
  if (usage?.exceeded) throw quotaExceeded(usage.used, usage.allowed);
}
