// Defines how a table's rows belong to an organization: by the organization's own ID, or by the ID of something it owns. Each of these
// columns has an index.
import { type SQL, sql } from 'drizzle-orm';
import type { OrganizationId } from '../core/ids.ts';
import type { Holder } from '../db/owned-table.ts';
import { apiKeys, namespaces } from '../db/schema/access.ts';
import { plugins, pluginVersions } from '../db/schema/registry.ts';
import { runs } from '../db/schema/runs.ts';

/** SQL: the IDs of the organization's holders of this kind. */
export function heldBy(holder: Holder, id: OrganizationId): SQL {
  const ofNamespaces = sql`select ${namespaces.id} from ${namespaces} where ${namespaces.organizationId} = ${id}`;
  if (typeof holder === 'function') return holder(id);
  switch (holder) {
    case 'organization':
      return sql`(select ${id} as id)`;
    case 'owner':
      return sql`(${ofNamespaces} union all select ${id})`;
    case 'namespace':
      return sql`(${ofNamespaces})`;
    case 'key':
      return sql`(select ${apiKeys.id} from ${apiKeys} where ${apiKeys.organizationId} = ${id})`;
    case 'run':
      return sql`(select ${runs.id} from ${runs} where ${runs.namespaceId} in (${ofNamespaces}))`;
  }
}

/**
 * SQL: the organization's versions, including deleted ones, found through its plugins. An index over all versions would cost an extra
 * row write per publish.
 */
export function ownedVersions(id: OrganizationId, condition: SQL): SQL {
  return sql`select ${pluginVersions.id} from ${plugins} cross join ${pluginVersions} on ${pluginVersions.pluginId} = ${plugins.id}
    where ${plugins.ownerId} in ${heldBy('owner', id)} and ${condition}`;
}
