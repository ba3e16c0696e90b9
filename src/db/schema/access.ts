// Tables for access control: organizations, quotas, counters, API keys and namespaces. The database enforces uniqueness, enumerations and
// nullability as declared here. Migrations are generated from these files.
import { sql } from 'drizzle-orm';
import { check, index, integer, primaryKey, sqliteTable, text, uniqueIndex } from 'drizzle-orm/sqlite-core';
import { z } from 'zod';
import { severities } from '../../contract/advisories.ts';
import { keyKinds, principalSchema } from '../../contract/identity.ts';
import { idSchema } from '../../contract/ids.ts';
import { jsonObject } from '../../contract/json.ts';
import { countedResources, quotaResources } from '../../contract/limits/quotas.ts';
import { jurisdictions } from '../../contract/plugin/placement.ts';
import { releaseChoiceSchema } from '../../contract/releases.ts';
import { scopes } from '../../contract/scopes.ts';
import { extractorPlacements } from '../../contract/states.ts';
import type {
  ApiKeyId,
  BrowserSessionId,
  NamespaceId,
  OrganizationId,
  PersonId,
  PluginRowId,
  TrustedPublisherId,
} from '../../core/ids.ts';
import { flag, json, oneOf, reference, time, timestamps } from '../columns.ts';

export const idempotencyKeys = sqliteTable(
  'idempotency_keys',
  {
    /** SHA-256 of the actor, the request line and the key. The key itself is never stored. */
    id: text('id').primaryKey(),
    /** SHA-256 of the key and the body. */
    fingerprint: text('fingerprint').notNull(),
    /** The running request, or the one that produced the response. */
    claim: text('claim').notNull(),
    leaseUntil: time('lease_until').notNull(),
    /** `status` and `answer` are null until there is a response. */
    status: integer('status'),
    /** The encrypted response, since it may contain a secret shown only once. */
    answer: text('answer'),
    expiresAt: time('expires_at').notNull(),
  },
  (t) => [
    index('idempotency_keys_expiry').on(t.expiresAt),
    check('idempotency_keys_answer', sql`(${t.status} is null) = (${t.answer} is null)`),
  ],
);

export const organizations = sqliteTable(
  'organizations',
  {
    id: text('id').$type<OrganizationId>().primaryKey(),
    name: text('name').notNull(),
    /** The region for its container instances. Null means no restriction. */
    jurisdiction: text('jurisdiction', { enum: jurisdictions }),
    /** Where its extractor versions run if neither their manifest nor their namespace says. */
    placement: text('placement', { enum: extractorPlacements }).notNull().default('sandbox'),
    createdAt: time('created_at').notNull(),
    /** When the organization is closed for deletion. Null if no deletion was requested. */
    deletionDueAt: time('deletion_due_at'),
    /** When the organization was closed. From then on, nothing in it can be reached, and the sweep removes its data. */
    closedAt: time('closed_at'),
  },
  (t) => [
    index('organizations_to_delete').on(t.closedAt, t.deletionDueAt).where(sql`deletion_due_at is not null`),
    check('organizations_placement', oneOf(t.placement, extractorPlacements)),
  ],
);

export const quotas = sqliteTable(
  'quotas',
  {
    organizationId: text('organization_id').$type<OrganizationId>().notNull(),
    resource: text('resource', { enum: quotaResources }).notNull(),
    maxAllowed: integer('max_allowed').notNull(),
  },
  (t) => [primaryKey({ columns: [t.organizationId, t.resource] })],
);

/**
 * How much of a resource an organization, owner or plugin has. Triggers on the counted tables update the amounts in the statement that
 * changes a row, so no quota or total has to count rows (decision 46). The tests verify the counts (test/support/file-setup.ts).
 */
export const counters = sqliteTable(
  'counters',
  {
    scope: text('scope').$type<OrganizationId | NamespaceId | PluginRowId>().notNull(),
    resource: text('resource', { enum: countedResources }).notNull(),
    amount: integer('amount').notNull(),
  },
  (t) => [primaryKey({ columns: [t.scope, t.resource] })],
);

