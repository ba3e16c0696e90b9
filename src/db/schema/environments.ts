// Tables for the dependencies of Python plugins: one lock for each version, the packages that were installed of locks, and the environments
// that consist of them. The database enforces uniqueness and nullability as declared here. Migrations are generated from these files.
import { index, integer, primaryKey, sqliteTable, text } from 'drizzle-orm/sqlite-core';
import { z } from 'zod';
import { environmentPackageSchema, lockedPackageSchema, packageSchema } from '../../contract/builder/packages.ts';
import type { VersionId } from '../../core/ids.ts';
import { json, time } from '../columns.ts';
import { pluginVersions } from './registry.ts';

/** Written once and never changed, so that a version means the same packages wherever and whenever it is deployed (D50). */
export const pluginLocks = sqliteTable(
  'plugin_locks',
  {
    versionId: text('version_id')
      .$type<VersionId>()
      .primaryKey()
      .references(() => pluginVersions.id),
    /** SHA-256 of `text`. */
    digest: text('digest').notNull(),
    /** Lines of a requirements file, with hashes. */
    text: text('text').notNull(),
    packages: json('packages', z.array(lockedPackageSchema)).notNull(),
    /** Resolver, such as `uv 0.13.1`. */
    resolver: text('resolver').notNull(),
    createdAt: time('created_at').notNull(),
  },
  (t) => [index('plugin_locks_digest').on(t.digest)],
);

/** Installed packages, whose archives are in the store. Every lock that names the same wheels shares them. */
export const packages = sqliteTable('packages', {
  /** `packageKey` of contract/builder/packages.ts. */
  key: text('key').primaryKey(),
  name: text('name').notNull(),
  version: text('version').notNull(),
  sizeBytes: integer('size_bytes').notNull(),
  files: integer('files').notNull(),
  /** The archive's parts, in order, and their size together. */
  parts: json('parts', packageSchema.shape.parts).notNull(),
  archiveBytes: integer('archive_bytes').notNull(),
  /** Files that were installed and then removed, because they would run without being imported. */
  removed: json('removed', z.array(z.string())).notNull(),
  createdAt: time('created_at').notNull(),
});

/** Installed locks. Versions with equal locks share them. */
export const environments = sqliteTable(
  'environments',
  {
    /** `environmentKey` of contract/builder/environments.ts. */
    key: text('key').primaryKey(),
    /** Digest of the lock. */
    lock: text('lock').notNull(),
    python: text('python').notNull(),
    platform: text('platform').notNull(),
    sizeBytes: integer('size_bytes').notNull(),
    files: integer('files').notNull(),
    /** In the order of the lock, for a start, which so reads one row. */
    packages: json('packages', z.array(environmentPackageSchema)).notNull(),
    createdAt: time('created_at').notNull(),
  },
  (t) => [index('environments_lock').on(t.lock)],
);

/** Names the packages of each environment, so that one is deleted with the last environment that has it. */
export const environmentPackages = sqliteTable(
  'environment_packages',
  {
    environment: text('environment')
      .notNull()
      .references(() => environments.key, { onDelete: 'cascade' }),
    package: text('package')
      .notNull()
      .references(() => packages.key),
  },
  (t) => [primaryKey({ columns: [t.environment, t.package] }), index('environment_packages_package').on(t.package)],
);
