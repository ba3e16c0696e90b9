// Collects the statements that Slipway's code prepares during tests, and finds full scans of growing tables (design §9a). Ignores the
// tests' own queries.
import { env } from 'cloudflare:workers';
import { z } from 'zod';
import { type Db, database } from '../../../src/db/client.ts';
import { featureRows } from '../feature-rows.ts';

/** Tables that do not grow with use. */
const boundedTables = new Set([
  'builders',
  'progress',
  'store_sweeps',
  'quotas',
  'scan_policies',
  'call_totals',
  ...featureRows.flatMap(({ boundedTables: own = [] }) => own),
]);

/** An accepted scan, by the start of its plan. */
export interface MeantScan {
  plan: string;
  sql: RegExp;
}

const ofFeatures = import.meta.glob<{ meantScans: readonly MeantScan[] }>('../../features/*/workerd/meant-scans.ts', {
  eager: true,
});

/** Accepted scans, each with the reason why it ends early. */
const meantScans: readonly MeantScan[] = [
  ...Object.values(ofFeatures).flatMap((own) => own.meantScans),
  // One page of all organizations in primary key order, for the operator.
  { plan: 'SCAN organizations', sql: /order by "organizations"\."id" asc limit/ },
  // Plugin rows are never deleted, so SQLite never looks for rows that refer to one.
  { plan: 'SCAN ', sql: /^insert into "plugins" / },
  // Releases of the last three days.
  { plan: 'SCAN released_archives', sql: /^delete from "released_archives"/ },
  // An empty list of IDs makes the condition false, so nothing is read.
  { plan: 'SCAN ', sql: /where \(false and/ },
  ...featureRows.flatMap(({ meantScans: own = [] }) => own),
];

/** The statements that no file in this runtime has explained yet, and those already explained. All files share this module. */
const collected = new Set<string>();
const explained = new Set<string>();

/** Wraps D1 to collect the statements that it prepares, including those of its sessions. */
export function collectingD1(real: D1Database): D1Database {
  const preparing = (client: Pick<D1Database, 'prepare'>) => (query: string) => {
    if (!explained.has(query)) collected.add(query);
    return client.prepare(query);
  };
  const withSession = (from?: string) => {
    const session = real.withSession(from);
    return replacing(session, { prepare: preparing(session) });
  };
  return replacing(real, { prepare: preparing(real), withSession });
}

/** Returns the object with these methods replaced. */
function replacing<Client extends object>(target: Client, methods: Partial<Client>): Client {
  return new Proxy(target, {
    get(_, name) {
      const method: unknown = Reflect.get(methods, name) ?? Reflect.get(target, name);
      return typeof method === 'function' ? method.bind(target) : method;
    },
  });
}

/** Returns the database with its statements collected. */
export function collecting(db: Db): Db {
  return database(collectingD1(openedSchema.parse(db).session.client));
}

/** A database's client, in a property that its types don't declare. */
const openedSchema = z.object({
  session: z.object({ client: z.custom<D1Database>((value) => typeof value === 'object' && value !== null) }),
});

/** Returns whether any file collected a statement with this text. */
export function wasCollected(text: string): boolean {
  return [...collected, ...explained].some((sql) => sql.includes(text));
}

interface Scan {
  /** The line in the query plan. */
  plan: string;
  sql: string;
}

/** Returns the unaccepted scans among the statements collected since the last call. */
export async function unexpectedScans(): Promise<Scan[]> {
  const statements = [...collected];
  collected.clear();
  if (statements.length === 0) return [];
  await forgetStatistics();
  const scans = await scansOf(statements);
  for (const sql of statements) explained.add(sql);
  return scans.filter(({ plan, sql }) => !meantScans.some((one) => plan.startsWith(one.plan) && one.sql.test(sql)));
}

/** Deletes statistics, because statistics of small tables rightly favor scans. */
async function forgetStatistics(): Promise<void> {
  const found = await env.DB.prepare("select 1 from sqlite_schema where name = 'sqlite_stat1'").all();
  if (found.results.length === 0) return;
  await env.DB.batch([env.DB.prepare('delete from sqlite_stat1'), env.DB.prepare('analyze sqlite_schema')]);
}

const explainedAtOnce = 100;

/**
 * Returns the scans of growing tables. Walking a partial index doesn't count, because it contains only due rows. Statements are
 * explained without values, as D1 plans them.
 */
async function scansOf(statements: readonly string[]): Promise<Scan[]> {
  const { tables, partial } = await schemaOfD1();
  const explainable = statements.filter((sql) => /^\s*(?:select|insert|update|delete|with)\b/i.test(sql));
  const scans: Scan[] = [];
  for (let from = 0; from < explainable.length; from += explainedAtOnce) {
    const some = explainable.slice(from, from + explainedAtOnce);
    const plans = await env.DB.batch<{ detail: string }>(some.map(explainedStatement));
    for (const [i, sql] of some.entries())
      for (const { detail } of plans[i]?.results ?? []) {
        const [, name = '', index] = /^SCAN (\w+)(?: USING (?:COVERING )?INDEX (\w+))?/.exec(detail) ?? [];
        const table = tableOf(name, sql, tables);
        if (table === undefined || boundedTables.has(table) || (index !== undefined && partial.has(index))) continue;
        scans.push({ plan: detail, sql });
      }
  }
  return scans;
}

function explainedStatement(sql: string): D1PreparedStatement {
  const values = Array.from(sql.replaceAll(/'[^']*'/g, '').matchAll(/\?/g), () => null);
  return env.DB.prepare(`explain query plan ${sql}`).bind(...values);
}

async function schemaOfD1(): Promise<{ tables: ReadonlySet<string>; partial: ReadonlySet<string> }> {
  const { results } = await env.DB.prepare(
    "select type, name, sql from sqlite_schema where name not like 'sqlite_%'",
  ).all<{ type: string; name: string; sql: string | null }>();
  const named = (type: string, pattern: RegExp) =>
    new Set(results.filter((one) => one.type === type && pattern.test(one.sql ?? '')).map(({ name }) => name));
  return { tables: named('table', /^/), partial: named('index', / where /i) };
}

/** Returns the table to which a name in a plan refers, resolving aliases. */
function tableOf(name: string, sql: string, tables: ReadonlySet<string>): string | undefined {
  if (tables.has(name)) return name;
  const [, aliased] = new RegExp(`"?(\\w+)"? (?:as )?"?${name}"?\\b`).exec(sql) ?? [];
  return aliased !== undefined && tables.has(aliased) ? aliased : undefined;
}
