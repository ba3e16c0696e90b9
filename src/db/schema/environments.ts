// Tables for Python plugins' dependencies: one lock per version, the packages installed from locks, and the environments made of them.
// The database enforces uniqueness and nullability as declared here. Migrations are generated from these files.
import { index, integer, primaryKey, sqliteTable, text } from 'drizzle-orm/sqlite-core';
import { z } from 'zod';
import { environmentPackageSchema, lockedPackageSchema, packageSchema } from '../../contract/builder/packages.ts';
import { json, reference, time } from '../columns.ts';
import { pluginVersions } from './registry.ts';

/** Written once and never changed, so a version uses the same packages wherever and whenever it is deployed (D50). */
export const pluginLocks = sqliteTable(
  'plugin_locks',
  {
    versionId: reference('version_id', () => pluginVersions.id).primaryKey(),
    /** SHA-256 of `text`. */
    digest: text('digest').notNull(),
    /** Lines of a requirements file, with hashes. */
    text: text('text').notNull(),
    packages: json('packages', z.array(lockedPackageSchema)).notNull(),
    /** The resolver, such as `uv 0.13.1`. */
    resolver: text('resolver').notNull(),
    createdAt: time('created_at').notNull(),
  },
  (t) => [index('plugin_locks_digest').on(t.digest)],
);

/** Installed packages, whose archives are in the store. All locks with the same wheels share them. */
export const packages = sqliteTable('packages', {
  /** `packageKey` from contract/builder/packages.ts. */
  key: text('key').primaryKey(),
  name: text('name').notNull(),
  version: text('version').notNull(),
  sizeBytes: integer('size_bytes').notNull(),
  files: integer('files').notNull(),
  /** The archive's parts, in order, and their total size. */
  parts: json('parts', packageSchema.shape.parts).notNull(),
  archiveBytes: integer('archive_bytes').notNull(),
  /** Files removed after the installation, because they would run without being imported. */
  removed: json('removed', z.array(z.string())).notNull(),
  createdAt: time('created_at').notNull(),
});

/** Installed locks. Versions with equal locks share them. */
export const environments = sqliteTable(
  'environments',
  {
    /** `environmentKey` from contract/builder/environments.ts. */
    key: text('key').primaryKey(),
    /** The lock's digest. */
    lock: text('lock').notNull(),
    python: text('python').notNull(),
    platform: text('platform').notNull(),
    sizeBytes: integer('size_bytes').notNull(),
    files: integer('files').notNull(),
    /** In lock order, so a start reads only one row. */
    packages: json('packages', z.array(environmentPackageSchema)).notNull(),
    createdAt: time('created_at').notNull(),
  },
  (t) => [index('environments_lock').on(t.lock)],
);

/** Lists each environment's packages, so a package is deleted with the last environment that contains it. */
export const environmentPackages = sqliteTable(
  'environment_packages',
  {
    environment: text('environment')
      .notNull()
      .references(() => environments.key, { onDelete: 'cascade' }),
    package: reference('package', () => packages.key),
  },
  (t) => [primaryKey({ columns: [t.environment, t.package] }), index('environment_packages_package').on(t.package)],
);
