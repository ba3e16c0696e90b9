// Fills tables with copies of a row, so that a test can measure the cost of a thousand rows.
import { env } from 'cloudflare:workers';

/** Returns SQL for an ID that has the same time and ends with `i`. */
export function numbered(id: string): string {
  return `substr(${id}, 1, length(${id}) - 16) || printf('%016d', i)`;
}

/** Makes `times` copies of the table's first row. `changes` are SQL over `i`, by column, where `i` counts from `from`. */
export async function copyRow(
  table: string,
  { from, times }: { from: number; times: number },
  changes: Record<string, string>,
): Promise<void> {
  const row = await env.DB.prepare(`select * from ${table} limit 1`).first<Record<string, unknown>>();
  if (!row) throw new Error(`${table} has no row to copy`);
  const all: Record<string, string> = { id: numbered(`${table}.id`), ...changes };
  const columns = Object.keys(row);
  const unknown = Object.keys(changes).filter((column) => !columns.includes(column));
  if (unknown.length > 0) throw new Error(`${table} has no column ${unknown.join(', ')}`);
  const values = columns.map((column) => all[column] ?? `${table}."${column}"`);
  await env.DB.prepare(
    `with recursive n(i) as (select ${from} union all select i + 1 from n where i < ${from + times - 1})
      insert into ${table} (${columns.map((column) => `"${column}"`)}) select ${values} from (select * from ${table} limit 1) ${table}, n`,
  ).run();
}
