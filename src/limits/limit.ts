// Checks limits within the batch of the change that they limit: the change's condition asks for room, and a read says which limit
// prevented it (decision 152). What is limited, how much of it is used and what the error says is each limit's own.
import { type SQL, sql } from 'drizzle-orm';
import type { Problem } from '../core/problem.ts';
import type { Db } from '../db/client.ts';

export interface Limit {
  /** SQL: the change fits. */
  hasRoom: SQL;
  /** SQL: the amounts that the error names, as text. */
  amounts: SQL<string>;
  /** Builds the error for a change that doesn't fit. */
  exceeded(amounts: string): Problem;
}

/** SQL: the change fits all limits. */
export function hasRoom(limits: readonly Limit[]): SQL {
  return sql`(${sql.join(
    limits.map((limit) => limit.hasRoom),
    sql` and `,
  )})`;
}

/** Selects, for a batch, the first limit that prevented the change; no row if none did, or if `condition` did. */
export function selectExceeded(db: Db, limits: readonly Limit[], condition: SQL = sql`true`) {
  const exceeded = limits.map(
    (limit, place) => sql`select ${place} as place, ${limit.amounts} as amounts where not ${limit.hasRoom}`,
  );
  return db
    .select({ place: sql<number>`place`, amounts: sql<string>`amounts` })
    .from(sql`(${sql.join(exceeded, sql` union all `)})`)
    .where(condition)
    .orderBy(sql`place`)
    .limit(1);
}

/** Throws the problem of the limit that was exceeded. */
export function requireRoom(limits: readonly Limit[], [exceeded]: { place: number; amounts: string }[]): void {
  if (exceeded) throw limits[exceeded.place]?.exceeded(exceeded.amounts);
}
