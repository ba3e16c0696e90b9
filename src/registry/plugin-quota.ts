// The quota of plugins: distinct names with an accepted version in one namespace; a new version of a name costs nothing (D32).
import { type SQL, sql } from 'drizzle-orm';
import { namespaceOf } from '../access/owners.ts';
import { type Quota, quota } from '../db/quotas.ts';
import { pluginVersions } from '../db/schema/registry.ts';
import type { Upload } from './uploads.ts';

type Named = Pick<Upload, 'ownerId' | 'organizationId' | 'kind' | 'name'>;

/** Room for the name, which may be among those the namespace holds. Organizations' own plugins are not counted. */
export function pluginQuota({ ownerId, organizationId, name }: Named): Quota {
  const otherNames = sql<number>`(select count(distinct v.name) from ${pluginVersions} v where v.owner_id = ${ownerId} and v.deleted_at is null and v.name <> ${name})`;
  const limited = quota(organizationId, 'plugins_per_namespace', otherNames);
  return namespaceOf(ownerId) === null ? { ...limited, hasRoom: unlimited } : limited;
}

const unlimited: SQL = sql`true`;
