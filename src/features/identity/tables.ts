// Tables of identities: issuers of ID tokens, what they vouch for, people and their memberships. The database enforces uniqueness,
// enumerations and nullability as declared here. Migrations are generated from these files.
import { sql } from 'drizzle-orm';
import { check, index, primaryKey, sqliteTable, text, uniqueIndex } from 'drizzle-orm/sqlite-core';
import { z } from 'zod';
import { actorRefSchema } from '../../contract/actor.ts';
import { claimConditionSchema, issuerPurposes } from '../../contract/features/identity/issuers.ts';
import { roles } from '../../contract/identity.ts';
import { idSchema } from '../../contract/ids.ts';
import { jsonObject } from '../../contract/json.ts';
import { scopes } from '../../contract/scopes.ts';
import type {
  InvitationId,
  IssuerId,
  NamespaceId,
  OrganizationId,
  PersonId,
  TrustedPublisherId,
} from '../../core/ids.ts';
import { flag, json, oneOf, reference, time } from '../../db/columns.ts';
import { organizations } from '../../db/schema/access.ts';

/**
 * Issuers of ID tokens. An issuer's tokens count only where its row belongs: two rows with the same URL share nothing, so that an
 * organization's row with another's URL and its own keys vouches for nobody else.
 */
export const issuers = sqliteTable(
  'issuers',
  {
    id: text('id').$type<IssuerId>().primaryKey(),
    /** Null for the operator's issuers, which serve all organizations. */
    organizationId: text('organization_id')
      .$type<OrganizationId>()
      .references(() => organizations.id),
    name: text('name').notNull(),
    purpose: text('purpose', { enum: issuerPurposes }).notNull(),
    /** The `iss` claim, compared exactly. */
    url: text('url').notNull(),
    /** The public keys of an issuer that can't be reached from here. Null: they are found by discovery. */
    jwks: json('jwks', jsonObject),
    /** For people. */
    clientId: text('client_id'),
    /** Encrypted. Null for a public client. */
    clientSecret: text('client_secret'),
    /** For people: the claim that lists a person's groups, and each group's role. */
    groupsClaim: text('groups_claim'),
    groupRoles: json('group_roles', z.record(z.string(), z.enum(roles))),
    createdBy: json('created_by', actorRefSchema).notNull(),
    createdAt: time('created_at').notNull(),
  },
  (t) => [
    uniqueIndex('issuers_name').on(t.organizationId, t.name).where(sql`organization_id is not null`),
    uniqueIndex('issuers_name_of_operator').on(t.name).where(sql`organization_id is null`),
    index('issuers_listed').on(t.organizationId, t.id),
    check('issuers_purpose', oneOf(t.purpose, issuerPurposes)),
    check('issuers_client', sql`${t.purpose} = 'ci' or ${t.clientId} is not null`),
  ],
);

/** Rights of a CI job whose ID token meets the conditions. */
export const trustedPublishers = sqliteTable(
  'trusted_publishers',
  {
    id: text('id').$type<TrustedPublisherId>().primaryKey(),
    organizationId: reference('organization_id', () => organizations.id),
    issuerId: reference('issuer_id', () => issuers.id),
    namespaceId: text('namespace_id').$type<NamespaceId>().notNull(),
    /** A plugin's name, or a prefix that ends with `*`. */
    plugin: text('plugin').notNull(),
    conditions: json('conditions', z.array(claimConditionSchema)).notNull(),
    /** Claims fixed by the first token, such as GitHub's `repository_id`, so that a repository's later owner of the name is refused. */
    pinned: json('pinned', z.record(z.string(), z.string())).notNull(),
    scopes: json('scopes', z.array(z.enum(scopes))).notNull(),
    stageOnly: flag('stage_only').notNull(),
    createdBy: json('created_by', actorRefSchema).notNull(),
    createdAt: time('created_at').notNull(),
    lastUsedAt: time('last_used_at'),
  },
  (t) => [
    index('trusted_publishers_listed').on(t.organizationId, t.id),
    index('trusted_publishers_issuer').on(t.issuerId),
  ],
);

