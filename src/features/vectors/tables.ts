// Tables of a namespace's vector features, and of the vectors themselves if the database is their store. The database enforces
// uniqueness, enumerations and nullability as declared here. Migrations are generated from these files.
import { sql } from 'drizzle-orm';
import { check, index, integer, primaryKey, sqliteTable, text, uniqueIndex } from 'drizzle-orm/sqlite-core';
import { featureStates } from '../../contract/features/vectors/feature.ts';
import { distanceMetrics } from '../../contract/plugin/manifest.ts';
import type { FeatureId, NamespaceId, OrganizationId } from '../../core/ids.ts';
import { floats, oneOf, reference, time, timestamps } from '../../db/columns.ts';

/** One of a namespace's vector features. Its ID names its index in the store. */
export const vectorFeatures = sqliteTable(
  'vector_features',
  {
    id: text('id').$type<FeatureId>().primaryKey(),
    organizationId: text('organization_id').$type<OrganizationId>().notNull(),
    namespaceId: text('namespace_id').$type<NamespaceId>().notNull(),
    /** The feature_name in the manifests that declare it. */
    name: text('name').notNull(),
    dimensions: integer('dimensions').notNull(),
    metric: text('metric', { enum: distanceMetrics }).notNull(),
    status: text('status', { enum: featureStates }).notNull(),
    ...timestamps,
  },
  (t) => [
    uniqueIndex('vector_features_name').on(t.namespaceId, t.name).where(sql`status <> 'removing'`),
    index('vector_features_namespace').on(t.namespaceId),
    index('vector_features_unsettled').on(t.updatedAt).where(sql`status <> 'ready'`),
    check('vector_features_metric', oneOf(t.metric, distanceMetrics)),
    check('vector_features_status', oneOf(t.status, featureStates)),
  ],
);

/** Collections with vectors in a feature. Written before the vectors, so no row means no vectors. */
export const vectorCollections = sqliteTable(
  'vector_collections',
  {
    featureId: reference('feature_id', () => vectorFeatures.id),
    collection: text('collection').notNull(),
    createdAt: time('created_at').notNull(),
  },
  (t) => [primaryKey({ columns: [t.featureId, t.collection] })],
);

/** Vectors in the embedded store. */
export const vectors = sqliteTable(
  'vectors',
  {
    featureId: text('feature_id').$type<FeatureId>().notNull(),
    id: text('id').notNull(),
    data: floats('data').notNull(),
  },
  (t) => [primaryKey({ columns: [t.featureId, t.id] })],
);
