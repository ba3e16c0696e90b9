// Defines a vector store: one searchable index per feature in a namespace. There are two implementations, the Worker's own database and
// Cloudflare Vectorize. The features themselves are rows; a store only holds their vectors.
import type { DistanceMetric } from '../../contract/plugin/manifest.ts';
import type { FeatureId } from '../../core/ids.ts';

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
  /** For cosine and dot, higher is nearer. For euclid it's the distance, so lower is nearer. */
  score: number;
}

export interface VectorStore {
  /** Maximum number of dimensions per feature. */
  dimensionsMax: number;
  /** Creates the index. Leaves an existing one unchanged. */
  create(index: VectorIndex): Promise<void>;
  /** Removes the index with all vectors. A missing index is not an error. */
  remove(id: FeatureId): Promise<void>;
  /** Replaces vectors with the same ID. Searches may find them only after a delay. */
  upsert(index: VectorIndex, vectors: readonly StoredVector[]): Promise<void>;
  /** Returns at most `limit` matches, nearest first. */
  search(index: VectorIndex, values: readonly number[], limit: number): Promise<VectorMatch[]>;
  /** Total number of vectors in these indexes. */
  count(ids: readonly FeatureId[]): Promise<number>;
}

/** Thrown if the store can't be reached, or rejects a request from Slipway. */
export class VectorStoreError extends Error {
  override readonly name = 'VectorStoreError';
}