export const apiKeys = sqliteTable(
  'api_keys',
  {
    id: text('id').$type<ApiKeyId>().primaryKey(),
    organizationId: reference('organization_id', () => organizations.id),
    name: text('name').notNull(),
    kind: text('kind', { enum: keyKinds }).notNull().default('service'),
    /** The person that the key acts for. */
    personId: text('person_id').$type<PersonId>(),
    /** The principal that the key acts for, as events show it. Null for a key of the organization. */
    principal: json('principal', principalSchema),
    /** True for a CI job whose versions always wait for approval. */
    stageOnly: flag('stage_only').notNull().default(false),
    /** The plugins that a CI job may publish: a name, or a prefix that ends with `*`. Null for other keys. */
    pluginPattern: text('plugin_pattern'),
    trustedPublisherId: text('trusted_publisher_id').$type<TrustedPublisherId>(),
    /** IDs of the people behind a key of the organization or of a CI job. Null or empty if none is known. */
    madeBy: json('made_by', z.array(z.string())),
    prefix: text('prefix').notNull(),
    /** SHA-256 of the key. The key itself is shown once and never stored. */
    hash: text('hash').notNull().unique(),
    /** Hash of the secret before the last rotation, valid until `previousUntil`. */
    previousHash: text('previous_hash'),
    previousUntil: time('previous_until'),
    scopes: json('scopes', z.array(z.enum(scopes))).notNull(),
    /** Null means all of the organization's namespaces. */
    namespaceIds: json('namespace_ids', z.array(idSchema('namespace'))),
    /** The one path that the key works for, with what is below it. Null means all paths. */
    path: text('path'),
    createdAt: time('created_at').notNull(),
    expiresAt: time('expires_at'),
    revokedAt: time('revoked_at'),
    lastUsedAt: time('last_used_at'),
  },
  (t) => [
    index('api_keys_listed').on(t.organizationId, t.id),
    index('api_keys_unrevoked')
      .on(t.organizationId, t.expiresAt)
      .where(sql`revoked_at is null and expires_at is not null`),
    index('api_keys_previous').on(t.previousHash),
    index('api_keys_person').on(t.personId, t.organizationId).where(sql`person_id is not null`),
    index('api_keys_ci_expiry').on(t.expiresAt).where(sql`kind = 'ci'`),
    index('api_keys_trusted_publisher').on(t.trustedPublisherId).where(sql`trusted_publisher_id is not null`),
    index('api_keys_session_expiry').on(t.expiresAt).where(sql`kind = 'session'`),
    check('api_keys_kind', oneOf(t.kind, keyKinds)),
    check('api_keys_principal', sql`(${t.kind} = 'service') = (${t.principal} is null)`),
  ],
);

/** A browser signed in with a key, or a pending sign-in link. Using a link replaces its hash with the session's. */
export const browserSessions = sqliteTable(
  'browser_sessions',
  {
    id: text('id').$type<BrowserSessionId>().primaryKey(),
    keyId: text('key_id').$type<ApiKeyId>().notNull(),
    /** Hash of the key's secret. The session ends when this secret does. */
    keyHash: text('key_hash').notNull(),
    state: text('state', { enum: ['link', 'open', 'code'] }).notNull(),
    /** SHA-256 of the cookie's or link's secret, or of a code and its challenge. No secret is stored. */
    hash: text('hash').notNull().unique(),
    createdAt: time('created_at').notNull(),
    expiresAt: time('expires_at').notNull(),
  },
  (t) => [
    index('browser_sessions_expiry').on(t.expiresAt),
    index('browser_sessions_key').on(t.keyId),
    check('browser_sessions_state', oneOf(t.state, ['link', 'open', 'code'])),
  ],
);

export const namespaces = sqliteTable(
  'namespaces',
  {
    id: text('id').$type<NamespaceId>().primaryKey(),
    organizationId: reference('organization_id', () => organizations.id),
    name: text('name').notNull(),
    type: text('type', { enum: ['standard', 'marketplace'] }).notNull(),
    description: text('description'),
    featureExtractors: json('feature_extractors', z.array(jsonObject)).notNull(),
    /**
     * Fields that clients send and read back, but Slipway doesn't use: payload_indexes, auto_create_indexes, infrastructure,
     * ttl_seconds.
     */
    settings: json('settings', jsonObject).notNull(),
    /** How many of a plugin's live versions each promotion keeps. Null means all (D39). */
    keepLiveVersions: integer('keep_live_versions'),
    /** Takes precedence over the organization's. Null to use that. */
    placement: text('placement', { enum: extractorPlacements }),
    /** True if new versions wait for approval. */
    requiresApproval: flag('requires_approval').notNull().default(false),
    /** How a plugin's name gets to a new version where nothing else says. Null, like `immediate`, moves all calls at once. */
    defaultRelease: json('default_release', releaseChoiceSchema),
    /** New deployments are refused if an advisory of at least this severity affects the version. Null: none is refused. */
    refuseAdvisories: text('refuse_advisories', { enum: severities }),
    /** Packages younger than this aren't resolved, such as `3d`. Null: every age is. */
    dependenciesOlderThan: text('dependencies_older_than'),
    /** Number of changes to its secrets. Null if there were none. */
    secretRevision: integer('secret_revision'),
    ...timestamps,
    deletedAt: time('deleted_at'),
    /** When the deleted namespace was found empty. */
    emptiedAt: time('emptied_at'),
  },
  (t) => [
    index('namespaces_of_organization').on(t.organizationId, t.id),
    index('namespaces_to_empty').on(t.deletedAt).where(sql`deleted_at is not null and emptied_at is null`),
    uniqueIndex('namespaces_name').on(t.organizationId, t.name).where(sql`deleted_at is null`),
    check('namespaces_type', oneOf(t.type, ['standard', 'marketplace'])),
    check('namespaces_refuse_advisories', oneOf(t.refuseAdvisories, severities)),
    check('namespaces_placement', oneOf(t.placement, extractorPlacements)),
  ],
);
