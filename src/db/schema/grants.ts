// Table of grants: what an organization's administrators allow a plugin beyond the default. The database enforces uniqueness and
// nullability as declared here. Migrations are generated from these files.
import { index, sqliteTable, text } from 'drizzle-orm/sqlite-core';
import { actorRefSchema } from '../../contract/events/events.ts';
import { permissionsSchema } from '../../contract/plugin/permissions.ts';
import type { OrganizationId, PluginRowId } from '../../core/ids.ts';
import { json, time } from '../columns.ts';
import { organizations } from './access.ts';
import { plugins } from './registry.ts';

/** One row per plugin with a grant. Deleted with the plugin's last version. */
export const pluginGrants = sqliteTable(
  'plugin_grants',
  {
    pluginId: text('plugin_id')
      .$type<PluginRowId>()
      .primaryKey()
      .references(() => plugins.id),
    organizationId: text('organization_id')
      .$type<OrganizationId>()
      .notNull()
      .references(() => organizations.id),
    permissions: json('permissions', permissionsSchema).notNull(),
    grantedBy: json('granted_by', actorRefSchema).notNull(),
    createdAt: time('created_at').notNull(),
    updatedAt: time('updated_at').notNull(),
  },
  (t) => [index('plugin_grants_listed').on(t.organizationId, t.pluginId)],
);
