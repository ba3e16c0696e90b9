// The table of Ray clusters that operators connected. Migrations are generated from these files.
import { check, index, sqliteTable, text } from 'drizzle-orm/sqlite-core';
import { z } from 'zod';
import { idOf } from '../../contract/ids.ts';
import { type ClusterState, clusterStates } from '../../contract/states.ts';
import type { ClusterId } from '../../core/ids.ts';
import { json, oneOf, time } from '../columns.ts';

export const clusters = sqliteTable(
  'clusters',
  {
    id: text('id').$type<ClusterId>().primaryKey(),
    name: text('name').notNull().unique(),
    /** Without a slash at its end. Two clusters of one dashboard would remove each other's applications. */
    dashboardUrl: text('dashboard_url').notNull().unique(),
    serveUrl: text('serve_url').notNull(),
    /** The encrypted token (clusters/sealed-token.ts). */
    sealed: text('sealed').notNull(),
    /** Organizations whose plugins it takes. Null: all. */
    trustedFor: json('trusted_for', z.array(idOf('organization'))),
    state: text('state').$type<ClusterState>().notNull(),
    /** Description of the fault, for the operator. Null: there is none. */
    message: text('message'),
    /** Null: no check has read it. */
    rayVersion: text('ray_version'),
    checkedAt: time('checked_at').notNull(),
    createdAt: time('created_at').notNull(),
  },
  (t) => [index('clusters_checked').on(t.checkedAt), check('clusters_state', oneOf(t.state, clusterStates))],
);
