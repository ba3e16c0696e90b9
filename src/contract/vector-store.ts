// What keeps vectors: an index for each feature of a namespace, and a search in it. Two implementations: the Worker's own
// database, and Cloudflare Vectorize. Which features there are is in rows; a store only holds what belongs to them.
import type { FeatureId } from '../core/ids.ts';
import type { DistanceMetric } from './manifest.ts';

export interface VectorIndex {
  id: FeatureId;
  dimensions: number;
  metric: DistanceMetric;
}

export interface StoredVector {
  id: string;
  values: readonly number[];
}

export interface VectorMatch {
  id: string;
  /** cosine and dot: the higher the nearer. euclid: the distance, so the lower the nearer. */
  score: number;
}

export interface VectorStore {
  /** A feature may have at most so many. */
  dimensionsMax: number;
  /** What is there already stays as it is. */
  create(index: VectorIndex): Promise<void>;
  /** With all that is in it; what isn't there is removed already. */
  remove(id: FeatureId): Promise<void>;
  /** A vector of the same id is replaced. A store may take its time until searches find it. */
  upsert(index: VectorIndex, vectors: readonly StoredVector[]): Promise<void>;
  /** The nearest first, at most `limit`. */
  search(index: VectorIndex, values: readonly number[], limit: number): Promise<VectorMatch[]>;
  /** How many there are in all of them. */
  count(ids: readonly FeatureId[]): Promise<number>;
}

/** What stores are made to take at once, by the narrowest of them. */
export const vectorLimits = { idBytes: 64, upsertVectors: 1000, searchMatches: 100 } as const;

/** The store can't be reached, or refuses what Slipway asks of it. */
export class VectorStoreError extends Error {
  override readonly name = 'VectorStoreError';
}
