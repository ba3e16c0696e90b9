// Tables of connected Ray clusters and their applications. Migrations are generated from these files.
import { check, index, integer, sqliteTable, text } from 'drizzle-orm/sqlite-core';
import { z } from 'zod';
import { type ClusterState, clusterReaches, clusterStates } from '../../contract/features/clusters/feature.ts';
import { idSchema } from '../../contract/ids.ts';
import { jsonObject } from '../../contract/json.ts';
import { type ClusterNetwork, clusterNetworks } from '../../contract/states.ts';
import type { ClusterId } from '../../core/ids.ts';
import { json, lease, oneOf, reference, time } from '../../db/columns.ts';

export const clusters = sqliteTable(
  'clusters',
  {
    id: text('id').$type<ClusterId>().primaryKey(),
    name: text('name').notNull().unique(),
    /** Without a trailing slash. Two clusters with the same dashboard would remove each other's applications. */
    dashboardUrl: text('dashboard_url').notNull().unique(),
    serveUrl: text('serve_url').notNull(),
    /** The encrypted token (`openToken`). */
    sealed: text('sealed').notNull(),
    /** Organizations whose plugins may run on it. Null means all. */
    trustedFor: json('trusted_for', z.array(idSchema('organization'))),
    /** The operator's word, since Slipway can't see the cluster's network. */
    network: text('network').$type<ClusterNetwork>().notNull().default('none'),
    state: text('state').$type<ClusterState>().notNull(),
    /** The fault, described for the operator. Null if there is none. */
    message: text('message'),
    /** Null until a check has read it. */
    rayVersion: text('ray_version'),
    /** Whether nodes can fetch files. Null until a check has found out. */
    reach: text('reach', { enum: clusterReaches }),
    checkedAt: time('checked_at').notNull(),
    createdAt: time('created_at').notNull(),
    /** Lease of the worker that writes the application list. */
    ...lease,
  },
  (t) => [
    index('clusters_checked').on(t.checkedAt),
    check('clusters_state', oneOf(t.state, clusterStates)),
    check('clusters_network', oneOf(t.network, clusterNetworks)),
  ],
);

/**
 * Ray Serve applications, one per deployment on a cluster and one per run. The cluster runs what these rows say
 * (applications.ts).
 */
export const clusterApplications = sqliteTable(
  'cluster_applications',
  {
    /** The deployment's ID. For a run's application, the end of the run's ID is appended (`runApplicationId`). */
    deploymentId: text('deployment_id').primaryKey(),
    clusterId: reference('cluster_id', () => clusters.id),
    /** Configuration for Ray Serve, without secrets. */
    config: json('config', jsonObject).notNull(),
    /** The row is deleted once the cluster no longer runs the application. Null while it should run. */
    removedAt: time('removed_at'),
    /** How many times the application's processes have ended during calls since its start. */
    crashes: integer('crashes').notNull().default(0),
    crashedAt: time('crashed_at'),
    createdAt: time('created_at').notNull(),
  },
  (t) => [index('cluster_applications_cluster').on(t.clusterId)],
);
