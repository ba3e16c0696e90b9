// The table of secrets. The database enforces uniqueness and nullability as declared here. Migrations are generated from these files.
import { sql } from 'drizzle-orm';
import { index, integer, primaryKey, sqliteTable, text } from 'drizzle-orm/sqlite-core';
import { actorRefSchema } from '../../contract/events/events.ts';
import type { Id, NamespaceId } from '../../core/ids.ts';
import { flag, json, time } from '../columns.ts';

export const secrets = sqliteTable(
  'secrets',
  {
    namespaceId: text('namespace_id').$type<NamespaceId>().notNull(),
    name: text('name').notNull(),
    id: text('id').$type<Id<'secret'>>().notNull(),
    /** The encrypted value (deploy/secrets/sealed-values.ts). */
    sealed: text('sealed').notNull(),
    /** The namespace's `secretRevision` when the value was set. A deployment with a lower one may run with the previous value. */
    revision: integer('revision').notNull(),
    /** Deployments that run with the previous value have not been replaced yet. */
    restartDue: flag('restart_due').notNull(),
    createdAt: time('created_at').notNull(),
    updatedAt: time('updated_at').notNull(),
    updatedBy: json('updated_by', actorRefSchema).notNull(),
  },
  (t) => [
    primaryKey({ columns: [t.namespaceId, t.name] }),
    index('secrets_restart_due').on(t.updatedAt).where(sql`restart_due = 1`),
  ],
);
