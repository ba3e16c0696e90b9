// Storing and searching vectors in a namespace's features: what belongs to which feature, and what fits into it, is decided here; the
// store only keeps and finds.
import { and, eq, sql } from 'drizzle-orm';
import { type Actor, notFound, requireScope } from '../access/actor.ts';
import { requireNamespace, selectNamespace } from '../access/namespaces.ts';
import { type StoredVector, type VectorMatch, vectorLimits } from '../contract/vector-store.ts';
import type { NamespaceId } from '../core/ids.ts';
import { Problem } from '../core/problem.ts';
import { insertWhere } from '../db/client.ts';
import { vectorCollections, vectorFeatures } from '../db/schema/vectors.ts';
import type { Deps } from '../deps.ts';
import type { Feature } from './plan.ts';
import { withStoreErrors } from './sync-features.ts';

type VectorDeps = Pick<Deps, 'db' | 'clock' | 'vectors'>;

export interface NewVectors {
  feature: string;
  /** What they were made from; told when a feature is added that has nothing of it yet. */
  collection: string;
  vectors: readonly StoredVector[];
}

/** Replaces those of the same id. That the collection has vectors is written first: a feature that holds some is never removed. */
export async function storeVectors(
  deps: VectorDeps,
  actor: Actor,
  namespaceId: NamespaceId,
  { feature: name, collection, vectors }: NewVectors,
): Promise<void> {
  requireScope(actor, 'plugins:write');
  if (vectors.length === 0 || vectors.length > vectorLimits.upsertVectors)
    throw invalid('vectors', `must be 1 to ${vectorLimits.upsertVectors}`);
  const feature = await findFeature(deps, actor, namespaceId, name);
  vectors.forEach((vector, i) => {
    requireValidVector(feature, vector, i);
  });
  const { db, clock } = deps;
  const stands = and(eq(vectorFeatures.id, feature.id), eq(vectorFeatures.status, 'ready'));
  const [, standing] = await db.batch([
    insertWhere(
      db,
      vectorCollections,
      { featureId: feature.id, collection, createdAt: clock.now() },
      sql`exists (select 1 from ${vectorFeatures} where ${stands})`,
      sql`on conflict do nothing`,
    ),
    db.select().from(vectorFeatures).where(stands),
  ]);
  if (standing.length === 0) throw notFound('feature', name);
  await withStoreErrors(() => deps.vectors.upsert(feature, vectors));
}

/** The nearest first. Exact in the embedded store. */
export async function searchVectors(
  deps: VectorDeps,
  actor: Actor,
  namespaceId: NamespaceId,
  { feature: name, values, limit }: { feature: string; values: readonly number[]; limit: number },
): Promise<VectorMatch[]> {
  requireScope(actor, 'plugins:read');
  const feature = await findFeature(deps, actor, namespaceId, name);
  requireValues(feature, values, 'values');
  return withStoreErrors(() => deps.vectors.search(feature, values, Math.min(limit, vectorLimits.searchMatches)));
}

async function findFeature(
  { db }: Pick<Deps, 'db'>,
  actor: Actor,
  namespaceId: NamespaceId,
  name: string,
): Promise<Feature> {
  const ready = and(
    eq(vectorFeatures.namespaceId, namespaceId),
    eq(vectorFeatures.name, name),
    eq(vectorFeatures.status, 'ready'),
  );
  const [found, [feature]] = await db.batch([
    selectNamespace(db, actor, namespaceId),
    db.select().from(vectorFeatures).where(ready),
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
    throw invalid(field, `${name} has ${dimensions} dimensions, and these are ${values.length}`);
  if (!values.every((value) => Number.isFinite(Math.fround(value))))
    throw invalid(field, 'must be numbers that 32 bits can hold');
}

function invalid(field: string, message: string): Problem {
  const path = ['body', ...field.split('.')];
  return new Problem('invalid-request', `The request is not valid: ${field}: ${message}`, {
    fields: [{ path, message, type: 'value_error' }],
  });
}
