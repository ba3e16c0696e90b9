// Opens D1 through drizzle, and writes batches. A state change is one batch: first the guarded statement, then followers that take
// effect only if the guarded one did, then reads of the outcome (D30).
import { getTableColumns, type InferInsertModel, is, SQL, type SQLWrapper, sql } from 'drizzle-orm';
import type { BatchItem } from 'drizzle-orm/batch';
import { DrizzleD1Database, SQLiteD1Session } from 'drizzle-orm/d1';
import { SQLiteAsyncDialect, type SQLiteTable } from 'drizzle-orm/sqlite-core';
import { inTurn, type Pace } from '../core/turns.ts';
import { DatabaseFailed } from './database-problem.ts';
import * as access from './schema/access.ts';
import * as advisories from './schema/advisories.ts';
import * as attention from './schema/attention.ts';
import * as budgets from './schema/budgets.ts';
import * as builders from './schema/builders.ts';
import * as callLimits from './schema/call-limits.ts';
import * as calls from './schema/calls.ts';
import * as deploy from './schema/deploy.ts';
import * as environments from './schema/environments.ts';
import * as events from './schema/events.ts';
import * as grants from './schema/grants.ts';
import * as heartbeat from './schema/heartbeat.ts';
import * as models from './schema/models.ts';
import * as policy from './schema/policy.ts';
import * as quarantines from './schema/quarantines.ts';
import * as registry from './schema/registry.ts';
import * as releases from './schema/releases.ts';
import * as runs from './schema/runs.ts';
import * as traffic from './schema/traffic.ts';

type Client = Pick<D1Database, 'prepare' | 'batch'>;

function inTurns(client: Client, pace: Pace): Client {
  const run = <Result>(work: () => Promise<Result>) => (pace.mode === 'turns' ? inTurn(work) : work());
  return {
    prepare: (query) => waiting(client.prepare(query), run),
    batch: (statements) => run(() => client.batch(statements)),
  };
}

const executing = ['all', 'first', 'raw', 'run'] as const;

/** Returns the statement itself, which a batch needs unchanged, with methods that wait for their turn. */
function waiting(
  statement: D1PreparedStatement,
  run: <Result>(work: () => Promise<Result>) => Promise<Result>,
): D1PreparedStatement {
  const bind = statement.bind.bind(statement);
  Object.assign(statement, { bind: (...values: unknown[]) => waiting(bind(...values), run) });
  for (const method of executing) {
    const execute = statement[method];
    Object.assign(statement, {
      [method]: (...args: unknown[]) => run(async () => Reflect.apply(execute, statement, args)),
    });
  }
  return statement;
}

/** The kernel's tables. `schema.ts` adds those of features. */
export const kernelTables = {
  ...access,
  ...registry,
  ...policy,
  ...quarantines,
  ...deploy,
  ...releases,
  ...calls,
  ...callLimits,
  ...environments,
  ...models,
  ...builders,
  ...attention,
  ...budgets,
  ...runs,
  ...events,
  ...grants,
  ...heartbeat,
  ...traffic,
  ...advisories,
};

/** The database of the organizations that an invocation works for. An organization's rows are in no other (decision 165). */
export type Db = DrizzleD1Database & { readonly holds?: 'organizations' };
/** The database of what belongs to the installation, and to no organization. It is the same one until there are several. */
export type Directory = DrizzleD1Database & { readonly holds?: 'installation' };
export type Statement = BatchItem<'sqlite'>;
/** A query that is part of a statement. */
export type Query = SQLWrapper;

const dialect = new SQLiteAsyncDialect();

/** Each request has its own client, so relational queries, which would need an object for every table, are left out. */
export function database(d1: D1Database): DrizzleD1Database {
  const marking: Client = {
    prepare: (query) => d1.prepare(query),
    batch: <Row>(statements: D1PreparedStatement[]) => d1.batch<Row>(statements).catch(fail),
  };
  const client = over(d1, () => marking);
  return new DrizzleD1Database('async', dialect, new SQLiteD1Session(client, dialect, undefined), undefined);
}

