// Tables for the dependencies of Python plugins: one lock for each version, and what was installed of locks. The database enforces
// uniqueness and nullability as declared here. Migrations are generated from these files.
import { index, integer, sqliteTable, text } from 'drizzle-orm/sqlite-core';
import { z } from 'zod';
import { lockedPackageSchema } from '../../contract/builder/environments.ts';
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

/** Installed locks, whose archives are in the store. Versions with equal locks share them. */
export const environments = sqliteTable(
  'environments',
  {
    /** `environmentKey` of contract/builder/environments.ts. */
    key: text('key').primaryKey(),
    /** Digest of the lock. */
    lock: text('lock').notNull(),
    python: text('python').notNull(),
    platform: text('platform').notNull(),
    /** SHA-256 of the archive, by which it is found. */
    archive: text('archive').notNull(),
    archiveBytes: integer('archive_bytes').notNull(),
    sizeBytes: integer('size_bytes').notNull(),
    files: integer('files').notNull(),
    packages: json('packages', z.array(lockedPackageSchema.pick({ name: true, version: true }))).notNull(),
    /** Files that were installed and then removed, because they would run without being imported. */
    removed: json('removed', z.array(z.string())).notNull(),
    createdAt: time('created_at').notNull(),
  },
  (t) => [index('environments_lock').on(t.lock), index('environments_archive').on(t.archive)],
);
