// Table of the needs that people dismissed. The database enforces uniqueness and nullability as declared here. Migrations are generated
// from these files.
import { index, primaryKey, sqliteTable, text } from 'drizzle-orm/sqlite-core';
import type { ApiKeyId, OrganizationId, PersonId } from '../../core/ids.ts';
import { time } from '../columns.ts';

export const dismissals = sqliteTable(
  'dismissals',
  {
    organizationId: text('organization_id').$type<OrganizationId>().notNull(),
    /** The person who dismissed it, or the key of nobody. */
    viewerId: text('viewer_id').$type<PersonId | ApiKeyId>().notNull(),
    needId: text('need_id').notNull(),
    /** The need is hidden while it has this one. */
    fingerprint: text('fingerprint').notNull(),
    createdAt: time('created_at').notNull(),
  },
  (t) => [primaryKey({ columns: [t.organizationId, t.viewerId, t.needId] }), index('dismissals_age').on(t.createdAt)],
);