/** Wraps a batch's error, as `drizzle` does for a single statement. */
function fail(cause: unknown): never {
  throw new DatabaseFailed('the batch failed', { cause });
}

function over(d1: D1Database, client: () => Client): D1Database {
  return {
    prepare: (query) => client().prepare(query),
    batch: (statements) => client().batch(statements),
    exec: (query) => d1.exec(query),
    withSession: (from) => d1.withSession(from),
    dump: () => d1.dump(),
  };
}

export interface RequestDatabase {
  db: Db;
  directory: Directory;
  /** Opens the nearest copy, regardless of its age. Null if there are no replicas. Only for readNearest. */
  nearest(): Db | null;
  /**
   * Sends all further queries to any replica at least as new as the bookmark, or as `first-primary` or `first-unconstrained` specifies.
   * Returns a function that gives the bookmark of the newest state seen so far; null before the first query.
   */
  startSession(from: string): () => string | null;
  /** Makes further operations wait for others and let calls pass, if the database is local. */
  takeTurns(): void;
  /** Makes further operations go ahead, since a plugin's caller waits for them. */
  goAhead(): void;
}

/**
 * Returns D1 for one request: the primary until a session starts. `local` sets the pace if the database runs in the process that serves
 * calls. `replicas` means that there are copies in other regions. `directory` is the installation's database, if that is another.
 */
export function requestDatabase(
  d1: D1Database,
  {
    directory,
    local = false,
    pace = { mode: 'new' },
    replicas = false,
  }: { directory?: D1Database | undefined; local?: boolean; pace?: Pace; replicas?: boolean } = {},
): RequestDatabase {
  const paced = (client: Client): Client => (local ? inTurns(client, pace) : client);
  // Opened by the first query, since most calls make none.
  let open = () => paced(d1);
  let opened: Client | undefined;
  const current = () => (opened ??= open());
  const startSession = (from: string) => {
    let session: D1DatabaseSession | undefined;
    open = () => {
      session = d1.withSession(from);
      return paced(session);
    };
    opened = undefined;
    return () => session?.getBookmark() ?? null;
  };
  return {
    db: database(over(d1, current)),
    directory: database(directory ? over(directory, () => paced(directory)) : over(d1, current)),
    nearest: () => {
      if (!replicas) return null;
      const session = d1.withSession('first-unconstrained');
      return database(over(d1, () => session));
    },
    startSession,
    takeTurns: () => {
      pace.mode = 'turns';
    },
    goAhead: () => {
      pace.mode = 'ahead';
    },
  };
}

/**
 * SQL condition of a follower: the previous write in the batch changed a row.
 *
 * The order of statements is therefore significant. `changes()` counts the rows of the last INSERT, UPDATE or DELETE; a SELECT doesn't
 * affect it, and a write that matches nothing sets it to 0. So in a chain such as guard, event, message, each link must insert exactly
 * one row if the guard did. A write that may change nothing (an upsert, a cleanup) must not come between the guard and a follower. If
 * it has to, the follower names the guard's row instead: `exists (select 1 … where id = …)`.
 */
export const previousChanged: SQL = sql`changes() > 0`;

/**
 * Builds `INSERT … SELECT <row> WHERE <condition>`, a follower in a batch. Values may be SQL, such as a subselect; columns without a
 * value have their default, or null. (A raw statement would be shorter, but drizzle doesn't bind raw statements' parameters in a D1 batch.)
 */
