// Tables for models and their uploads. The database enforces uniqueness and nullability as declared here. Migrations are generated from these files.
import { sql } from 'drizzle-orm';
import { index, integer, primaryKey, sqliteTable, text } from 'drizzle-orm/sqlite-core';
import { actorRefSchema } from '../../contract/actor.ts';
import type { Id, NamespaceId, OrganizationId } from '../../core/ids.ts';
import { flag, json, time, timestamps } from '../columns.ts';

export const secrets = sqliteTable(
  'secrets',
  {
    namespaceId: text('namespace_id').$type<NamespaceId>().notNull(),
    name: text('name').notNull(),
    id: text('id').$type<Id<'secret'>>().notNull(),
    /** The encrypted value (instances/secrets/sealed-values.ts). */
    sealed: text('sealed').notNull(),
    /** The namespace's `secretRevision` when the value was set. A deployment with a lower one may run with the previous value. */
    revision: integer('revision').notNull(),
    /** True while deployments that run with the previous value have not been replaced. */
    restartDue: flag('restart_due').notNull(),
    ...timestamps,
    updatedBy: json('updated_by', actorRefSchema).notNull(),
  },
  (t) => [
    primaryKey({ columns: [t.namespaceId, t.name] }),
    index('secrets_restart_due').on(t.updatedAt).where(sql`restart_due = 1`),
  ],
);

export const models = sqliteTable(
  'models',
  {
    namespaceId: text('namespace_id').$type<NamespaceId>().notNull(),
    name: text('name').notNull(),
    id: text('id').$type<Id<'model'>>().notNull(),
    organizationId: text('organization_id').$type<OrganizationId>().notNull(),
    /** Digest that locates the content in the store and on builders. */
    sha256: text('sha256').notNull(),
    sizeBytes: integer('size_bytes').notNull(),
    /** Why it was accepted although loading it may run code. Null if its format can't run code. */
    waivedBecause: text('waived_because'),
    ...timestamps,
    updatedBy: json('updated_by', actorRefSchema).notNull(),
  },
  (t) => [
    primaryKey({ columns: [t.namespaceId, t.name] }),
    index('models_content').on(t.organizationId, t.sha256, t.sizeBytes),
  ],
);

/**
 * A URL to which a model's content may be uploaded. It reserves the announced size until the content is confirmed, the model is deleted
 * or the URL expires.
 */
export const modelUploads = sqliteTable(
  'model_uploads',
  {
    namespaceId: text('namespace_id').$type<NamespaceId>().notNull(),
    name: text('name').notNull(),
    sha256: text('sha256').notNull(),
    organizationId: text('organization_id').$type<OrganizationId>().notNull(),
    sizeBytes: integer('size_bytes').notNull(),
    createdAt: time('created_at').notNull(),
    expiresAt: time('expires_at').notNull(),
  },
  (t) => [
    primaryKey({ columns: [t.namespaceId, t.name, t.sha256] }),
    index('model_uploads_reserved').on(t.organizationId, t.sha256, t.sizeBytes),
    index('model_uploads_expiry').on(t.expiresAt),
  ],
);
