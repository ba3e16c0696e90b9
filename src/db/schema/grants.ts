// Table of grants: what an organization's administrators allow a plugin beyond the default. The database enforces uniqueness and
// nullability as declared here. Migrations are generated from these files.
import { index, sqliteTable } from 'drizzle-orm/sqlite-core';
import { actorRefSchema } from '../../contract/actor.ts';
import { permissionsSchema } from '../../contract/plugin/permissions.ts';
import { json, reference, timestamps } from '../columns.ts';
import { organizations } from './access.ts';
import { plugins } from './registry.ts';

/** One row per plugin with a grant. Deleted with the plugin's last version. */
export const pluginGrants = sqliteTable(
  'plugin_grants',
  {
    pluginId: reference('plugin_id', () => plugins.id).primaryKey(),
    organizationId: reference('organization_id', () => organizations.id),
    permissions: json('permissions', permissionsSchema).notNull(),
    grantedBy: json('granted_by', actorRefSchema).notNull(),
    ...timestamps,
  },
  (t) => [index('plugin_grants_listed').on(t.organizationId, t.pluginId)],
);