export function insertWhere<Table extends SQLiteTable>(
  db: Db | Directory,
  table: Table,
  row: { [Key in keyof InferInsertModel<Table>]: InferInsertModel<Table>[Key] | SQL },
  condition: SQL,
  onConflict: SQL = sql``,
) {
  const given = new Map<string, unknown>(Object.entries(row));
  const values = Object.entries(getTableColumns(table)).map(([key, column]) => {
    const value = given.get(key) ?? column.default ?? null;
    return is(value, SQL) ? value : sql`${sql.param(value, column)}`;
  });
  return db.insert(table).select(sql`select ${sql.join(values, sql`, `)} where ${condition} ${onConflict}`);
}

/** Returns an expression for a selection that keeps table names: drizzle strips them from a selected expression's columns. */
export function qualified<Value>(expression: SQL<Value>): SQL<Value> {
  return sql<Value>`${expression}`;
}

export type Results<Named extends Record<string, Statement>> = {
  [Name in keyof Named]: NonNullable<Named[Name]>['_']['result'];
};

/**
 * Runs one batch and returns results by name: first the writes, whose results are not needed, then the named statements in key order,
 * mostly reads of the outcome.
 */
export async function writeAndRead<Named extends Record<string, Statement>>(
  db: Db | Directory,
  writes: readonly Statement[],
  named: Named,
): Promise<Results<Named>> {
  const [first, ...rest] = [...writes, ...Object.values(named)];
  if (!first) throw new Error('a batch needs a statement');
  const results: unknown[] = await db.batch([first, ...rest]);
  return Object.fromEntries(Object.keys(named).map((name, i) => [name, results[writes.length + i]])) as Results<Named>;
}

/**
 * Runs one batch with reads before and between its writes. Each part is a list of writes, or reads by name, in execution order. Returns
 * the reads' results by name.
 */
export async function runInOrder<First extends Record<string, Statement>, Second extends Record<string, Statement>>(
  db: Db,
  parts: readonly [First, readonly Statement[], Second, readonly Statement[]],
): Promise<Results<First> & Results<Second>> {
  const [before, writes, between, last] = parts;
  const [first, ...rest] = [...Object.values(before), ...writes, ...Object.values(between), ...last];
  if (!first) throw new Error('a batch needs a statement');
  const results: unknown[] = await db.batch([first, ...rest]);
  const offset = Object.keys(before).length + writes.length;
  return Object.fromEntries([
    ...Object.keys(before).map((name, i) => [name, results[i]]),
    ...Object.keys(between).map((name, i) => [name, results[offset + i]]),
  ]) as Results<First> & Results<Second>;
}

/** D1 allows this many terms in a compound SELECT. */
const unionTermsMax = 5;

/** SQL: all rows of the parts, which have the same columns. Nested, because D1 limits the terms per UNION. */
export function unionAll(parts: readonly SQL[]): SQL {
  if (parts.length <= unionTermsMax) return sql.join([...parts], sql` union all `);
  const size = Math.ceil(parts.length / unionTermsMax);
  const groups = Array.from({ length: Math.ceil(parts.length / size) }, (_, i) =>
    parts.slice(i * size, (i + 1) * size),
  );
  return unionAll(groups.map((group) => sql`select * from (${unionAll(group)})`));
}

/** Runs reads in one round trip and returns their rows by name. */
export function readTogether<Named extends Record<string, Statement>>(db: Db, reads: Named): Promise<Results<Named>> {
  return writeAndRead(db, [], reads);
}

type Reads = Record<string, Statement>;

/** Runs three groups of reads in one round trip, and returns all rows by name. */
export async function readParts<First extends Reads, Second extends Reads, Third extends Reads>(
  db: Db,
  parts: readonly [First, Second, Third],
): Promise<Results<First> & Results<Second> & Results<Third>> {
  const [one, other, last] = parts;
  const rows = await runInOrder(db, [{ ...one, ...other }, [], last, []]);
  return rows as Results<First> & Results<Second> & Results<Third>;
}

/** Returns whether the error is a unique index violation. */
export function isUniqueViolation(error: unknown): boolean {
  for (let e = error; e instanceof Error; e = e.cause) if (e.message.includes('UNIQUE constraint failed')) return true;
  return false;
}