/** ID tokens that were exchanged, until they expire, so that each works once. */
export const usedTokens = sqliteTable(
  'used_tokens',
  {
    issuerId: text('issuer_id').$type<IssuerId>().notNull(),
    /** The `jti` claim, or the token's SHA-256. */
    token: text('token').notNull(),
    expiresAt: time('expires_at').notNull(),
  },
  (t) => [primaryKey({ columns: [t.issuerId, t.token] }), index('used_tokens_expiry').on(t.expiresAt)],
);

/** People, each known by one issuer. */
export const people = sqliteTable(
  'people',
  {
    id: text('id').$type<PersonId>().primaryKey(),
    issuerId: reference('issuer_id', () => issuers.id),
    subject: text('subject').notNull(),
    /** Verified by the issuer. */
    email: text('email').notNull(),
    name: text('name').notNull(),
    createdAt: time('created_at').notNull(),
    signedInAt: time('signed_in_at').notNull(),
  },
  (t) => [uniqueIndex('people_subject').on(t.issuerId, t.subject), index('people_listed').on(t.issuerId, t.id)],
);

export const members = sqliteTable(
  'members',
  {
    organizationId: reference('organization_id', () => organizations.id),
    personId: reference('person_id', () => people.id),
    role: text('role', { enum: roles }).notNull(),
    /** Null for all of the organization's namespaces. */
    namespaceIds: json('namespace_ids', z.array(idSchema('namespace'))),
    createdAt: time('created_at').notNull(),
  },
  (t) => [
    primaryKey({ columns: [t.organizationId, t.personId] }),
    index('members_person').on(t.personId),
    check('members_role', oneOf(t.role, roles)),
  ],
);

/** Invitations to become a member: a link that works once, for one verified e-mail address. */
export const invitations = sqliteTable(
  'invitations',
  {
    id: text('id').$type<InvitationId>().primaryKey(),
    organizationId: reference('organization_id', () => organizations.id),
    /** SHA-256 of the link's secret. */
    hash: text('hash').notNull().unique(),
    email: text('email').notNull(),
    role: text('role', { enum: roles }).notNull(),
    namespaceIds: json('namespace_ids', z.array(idSchema('namespace'))),
    createdBy: json('created_by', actorRefSchema).notNull(),
    createdAt: time('created_at').notNull(),
    expiresAt: time('expires_at').notNull(),
    acceptedBy: text('accepted_by').$type<PersonId>(),
  },
  (t) => [
    index('invitations_listed').on(t.organizationId, t.id),
    index('invitations_expiry').on(t.expiresAt),
    check('invitations_role', oneOf(t.role, roles)),
  ],
);

/** Sign-ins on their way: a browser was sent to its issuer and hasn't come back. */
export const signIns = sqliteTable(
  'sign_ins',
  {
    /** SHA-256 of the `state` parameter. */
    hash: text('hash').primaryKey(),
    issuerId: text('issuer_id').$type<IssuerId>().notNull(),
    /** SHA-256 of the cookie of the browser that started it. */
    browserHash: text('browser_hash').notNull(),
    /** Encrypted: the nonce, the PKCE verifier, and the hash of the session that it replaces. */
    sealed: text('sealed').notNull(),
    /** The organization to open. Null for one of the person's. */
    organizationId: text('organization_id').$type<OrganizationId>(),
    /** The invitation that it accepts. */
    invitationId: text('invitation_id').$type<InvitationId>(),
    /** The console's page to show afterwards. */
    page: text('page').notNull(),
    expiresAt: time('expires_at').notNull(),
  },
  (t) => [index('sign_ins_expiry').on(t.expiresAt), index('sign_ins_issuer').on(t.issuerId)],
);
