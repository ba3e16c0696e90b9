// Agent plugins: packages that are somewhere else, registered with their checksum for all agents of the installation. Rules that
// the database itself keeps are here: uniqueness, closed sets, what may be null. Migrations are generated from these files.
import { sql } from 'drizzle-orm';
import { check, index, integer, sqliteTable, text, uniqueIndex } from 'drizzle-orm/sqlite-core';
import { type AgentPluginType, artifactFailures, labelsSchema } from '../../contract/agents.ts';
import { actorRefSchema } from '../../contract/events.ts';
import { verificationStates } from '../../contract/states.ts';
import type { OrganizationId, PluginRowId } from '../../core/ids.ts';
import { flag, json, oneOf, time } from '../columns.ts';
import { organizations } from './access.ts';

export const agentArtifacts = sqliteTable(
  'agent_artifacts',
  {
    id: text('id').$type<PluginRowId>().primaryKey(),
    /** Whose key registered it; the name is this organization's from then on (D21). */
    organizationId: text('organization_id')
      .$type<OrganizationId>()
      .notNull()
      .references(() => organizations.id),
    name: text('name').notNull(),
    /** The name in lower case: names that differ in case only are one. */
    nameKey: text('name_key').notNull(),
    version: text('version').notNull(),
    pluginType: text('plugin_type').$type<AgentPluginType>().notNull(),
    artifactUrl: text('artifact_url').notNull(),
    /** Hexadecimal digits without `sha256:`; 64 unless it is unverifiable. */
    checksum: text('checksum').notNull(),
    /** The text as it came. */
    configSchema: text('config_schema').notNull(),
    pluginRuntime: text('plugin_runtime').notNull(),
    verification: text('verification', { enum: verificationStates }).notNull(),
    /** How often it was fetched since it became pending. */
    attempts: integer('attempts').notNull(),
    /** When it is to be fetched again; null: not before somebody asks for it. */
    nextCheckAt: time('next_check_at'),
    /** One worker at a time fetches it. */
    leaseToken: text('lease_token'),
    leaseUntil: time('lease_until'),
    checkedAt: time('checked_at'),
    /** Why it is unreachable or a mismatch: the kind, and words for people. */
    failure: text('failure', { enum: artifactFailures }),
    failureDetail: text('failure_detail'),
    /** As fetched. */
    actualSha256: text('actual_sha256'),
    sizeBytes: integer('size_bytes'),
    contentType: text('content_type'),
    /** The store has a copy, as agent-artifacts/<sha256>. */
    mirrored: flag('mirrored').notNull(),
    /** What its registrant says of it besides; may change. */
    description: text('description'),
    labels: json('labels', labelsSchema),
    deprecation: text('deprecation'),
    /** When somebody asked where the artifact is, to the hour. */
    lastFetchedAt: time('last_fetched_at'),
    registeredBy: json('registered_by', actorRefSchema).notNull(),
    registeredAt: time('registered_at').notNull(),
    updatedAt: time('updated_at').notNull(),
    /** Withdrawn. The row stays, so that nobody puts another artifact under this version. */
    yankedAt: time('yanked_at'),
  },
  (t) => [
    uniqueIndex('agent_artifacts_version').on(t.nameKey, t.version),
    index('agent_artifacts_organization').on(t.organizationId),
    index('agent_artifacts_checksum').on(t.checksum),
    index('agent_artifacts_yanked').on(t.yankedAt).where(sql`yanked_at is not null`),
    index('agent_artifacts_due').on(t.nextCheckAt).where(sql`next_check_at is not null`),
    check('agent_artifacts_verification', oneOf(t.verification, verificationStates)),
  ],
);
