// Table of limits of calls (decision 138). The database enforces uniqueness, enumerations and nullability as declared here. Migrations
// are generated from these files.
import { check, index, integer, sqliteTable, text } from 'drizzle-orm/sqlite-core';
import { limitedKinds } from '../../contract/call-limits.ts';
import type { ApiKeyId, OrganizationId, PluginRowId, VersionId } from '../../core/ids.ts';
import { oneOf, time } from '../columns.ts';
import type { OwnerId } from './registry.ts';

export const callLimits = sqliteTable(
  'call_limits',
  {
    /** The plugin, version or key, which may be gone: then nothing counts for it. */
    subjectId: text('subject_id').$type<PluginRowId | VersionId | ApiKeyId>().primaryKey(),
    kind: text('kind', { enum: limitedKinds }).notNull(),
    organizationId: text('organization_id').$type<OrganizationId>().notNull(),
    /** The owner of the plugin; the organization for a key. */
    ownerId: text('owner_id').$type<OwnerId>().notNull(),
    /** Null, like `at_once`, for no limit. A row has at least one. */
    perMinute: integer('per_minute'),
    atOnce: integer('at_once'),
    updatedAt: time('updated_at').notNull(),
  },
  (t) => [
    index('call_limits_listed').on(t.organizationId, t.subjectId),
    check('call_limits_kind', oneOf(t.kind, limitedKinds)),
  ],
);
