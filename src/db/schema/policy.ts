// Tables of an organization's scan policy: its level and waivers. The database enforces uniqueness, enumerations and nullability as
// declared here. Migrations are generated from these files.
import { sql } from 'drizzle-orm';
import { check, index, integer, primaryKey, sqliteTable, text } from 'drizzle-orm/sqlite-core';
import { actorRefSchema } from '../../contract/actor.ts';
import type { RuleId } from '../../contract/findings/rules.ts';
import { policyLevels } from '../../contract/states.ts';
import type { OrganizationId, WaiverId } from '../../core/ids.ts';
import { json, oneOf, reference, time } from '../columns.ts';
import { organizations } from './access.ts';

/** An organization without a row has not chosen a level. */
export const scanPolicies = sqliteTable(
  'scan_policies',
  {
    organizationId: reference('organization_id', () => organizations.id).primaryKey(),
    level: text('level', { enum: policyLevels }).notNull(),
    updatedBy: json('updated_by', actorRefSchema).notNull(),
    updatedAt: time('updated_at').notNull(),
  },
  (t) => [check('scan_policies_level', oneOf(t.level, policyLevels))],
);

/**
 * An organization's published versions to reevaluate after its level, a waiver or the policy changed: those after the cursor. One row,
 * regardless of the number of versions (D25).
 */
export const rescans = sqliteTable(
  'rescans',
  {
    organizationId: text('organization_id').$type<OrganizationId>().notNull(),
    /** Versions covered by the waiver (`waivers.plugin`). Empty for all versions. */
    plugin: text('plugin').notNull(),
    /** The last finished version. Versions are ordered by name and ID. */
    afterName: text('after_name').notNull(),
    afterId: text('after_id').notNull(),
    /** Number of remaining versions, or 1 if unknown. */
    remaining: integer('remaining').notNull(),
  },
  (t) => [primaryKey({ columns: [t.organizationId, t.plugin] })],
);

export const waivers = sqliteTable(
  'waivers',
  {
    id: text('id').$type<WaiverId>().primaryKey(),
    organizationId: reference('organization_id', () => organizations.id),
    /** A plugin's name, for all its versions, or one version's ID. The plugin need not exist yet. */
    plugin: text('plugin').notNull(),
    rule: text('rule').$type<RuleId>().notNull(),
    reason: text('reason').notNull(),
    expiresAt: time('expires_at').notNull(),
    createdBy: json('created_by', actorRefSchema).notNull(),
    createdAt: time('created_at').notNull(),
    revokedAt: time('revoked_at'),
    /** When an event reported its expiry. */
    expiryReportedAt: time('expiry_told_at'),
  },
  (t) => [
    index('waivers_listed').on(t.organizationId, t.id),
    index('waivers_plugin').on(t.organizationId, t.plugin),
    index('waivers_ending').on(t.expiresAt).where(sql`revoked_at is null and expiry_told_at is null`),
  ],
);
