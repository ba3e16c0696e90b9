// Tables for an organization's scan policy: its level, and waivers. The database enforces uniqueness, enumerations and nullability as
// declared here. Migrations are generated from these files.
import { sql } from 'drizzle-orm';
import { check, index, integer, primaryKey, sqliteTable, text } from 'drizzle-orm/sqlite-core';
import { actorRefSchema } from '../../contract/events/events.ts';
import type { RuleId } from '../../contract/findings/rules.ts';
import { policyLevels } from '../../contract/states.ts';
import type { OrganizationId, WaiverId } from '../../core/ids.ts';
import { json, oneOf, time } from '../columns.ts';
import { organizations } from './access.ts';

/** An organization without a row has not chosen a level. */
export const scanPolicies = sqliteTable(
  'scan_policies',
  {
    organizationId: text('organization_id')
      .$type<OrganizationId>()
      .primaryKey()
      .references(() => organizations.id),
    level: text('level', { enum: policyLevels }).notNull(),
    updatedBy: json('updated_by', actorRefSchema).notNull(),
    updatedAt: time('updated_at').notNull(),
  },
  (t) => [check('scan_policies_level', oneOf(t.level, policyLevels))],
);

/**
 * An organization's published versions that are to be evaluated again, after its level, a waiver or the policy changed: those behind the
 * cursor. One row, whatever the number of versions (D25).
 */
export const rescans = sqliteTable(
  'rescans',
  {
    organizationId: text('organization_id').$type<OrganizationId>().notNull(),
    /** Versions that the waiver covers (`waivers.plugin`). Empty: all versions. */
    plugin: text('plugin').notNull(),
    /** The last version that is done: versions are in the order of name and ID. */
    afterName: text('after_name').notNull(),
    afterId: text('after_id').notNull(),
    /** How many versions are left, or 1 if that is not known. */
    remaining: integer('remaining').notNull(),
  },
  (t) => [primaryKey({ columns: [t.organizationId, t.plugin] })],
);

export const waivers = sqliteTable(
  'waivers',
  {
    id: text('id').$type<WaiverId>().primaryKey(),
    organizationId: text('organization_id')
      .$type<OrganizationId>()
      .notNull()
      .references(() => organizations.id),
    /** A plugin's name, for all of its versions, or the ID of one version. The plugin need not exist yet. */
    plugin: text('plugin').notNull(),
    rule: text('rule').$type<RuleId>().notNull(),
    reason: text('reason').notNull(),
    expiresAt: time('expires_at').notNull(),
    createdBy: json('created_by', actorRefSchema).notNull(),
    createdAt: time('created_at').notNull(),
    revokedAt: time('revoked_at'),
    /** When its expiry was reported as an event. */
    expiryReportedAt: time('expiry_told_at'),
  },
  (t) => [
    index('waivers_listed').on(t.organizationId, t.id),
    index('waivers_plugin').on(t.organizationId, t.plugin),
    index('waivers_ending').on(t.expiresAt).where(sql`revoked_at is null and expiry_told_at is null`),
  ],
);
