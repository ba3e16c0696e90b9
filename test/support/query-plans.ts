// Collects the statements that are prepared, and finds those that read a growing table from its beginning to its end (design §9a).
import { env } from 'cloudflare:workers';

/** Tables that do not grow with use. */
const boundedTables = new Set(['progress', 'store_sweeps', 'quotas', 'scan_policies']);

export interface CollectedD1 {
  db: D1Database;
  statements: Set<string>;
}

export function collectedD1(real: D1Database): CollectedD1 {
  const statements = new Set<string>();
  const db = new Proxy(real, {
    get(target, name) {
      if (name === 'prepare')
        return (query: string) => {
          statements.add(query);
          return target.prepare(query);
        };
      const value = Reflect.get(target, name);
      return typeof value === 'function' ? value.bind(target) : value;
    },
  });
  return { db, statements };
}

export interface Scan {
  /** The line of the plan. */
  plan: string;
  sql: string;
}

/**
 * Returns the scans of growing tables. Walking a partial index is none: it has only rows that are due. The statements are explained
 * without values, as D1 plans them.
 */
export async function scansOf(statements: Iterable<string>): Promise<Scan[]> {
  const schema = await env.DB.prepare("select type, name, sql from sqlite_schema where name not like 'sqlite_%'").all<{
    type: string;
    name: string;
    sql: string | null;
  }>();
  const tables = new Set(schema.results.filter(({ type }) => type === 'table').map(({ name }) => name));
  const partial = new Set(
    schema.results.filter(({ type, sql }) => type === 'index' && / where /i.test(sql ?? '')).map(({ name }) => name),
  );
  const scans: Scan[] = [];
  for (const sql of statements) {
    const values = Array.from(sql.replaceAll(/'[^']*'/g, '').matchAll(/\?/g), () => null);
    const explained = env.DB.prepare(`explain query plan ${sql}`).bind(...values);
    const { results } = await explained.all<{ detail: string }>();
    for (const { detail } of results) {
      const [, name = '', index] = /^SCAN (\w+)(?: USING (?:COVERING )?INDEX (\w+))?/.exec(detail) ?? [];
      const table = tableOf(name, sql, tables);
      if (table === undefined || boundedTables.has(table) || (index !== undefined && partial.has(index))) continue;
      scans.push({ plan: detail, sql });
    }
  }
  return scans;
}

/** The table that a name in a plan means: itself, or the one of which it is an alias. */
function tableOf(name: string, sql: string, tables: ReadonlySet<string>): string | undefined {
  if (tables.has(name)) return name;
  const [, aliased] = new RegExp(`"?(\\w+)"? (?:as )?"?${name}"?\\b`).exec(sql) ?? [];
  return aliased !== undefined && tables.has(aliased) ? aliased : undefined;
}
