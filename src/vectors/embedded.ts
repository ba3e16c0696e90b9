// Stores vectors in the Worker's own database. A search compares every vector, so it is exact and needs no set-up, but is limited to as
// many rows as one request can read. Keeps one page of rows in memory at a time.
import { and, asc, eq, gt, inArray, sql } from 'drizzle-orm';
import type { VectorMatch, VectorStore } from '../contract/vector-store.ts';
import type { Db } from '../db/client.ts';
import { vectors } from '../db/schema/vectors.ts';
import { byDistance, scoreOf } from './metrics.ts';

/** A row of this many floats stays far below D1's limit of 2 MB. */
const dimensionsMax = 16_384;
/** Each row has three columns, and D1 binds at most 100 parameters. */
const rowsPerStatement = 30;
const pageRows = 200;

export function embeddedVectors(db: Db): VectorStore {
  return {
    dimensionsMax,
    // An index is the set of rows with its ID, so there is nothing to create.
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
        const scored = page.map((row) => ({ id: row.id, score: scoreOf(metric, query, row.data) }));
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
