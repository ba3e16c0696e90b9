// Tables of Ray clusters that operators connected, and of what runs on them. Migrations are generated from these files.
import { check, index, integer, sqliteTable, text } from 'drizzle-orm/sqlite-core';
import { z } from 'zod';
import { idSchema } from '../../contract/ids.ts';
import { jsonObject } from '../../contract/json.ts';
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
    trustedFor: json('trusted_for', z.array(idSchema('organization'))),
    state: text('state').$type<ClusterState>().notNull(),
    /** Description of the fault, for the operator. Null: there is none. */
    message: text('message'),
    /** Null: no check has read it. */
    rayVersion: text('ray_version'),
    checkedAt: time('checked_at').notNull(),
    createdAt: time('created_at').notNull(),
    /** Lease of the worker that writes the list of applications. */
    leaseToken: text('lease_token'),
    leaseUntil: time('lease_until'),
  },
  (t) => [index('clusters_checked').on(t.checkedAt), check('clusters_state', oneOf(t.state, clusterStates))],
);

/** Applications of Ray Serve, one for each deployment on a cluster, and for each of its runs. What the cluster runs follows these rows (clusters/applications.ts). */
export const clusterApplications = sqliteTable(
  'cluster_applications',
  {
    /** The ID of the deployment. That of a run's application has the end of the run's ID behind it (`runApplicationId`). */
    deploymentId: text('deployment_id').primaryKey(),
    clusterId: text('cluster_id')
      .$type<ClusterId>()
      .notNull()
      .references(() => clusters.id),
    /** Configuration for Ray Serve. It has no secret. */
    config: json('config', jsonObject).notNull(),
    /** The row goes once the cluster runs the application no longer. Null: it is to run. */
    removedAt: time('removed_at'),
    /** How often its processes ended during calls since it was started. */
    crashes: integer('crashes').notNull().default(0),
    crashedAt: time('crashed_at'),
    createdAt: time('created_at').notNull(),
  },
  (t) => [index('cluster_applications_cluster').on(t.clusterId)],
);
