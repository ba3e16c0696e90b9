// Tables of advisories: what they say about packages, which packages each version contains, and which versions are affected. Migrations
// are generated from this file.
import { sql } from 'drizzle-orm';
import { check, index, primaryKey, sqliteTable, text } from 'drizzle-orm/sqlite-core';
import { z } from 'zod';
import { affectedSchema, ecosystems, reaches, severities } from '../../contract/advisories.ts';
import type { AdvisoryImportId, OrganizationId, VersionId } from '../../core/ids.ts';
import { flag, json, oneOf, time } from '../columns.ts';

/** Each version of a package that some version of a plugin contains, once. */
export const packageVersions = sqliteTable(
  'package_versions',
  {
    /** `packageUrl` from contract/advisories.ts. */
    purl: text('purl').primaryKey(),
    ecosystem: text('ecosystem', { enum: ecosystems }).notNull(),
    name: text('name').notNull(),
    version: text('version').notNull(),
  },
  (t) => [
    index('package_versions_name').on(t.ecosystem, t.name),
    check('package_versions_ecosystem', oneOf(t.ecosystem, ecosystems)),
  ],
);

/** The packages that a plugin's version contains, from its lock or its build. */
export const versionPackages = sqliteTable(
  'version_packages',
  {
    purl: text('purl').notNull(),
    versionId: text('version_id').$type<VersionId>().notNull(),
    /** The version's, so that its hits need no other row. */
    organizationId: text('organization_id').$type<OrganizationId>().notNull(),
  },
  (t) => [primaryKey({ columns: [t.purl, t.versionId] }), index('version_packages_version').on(t.versionId)],
);

export const advisories = sqliteTable(
  'advisories',
  {
    /** As in OSV, such as `GHSA-…`, `PYSEC-…` or `GO-…`. */
    id: text('id').primaryKey(),
    /** Its other IDs, such as `CVE-…`. */
    aliases: json('aliases', z.array(z.string())).notNull(),
    summary: text('summary').notNull(),
    /** Null if it states none. */
    severity: text('severity', { enum: severities }),
    publishedAt: time('published_at'),
    modifiedAt: time('modified_at').notNull(),
    /** When its publisher withdrew it. Then it affects nothing. */
    withdrawnAt: time('withdrawn_at'),
    /** SHA-256 of what is stored about it, so that an import changes only what differs. */
    digest: text('digest').notNull(),
    /** True until the stored versions are compared with it. */
    matchDue: flag('match_due').notNull(),
    /** The import that this edition came from. Null for editions from before this was stored. */
    importId: text('import_id').$type<AdvisoryImportId>(),
    updatedAt: time('updated_at').notNull(),
  },
  (t) => [
    index('advisories_import').on(t.importId),
    index('advisories_to_match').on(t.id).where(sql`match_due`),
    check('advisories_severity', oneOf(t.severity, severities)),
  ],
);

/** Packages that an advisory is about, each with the affected versions. */
export const advisoryPackages = sqliteTable(
  'advisory_packages',
  {
    advisoryId: text('advisory_id').notNull(),
    ecosystem: text('ecosystem', { enum: ecosystems }).notNull(),
    name: text('name').notNull(),
    affected: json('affected', affectedSchema).notNull(),
  },
  (t) => [
    primaryKey({ columns: [t.advisoryId, t.ecosystem, t.name] }),
    index('advisory_packages_name').on(t.ecosystem, t.name),
  ],
);

/** The versions that advisories affect, each with the package that is the reason. */
export const versionAdvisories = sqliteTable(
  'version_advisories',
  {
    versionId: text('version_id').$type<VersionId>().notNull(),
    advisoryId: text('advisory_id').notNull(),
    purl: text('purl').notNull(),
    organizationId: text('organization_id').$type<OrganizationId>().notNull(),
    /** The lowest version of the package that the advisory doesn't affect. */
    fixedIn: text('fixed_in'),
    reach: text('reach', { enum: reaches }).notNull(),
    /** True if the package's version can't be compared with the advisory, so that it is unknown whether it is affected. */
    uncompared: flag('uncompared').notNull().default(false),
    /** True until it is known whether a Go program reaches the vulnerable part. */
    reachDue: flag('reach_due').notNull(),
    /** True until `version.affected` is recorded, if the version is live. */
    announceDue: flag('announce_due').notNull(),
    createdAt: time('created_at').notNull(),
  },
  (t) => [
    primaryKey({ columns: [t.versionId, t.advisoryId, t.purl] }),
    index('version_advisories_advisory').on(t.advisoryId, t.organizationId, t.versionId),
    index('version_advisories_organization').on(t.organizationId, t.versionId, t.advisoryId, t.purl),
    index('version_advisories_to_analyze').on(t.versionId).where(sql`reach_due`),
    index('version_advisories_to_announce').on(t.versionId).where(sql`announce_due and not reach_due`),
    check('version_advisories_reach', oneOf(t.reach, reaches)),
  ],
);
