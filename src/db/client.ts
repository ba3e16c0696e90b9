// D1 by drizzle. One change is one batch: its guard first, then followers that happen only if the guard did (design §3, D30).
import { getTableColumns, type InferInsertModel, is, SQL, sql } from 'drizzle-orm';
import type { BatchItem, BatchResponse } from 'drizzle-orm/batch';
import { type DrizzleD1Database, drizzle } from 'drizzle-orm/d1';
import type { SQLiteTable } from 'drizzle-orm/sqlite-core';
import * as access from './schema/access.ts';
import * as agents from './schema/agents.ts';
import * as builds from './schema/builds.ts';
import * as deploy from './schema/deploy.ts';
import * as events from './schema/events.ts';
import * as idempotency from './schema/idempotency.ts';
import * as policy from './schema/policy.ts';
import * as registry from './schema/registry.ts';
import * as vectors from './schema/vectors.ts';
import * as webhooks from './schema/webhooks.ts';

/** Every table, for what looks at all of them. */
export const schema = {
  ...access,
  ...registry,
  ...policy,
  ...builds,
  ...deploy,
  ...events,
  ...webhooks,
  ...idempotency,
  ...vectors,
  ...agents,
};

export type Db = DrizzleD1Database<typeof schema>;
export type Statement = BatchItem<'sqlite'>;

export function database(d1: D1Database): Db {
  return drizzle(d1, { schema });
}

export interface RequestDatabase {
  db: Db;
  /**
   * From here on queries go to any replica that is as new as the bookmark, or as `first-primary` or `first-unconstrained` says.
   * What it returns tells the newest state that they have seen; null before the first.
   */
  startSession(from: string): () => string | null;
}

/** D1 for one request: the primary, until a session is started. (A second drizzle for the session would take a millisecond.) */
export function requestDatabase(d1: D1Database): RequestDatabase {
  let asked: Pick<D1Database, 'prepare' | 'batch'> = d1;
  const client: D1Database = {
    prepare: (query) => asked.prepare(query),
    batch: (statements) => asked.batch(statements),
    exec: (query) => d1.exec(query),
    withSession: (from) => d1.withSession(from),
    dump: () => d1.dump(),
  };
  const startSession = (from: string) => {
    const session = d1.withSession(from);
    asked = session;
    return () => session.getBookmark();
  };
  return { db: database(client), startSession };
}

/** The statement before this one in the batch changed a row. Chains hold only while each link inserts exactly one row. */
export const previousChanged: SQL = sql`changes() > 0`;

/**
 * `INSERT … SELECT <row> WHERE <condition>`: a follower in a batch. Values may be SQL, such as a subselect; what is left out is
 * null. (A raw statement would be shorter, but drizzle doesn't bind the parameters of raw statements in a D1 batch.)
 */
export function insertWhere<Table extends SQLiteTable>(
  db: Db,
  table: Table,
  row: { [Key in keyof InferInsertModel<Table>]: InferInsertModel<Table>[Key] | SQL },
  condition: SQL,
  onConflict: SQL = sql``,
) {
  const given = new Map<string, unknown>(Object.entries(row));
  const values = Object.entries(getTableColumns(table)).map(([key, column]) => {
    const value = given.get(key) ?? null;
    return is(value, SQL) ? value : sql`${sql.param(value, column)}`;
  });
  return db.insert(table).select(sql`select ${sql.join(values, sql`, `)} where ${condition} ${onConflict}`);
}

/**
 * One batch: writes, then reads of what has become of them; what was read. (The types of drizzle's batch know a place only by
 * counting from the front, where here are as many writes as it takes.)
 */
export async function writeAndRead<Reads extends [Statement, ...Statement[]]>(
  db: Db,
  writes: [Statement, ...Statement[]],
  reads: Reads,
): Promise<BatchResponse<Reads>> {
  const results: unknown[] = await db.batch([...writes, ...reads]);
  return results.slice(writes.length) as BatchResponse<Reads>;
}

/** Whether an error is the refusal of a unique index. */
export function isUniqueViolation(error: unknown): boolean {
  for (let e = error; e instanceof Error; e = e.cause) if (e.message.includes('UNIQUE constraint failed')) return true;
  return false;
}
