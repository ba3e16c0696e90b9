// Table of releases: two versions that share a plugin's calls. A release is beside the pointers: pointers/promote.ts moves the name once,
// when the release succeeds. Migrations are generated from this file.
import { type SQL, type SQLWrapper, sql } from 'drizzle-orm';
import { check, index, integer, sqliteTable, text, uniqueIndex } from 'drizzle-orm/sqlite-core';
import { actorRefSchema } from '../../contract/actor.ts';
import { releaseMeasuredSchema, releasePlanSchema, releaseStates } from '../../contract/releases.ts';
import type { NamespaceId, OrganizationId, PluginRowId, ReleaseId, VersionId } from '../../core/ids.ts';
import { json, oneOf, time } from '../columns.ts';

// Partial indexes only serve queries that repeat their condition with the same literals: `isActiveRelease`.
const active = "state in ('shadowing', 'rolling', 'paused')";

export const releases = sqliteTable(
  'releases',
  {
    id: text('id').$type<ReleaseId>().primaryKey(),
    organizationId: text('organization_id').$type<OrganizationId>().notNull(),
    namespaceId: text('namespace_id').$type<NamespaceId>().notNull(),
    pluginId: text('plugin_id').$type<PluginRowId>().notNull(),
    fromVersionId: text('from_version_id').$type<VersionId>().notNull(),
    toVersionId: text('to_version_id').$type<VersionId>().notNull(),
    plan: json('plan', releasePlanSchema).notNull(),
    state: text('state', { enum: releaseStates }).notNull(),
    /** Index of the plan's current step. */
    step: integer('step').notNull(),
    /** Share of calls for the candidate, in hundredths of a percent. 0 once the release has ended. */
    weight: integer('weight').notNull(),
    /** Share of calls that are repeated on the candidate, in hundredths of a percent. */
    shadow: integer('shadow').notNull(),
    /** Increases with every change. A change applies only to the generation that it was decided for. */
    generation: integer('generation').notNull(),
    /** Why it is paused or has ended. Null while it proceeds. */
    reason: text('reason'),
    /** Measurements until the last change; null before the first one. */
    measured: json('measured', releaseMeasuredSchema),
    createdBy: json('created_by', actorRefSchema).notNull(),
    createdAt: time('created_at').notNull(),
    stepStartedAt: time('step_started_at').notNull(),
    updatedAt: time('updated_at').notNull(),
    endedAt: time('ended_at'),
  },
  (t) => [
    uniqueIndex('releases_active').on(t.namespaceId, t.pluginId).where(sql.raw(active)),
    index('releases_listed').on(t.namespaceId, t.id),
    index('releases_of_plugin').on(t.namespaceId, t.pluginId, t.id),
    index('releases_at_work').on(t.updatedAt).where(sql.raw(active)),
    index('releases_ended').on(t.endedAt).where(sql`ended_at is not null`),
    check('releases_state', oneOf(t.state, releaseStates)),
  ],
);

/** SQL: the release has an effect on calls. */
export function isActiveRelease({ state }: { state: SQLWrapper } = releases): SQL {
  return sql`${state} in ('shadowing', 'rolling', 'paused')`;
}
