// Table of agent plugins: packages hosted elsewhere, registered with their checksum for all agents of the installation.
import { sql } from 'drizzle-orm';
import { check, index, integer, sqliteTable, text, uniqueIndex } from 'drizzle-orm/sqlite-core';
import { actorRefSchema } from '../../contract/actor.ts';
import { type AgentPluginType, artifactFailures, labelsSchema } from '../../contract/features/agents/registration.ts';
import { verificationStates } from '../../contract/features/agents/states.ts';
import { quarantineSchema } from '../../contract/withdrawals.ts';
import type { PluginRowId } from '../../core/ids.ts';
import { flag, json, lease, oneOf, reference, time } from '../../db/columns.ts';
import { organizations } from '../../db/schema/access.ts';

export const agentArtifacts = sqliteTable(
  'agent_artifacts',
  {
    id: text('id').$type<PluginRowId>().primaryKey(),
    /** The organization whose key registered it; it owns the name from then on (D21). */
    organizationId: reference('organization_id', () => organizations.id),
    name: text('name').notNull(),
    /** Lower-case name, since names that differ only in case are the same. */
    nameKey: text('name_key').notNull(),
    version: text('version').notNull(),
    pluginType: text('plugin_type').$type<AgentPluginType>().notNull(),
    artifactUrl: text('artifact_url').notNull(),
    /** Hex digits without `sha256:`. There are 64, unless the artifact is unverifiable. */
    checksum: text('checksum').notNull(),
    /** The text as sent. */
    configSchema: text('config_schema').notNull(),
    pluginRuntime: text('plugin_runtime').notNull(),
    verification: text('verification', { enum: verificationStates }).notNull(),
    /** Number of fetches since it became pending. */
    attempts: integer('attempts').notNull(),
    /** When to fetch it again. Null means on the next request. */
    nextCheckAt: time('next_check_at'),
    /** Lease of the worker fetching it. */
    ...lease,
    checkedAt: time('checked_at'),
    /** Why it is unreachable or mismatched: a code, and a message in `failureDetail`. */
    failure: text('failure', { enum: artifactFailures }),
    failureDetail: text('failure_detail'),
    /** Digest of the fetched bytes. */
    actualSha256: text('actual_sha256'),
    sizeBytes: integer('size_bytes'),
    contentType: text('content_type'),
    /** True if the store has a copy at agent-artifacts/<sha256>. */
    mirrored: flag('mirrored').notNull(),
    /** An editable free-form description. */
    description: text('description'),
    labels: json('labels', labelsSchema),
    deprecation: text('deprecation'),
    /** When the artifact was last requested, to the hour. */
    lastFetchedAt: time('last_fetched_at'),
    registeredBy: json('registered_by', actorRefSchema).notNull(),
    registeredAt: time('registered_at').notNull(),
    updatedAt: time('updated_at').notNull(),
    /** When it was withdrawn. The row stays, so another artifact can't reuse the version. */
    yankedAt: time('yanked_at'),
    /** Why it was withdrawn, if that was said. */
    yankReason: text('yank_reason'),
    /** Set while its artifact can't be downloaded. */
    quarantined: json('quarantined', quarantineSchema),
  },
  (t) => [
    uniqueIndex('agent_artifacts_version').on(t.nameKey, t.version),
    index('agent_artifacts_named').on(t.nameKey, t.id),
    index('agent_artifacts_organization').on(t.organizationId),
    index('agent_artifacts_checksum').on(t.checksum),
    index('agent_artifacts_yanked').on(t.yankedAt).where(sql`mirrored and yanked_at is not null`),
    index('agent_artifacts_quarantined').on(t.checksum, t.id).where(sql`quarantined is not null`),
    index('agent_artifacts_due').on(t.organizationId, t.nextCheckAt).where(sql`next_check_at is not null`),
    index('agent_artifacts_in_progress').on(t.organizationId, t.leaseUntil).where(sql`lease_until is not null`),
    check('agent_artifacts_verification', oneOf(t.verification, verificationStates)),
  ],
);
