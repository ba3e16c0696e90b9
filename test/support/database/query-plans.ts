// Collects the statements that Slipway's code prepares in the tests, and finds those that read a growing table from its beginning to its
// end (design §9a). What a test looks up by itself is not collected.
import { env } from 'cloudflare:workers';
import { z } from 'zod';
import { type Db, database } from '../../../src/db/client.ts';

/** Tables that do not grow with use. */
const boundedTables = new Set(['progress', 'store_sweeps', 'quotas', 'scan_policies', 'call_totals']);

/** Scans that are meant, by the beginning of their plan, each with the reason why it ends early. */
const meantScans: { plan: string; sql: RegExp }[] = [
  // A page of all organizations, for the operator, in the order of the primary key.
  { plan: 'SCAN organizations', sql: /order by "organizations"\."id" asc limit/ },
  // A page of all agent plugins, which all agents share, in the order of the primary key.
  { plan: 'SCAN agent_artifacts', sql: /order by "agent_artifacts"\."id" desc limit/ },
  // A plugin is never deleted, so that no row is looked for that refers to it.
  { plan: 'SCAN ', sql: /^insert into "plugins" / },
  // Releases of the last three days.
  { plan: 'SCAN released_archives', sql: /^delete from "released_archives"/ },
  // A list without IDs, for which the condition is false: nothing is read.
  { plan: 'SCAN ', sql: /where \(false and/ },
];

/** Statements that no file of this runtime has explained yet, and those explained. The files share this module. */
const collected = new Set<string>();
const explained = new Set<string>();

/** D1 that collects the statements it prepares, those of its sessions too. */
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

/** The object with some of its methods replaced. */
function replacing<Client extends object>(target: Client, methods: Partial<Client>): Client {
  return new Proxy(target, {
    get(_, name) {
      const method: unknown = Reflect.get(methods, name) ?? Reflect.get(target, name);
      return typeof method === 'function' ? method.bind(target) : method;
    },
  });
}

/** The same database, which collects its statements. */
export function collecting(db: Db): Db {
  return database(collectingD1(openedSchema.parse(db).session.client));
}

/** The client of a database, in a property that its types don't declare. */
const openedSchema = z.object({
  session: z.object({ client: z.custom<D1Database>((value) => typeof value === 'object' && value !== null) }),
});

/** Whether a statement with this text was collected, by whichever file. */
export function wasCollected(text: string): boolean {
  return [...collected, ...explained].some((sql) => sql.includes(text));
}

interface Scan {
  /** The line of the plan. */
  plan: string;
  sql: string;
}

/** Returns what is meant to be no scan and is one, among the statements collected since the last call. */
export async function unexpectedScans(): Promise<Scan[]> {
  const statements = [...collected];
  collected.clear();
  if (statements.length === 0) return [];
  await forgetStatistics();
  const scans = await scansOf(statements);
  for (const sql of statements) explained.add(sql);
  return scans.filter(({ plan, sql }) => !meantScans.some((one) => plan.startsWith(one.plan) && one.sql.test(sql)));
}

/** Deletes the statistics: those of small tables rightly favor scans. */
async function forgetStatistics(): Promise<void> {
  const found = await env.DB.prepare("select 1 from sqlite_schema where name = 'sqlite_stat1'").all();
  if (found.results.length === 0) return;
  await env.DB.batch([env.DB.prepare('delete from sqlite_stat1'), env.DB.prepare('analyze sqlite_schema')]);
}

const explainedAtOnce = 100;

/**
 * Returns the scans of growing tables. Walking a partial index is none: it has only rows that are due. The statements are explained
 * without values, as D1 plans them.
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

/** The table that a name in a plan means: itself, or the one of which it is an alias. */
function tableOf(name: string, sql: string, tables: ReadonlySet<string>): string | undefined {
  if (tables.has(name)) return name;
  const [, aliased] = new RegExp(`"?(\\w+)"? (?:as )?"?${name}"?\\b`).exec(sql) ?? [];
  return aliased !== undefined && tables.has(aliased) ? aliased : undefined;
}
