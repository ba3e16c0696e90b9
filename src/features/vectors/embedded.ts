// Stores vectors in the Worker's own database. A search compares every vector, so it is exact and needs no setup, but it can only cover
// as many rows as one request can read. Keeps one page of rows in memory at a time.
import { and, asc, eq, gt, inArray, sql } from 'drizzle-orm';
import type { DistanceMetric } from '../../contract/plugin/manifest.ts';
import type { Db } from '../../db/client.ts';
import { vectors } from './tables.ts';
import type { VectorMatch, VectorStore } from './vector-store.ts';

/** A row with this many floats stays far below D1's limit of 2 MB. */
const dimensionsMax = 16_384;
/** Each row has three columns, and D1 binds at most 100 parameters. */
const rowsPerStatement = 30;
const pageRows = 200;

export function embeddedVectors(db: Db): VectorStore {
  return {
    dimensionsMax,
    // An index is just the set of rows with its ID, so there is nothing to create.
    create: async () => {},
    remove: async (id) => {
      await db.delete(vectors).where(eq(vectors.featureId, id));
    },
    upsert: async ({ id }, added) => {
      const rows = added.map((vector) => ({ featureId: id, id: vector.id, data: Float32Array.from(vector.values) }));
      const statements = chunks(rows, rowsPerStatement).map((chunk) =>
        db
          .insert(vectors)
          .values(chunk)
          .onConflictDoUpdate({ target: [vectors.featureId, vectors.id], set: { data: sql`excluded.data` } }),
      );
      const [first, ...rest] = statements;
      if (first) await db.batch([first, ...rest]);
    },
    search: async ({ id, metric }, values, limit) => {
      const query = Float32Array.from(values);
      const compare = byDistance(metric);
      let matches: VectorMatch[] = [];
      for (let after = ''; ; ) {
        const page = await db
          .select({ id: vectors.id, data: vectors.data })
          .from(vectors)
          .where(and(eq(vectors.featureId, id), gt(vectors.id, after)))
          .orderBy(asc(vectors.id))
          .limit(pageRows);
        const scored = page.map((row) => ({ id: row.id, score: similarity(metric, query, row.data) }));
        matches = [...matches, ...scored].sort(compare).slice(0, limit);
        const last = page.at(-1);
        if (!last || page.length < pageRows) return matches;
        after = last.id;
      }
    },
    count: async (ids) => {
      const [row] = await db
        .select({ count: sql<number>`count(*)` })
        .from(vectors)
        .where(inArray(vectors.featureId, [...ids]));
      return row?.count ?? 0;
    },
  };
}

function chunks<Item>(items: readonly Item[], size: number): Item[][] {
  return Array.from({ length: Math.ceil(items.length / size) }, (_, i) => items.slice(i * size, (i + 1) * size));
}

type Values = ArrayLike<number>;

export function similarity(metric: DistanceMetric, a: Values, b: Values): number {
  switch (metric) {
    case 'cosine':
      return cosine(a, b);
    case 'dot':
      return dot(a, b);
    case 'euclid':
      return euclid(a, b);
  }
}

/** Sorts by distance, nearest first, and by ID for equal distances. */
export function byDistance(metric: DistanceMetric) {
  const sign = metric === 'euclid' ? 1 : -1;
  return (a: { id: string; score: number }, b: { id: string; score: number }) =>
    sign * (a.score - b.score) || (a.id < b.id ? -1 : 1);
}

function dot(a: Values, b: Values): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += (a[i] ?? 0) * (b[i] ?? 0);
  return sum;
}

/** Returns the cosine similarity. The zero vector has no direction, so its similarity to any vector is 0. */
function cosine(a: Values, b: Values): number {
  const lengths = Math.sqrt(dot(a, a)) * Math.sqrt(dot(b, b));
  return lengths === 0 ? 0 : Math.min(1, Math.max(-1, dot(a, b) / lengths));
}

function euclid(a: Values, b: Values): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += ((a[i] ?? 0) - (b[i] ?? 0)) ** 2;
  return Math.sqrt(sum);
}
