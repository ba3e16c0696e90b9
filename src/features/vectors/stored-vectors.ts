// Stores and searches vectors in a namespace's features. Checks that vectors fit their feature, because the vector store doesn't.
import { and, eq, sql } from 'drizzle-orm';
import { type Actor, notFound, requireScope } from '../../access/actor.ts';
import { requireNamespace, selectNamespace } from '../../access/visible-namespaces.ts';
import { vectorLimits } from '../../contract/features/vectors/limits.ts';
import type { NamespaceId } from '../../core/ids.ts';
import { Problem } from '../../core/problem.ts';
import { insertWhere } from '../../db/client.ts';
import type { Deps } from '../../deps.ts';
import { vectorStore } from './choose-store.ts';
import type { Feature } from './plan.ts';
import { withStoreErrors } from './sync-features.ts';
import { vectorCollections, vectorFeatures } from './tables.ts';
import type { StoredVector, VectorMatch } from './vector-store.ts';

type VectorDeps = Pick<Deps, 'db' | 'clock' | 'vectorize'>;

export interface NewVectors {
  feature: string;
  /** The collection that the vectors come from. When a reconfiguration adds a feature, it lists the collections to reprocess. */
  collection: string;
  vectors: readonly StoredVector[];
}

/**
 * Stores vectors, replacing those with the same ID. Records the collection before writing to the store, so that a feature with vectors
 * is never removed.
 */
export async function storeVectors(
  deps: VectorDeps,
  actor: Actor,
  namespaceId: NamespaceId,
  { feature: name, collection, vectors }: NewVectors,
): Promise<void> {
  requireScope(actor, 'plugins:write');
  if (vectors.length === 0 || vectors.length > vectorLimits.upsertVectors)
    throw invalid('vectors', `must contain 1 to ${vectorLimits.upsertVectors} vectors`);
  const feature = await findFeature(deps, actor, namespaceId, name);
  vectors.forEach((vector, i) => {
    requireValidVector(feature, vector, i);
  });
  const { db, clock } = deps;
  const isReady = and(eq(vectorFeatures.id, feature.id), eq(vectorFeatures.status, 'ready'));
  const [, ready] = await db.batch([
    insertWhere(
      db,
      vectorCollections,
      { featureId: feature.id, collection, createdAt: clock.now() },
      sql`exists (select 1 from ${vectorFeatures} where ${isReady})`,
      sql`on conflict do nothing`,
    ),
    db.select().from(vectorFeatures).where(isReady),
  ]);
  if (ready.length === 0) throw notFound('feature', name);
  await withStoreErrors(() => vectorStore(deps).upsert(feature, vectors));
}

/** Returns the nearest vectors first. Results are exact in the embedded store. */
export async function searchVectors(
  deps: VectorDeps,
  actor: Actor,
  namespaceId: NamespaceId,
  { feature: name, values, limit }: { feature: string; values: readonly number[]; limit: number },
): Promise<VectorMatch[]> {
  requireScope(actor, 'plugins:read');
  const feature = await findFeature(deps, actor, namespaceId, name);
  requireValues(feature, values, 'values');
  const matches = Math.min(limit, vectorLimits.searchMatches);
  return withStoreErrors(() => vectorStore(deps).search(feature, values, matches));
}

async function findFeature(
  { db }: Pick<Deps, 'db'>,
  actor: Actor,
  namespaceId: NamespaceId,
  name: string,
): Promise<Feature> {
  const isReady = and(
    eq(vectorFeatures.namespaceId, namespaceId),
    eq(vectorFeatures.name, name),
    eq(vectorFeatures.status, 'ready'),
  );
  const [found, [feature]] = await db.batch([
    selectNamespace(db, actor, namespaceId),
    db.select().from(vectorFeatures).where(isReady),
  ]);
  requireNamespace(found, namespaceId);
  if (!feature) throw notFound('feature', name);
  return feature;
}

function requireValidVector(feature: Feature, { id, values }: StoredVector, i: number): void {
  const bytes = new TextEncoder().encode(id).length;
  if (bytes === 0 || bytes > vectorLimits.idBytes)
    throw invalid(`vectors.${i}.id`, `must have 1 to ${vectorLimits.idBytes} bytes`);
  requireValues(feature, values, `vectors.${i}.values`);
}

function requireValues({ name, dimensions }: Feature, values: readonly number[], field: string): void {
  if (values.length !== dimensions)
    throw invalid(field, `must have ${dimensions} values, the dimensions of ${name}, but has ${values.length}`);
  if (!values.every((value) => Number.isFinite(Math.fround(value))))
    throw invalid(field, 'must be finite 32-bit floating-point numbers');
}

function invalid(field: string, message: string): Problem {
  const path = ['body', ...field.split('.')];
  return new Problem('invalid-request', `The request is invalid: ${field}: ${message}`, {
    fields: [{ path, message, type: 'value_error' }],
  });
}
