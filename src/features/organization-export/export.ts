// Exports an organization's data as JSON lines: its rows, table by table, with their objects as URLs. Each response makes a bounded
// number of requests to the database and the store, and holds one page of rows. A response that ends early gives the next position.
import { and, type SQL, sql } from 'drizzle-orm';
import { type AnySQLiteColumn, getTableConfig } from 'drizzle-orm/sqlite-core';
import { z } from 'zod';
import { organizationExport } from '../../contract/features/organization-export/limits.ts';
import type { OrganizationId } from '../../core/ids.ts';
import { decodeCursor, encodeCursor } from '../../core/page.ts';
import { Problem } from '../../core/problem.ts';
import type { Deps } from '../../deps.ts';
import { heldBy } from '../../organizations/holders.ts';
import { presign } from '../../registry/storage/presign.ts';
import { listObjects, type Row } from './exported-objects.ts';
import { type ExportedTable, exportedTables } from './exported-tables.ts';

type ExportDeps = Pick<Deps, 'db' | 'blobs' | 'storage' | 'features'>;
export type ExportLimits = Pick<Record<keyof typeof organizationExport, number>, 'pageRows' | 'pageBytes' | 'trips'>;

/** The last exported row, given by its table, its holder, and its values of the table's order columns. */
const positionSchema = z.object({
  table: z.string(),
  holder: z.string(),
  after: z.array(z.union([z.string(), z.number()])),
});
export type ExportPosition = z.infer<typeof positionSchema>;

function cursorOf(position: ExportPosition): string {
  return encodeCursor(encodeURIComponent(JSON.stringify(position)));
}

/** Parses a position. Throws if the text isn't from an export. */
export function parseExportPosition(cursor: string): ExportPosition {
  try {
    return positionSchema.parse(JSON.parse(decodeURIComponent(decodeCursor(cursor) ?? '')));
  } catch {
    const message =
      '`from` is not a `next` value from an export. Send it as you received it, or start over without it.';
    throw new Problem('invalid-request', message, {
      fields: [{ path: ['query', 'from'], message, type: 'invalid_cursor' }],
    });
  }
}

/** Yields NDJSON. The organization may change during an export, so it isn't a snapshot, but rows that stay are never missed. */
export async function* exportOrganization(
  deps: ExportDeps,
  organizationId: OrganizationId,
  from: ExportPosition | null,
  limits: ExportLimits = organizationExport,
): AsyncGenerator<string, void> {
  const lines = new OrganizationExport(deps, organizationId, limits).lines(from);
  for await (const line of lines) yield `${JSON.stringify(line)}\n`;
}

interface Place {
  table: ExportedTable;
  holder: string;
  after: ExportPosition['after'] | null;
}

class OrganizationExport {
  readonly #deps: ExportDeps;
  readonly #id: OrganizationId;
  readonly #limits: ExportLimits;
  readonly #counts = { rows: 0, objects: 0 };
  #trips = 0;

  constructor(deps: ExportDeps, id: OrganizationId, limits: ExportLimits) {
    this.#deps = deps;
    this.#id = id;
    this.#limits = limits;
  }

  async *lines(from: ExportPosition | null): AsyncGenerator<object, void> {
    const tables = exportedTables(this.#deps);
    const start = from === null ? 0 : tables.findIndex(({ table }) => nameOf(table) === from.table);
    for (const table of tables.slice(Math.max(start, 0))) {
      const resumed = from !== null && nameOf(table.table) === from.table ? from : null;
      for (const holder of await this.#holders(table, resumed?.holder ?? '')) {
        const after = holder === resumed?.holder ? resumed.after : null;
        const next = yield* this.#rowsOf({ table, holder, after });
        if (next) return yield { end: { ...this.#counts, next: cursorOf(next) } };
      }
    }
    yield { end: this.#counts };
  }

  /** Returns the IDs of the table's holders, starting at `from`. */
  async #holders({ holder }: ExportedTable, from: string): Promise<string[]> {
    this.#trips += 1;
    const rows = await this.#deps.db.all<{ id: string }>(
      sql`select id from ${heldBy(holder, this.#id)} where id >= ${from} order by id`,
    );
    return rows.map(({ id }) => id);
  }

  /** Yields the rows. Returns the position if it stopped before the last row. */
  async *#rowsOf(place: Place): AsyncGenerator<object, ExportPosition | undefined> {
    const { table } = place;
    for (let { after } = place; ; ) {
      const { isLast, rows } = await this.#page({ ...place, after });
      const children = await this.#childrenOf(table, rows);
      for (const row of rows) {
        yield* this.#linesOf(table, row);
        for (const child of children.get(row.id) ?? []) yield child;
        after = table.order.map(({ name }) => z.union([z.string(), z.number()]).parse(row[name]));
        if (this.#trips >= this.#limits.trips) return { table: nameOf(table.table), holder: place.holder, after };
      }
      if (isLast) return undefined;
    }
  }

  /** Reads the next rows: as many as fit into a page, and at least one if there are any. */
  async #page({ table: exported, holder, after }: Place): Promise<{ rows: Row[]; isLast: boolean }> {
    const { column, order, table, where, with: child } = exported;
    const list = (columns: readonly (AnySQLiteColumn | SQL)[]) => sql.join([...columns], sql`, `);
    const isAfter = after
      ? sql`(${list(order)}) > (${sql.join(
          after.map((value) => sql`${value}`),
          sql`, `,
        )})`
      : undefined;
    const condition = and(sql`${column} = ${holder}`, where, isAfter);
    const read = <One>(columns: SQL, rows: number) => {
      this.#trips += 1;
      return this.#deps.db.all<One>(
        sql`select ${columns} from ${table} where ${condition} order by ${list(order)} limit ${rows}`,
      );
    };
    const bytes = sql`${bytesOf(table)} + ${child ? bytesOfChildren(table, child) : 0}`;
    const sizes = await read<{ bytes: number }>(sql`${bytes} as bytes`, this.#limits.pageRows);
    const count = this.#fitting(sizes);
    const rows = count === 0 ? [] : await read<Row>(sql`*`, count);
    return { rows, isLast: count === sizes.length && count < this.#limits.pageRows };
  }

  /** Returns the number of rows to read. */
  #fitting(sizes: readonly { bytes: number }[]): number {
    let total = 0;
    const beyond = sizes.findIndex(({ bytes }) => {
      total += bytes;
      return total > this.#limits.pageBytes;
    });
    return beyond < 0 ? sizes.length : Math.max(beyond, 1);
  }

  /** Returns the child rows by ID: each version's lock or each deployment's steps. There are few per row. */
  async #childrenOf({ with: column }: ExportedTable, page: Row[]): Promise<Map<unknown, object[]>> {
    if (column === undefined || page.length === 0) return new Map();
    this.#trips += 1;
    const ids = JSON.stringify(page.map(({ id }) => id));
    const rows = await this.#deps.db.all<Row>(
      sql`select * from ${column.table} where ${column} in (select value from json_each(${ids}))`,
    );
    const { columns, name } = getTableConfig(column.table);
    const groups = Map.groupBy(rows, (row) => row[column.name]);
    return new Map([...groups].map(([id, own]) => [id, own.map((row) => this.#line(name, shown(columns, row)))]));
  }

  async *#linesOf(exported: ExportedTable, row: Row): AsyncGenerator<object> {
    const { table, omitted = [] } = exported;
    const columns = getTableConfig(table).columns.filter((column) => !omitted.some(({ name }) => name === column.name));
    const whole = shown(columns, row);
    yield this.#line(nameOf(table), whole);
    for await (const objects of listObjects(this.#deps, { table: exported, row: whole, organizationId: this.#id })) {
      this.#trips += 1;
      for (const { key, size } of objects) {
        this.#counts.objects += 1;
        const url = await presign(this.#deps.storage, {
          method: 'GET',
          key,
          expiresInSeconds: organizationExport.urlSeconds,
        });
        yield { object: { key, size, url } };
      }
    }
  }

  #line(table: string, row: Row): object {
    this.#counts.rows += 1;
    return { table, row };
  }
}

/** SQL: a row's bytes, which the database knows without reading them. */
function bytesOf(table: ExportedTable['table']): SQL {
  const { columns } = getTableConfig(table);
  return sql.join(
    columns.map((column) => sql`coalesce(octet_length(${column}), 0)`),
    sql` + `,
  );
}

function bytesOfChildren(table: ExportedTable['table'], child: AnySQLiteColumn): SQL {
  const { table: children } = child;
  return sql`coalesce((select sum(${bytesOf(children)}) from ${children} where ${child} = ${table}.id), 0)`;
}

function nameOf(table: ExportedTable['table']): string {
  return getTableConfig(table).name;
}

/** Returns the row's exported columns. JSON stored as text becomes part of the line. */
function shown(columns: readonly { name: string; columnType: string }[], row: Row): Row {
  return Object.fromEntries(
    columns.map(({ name, columnType }) => {
      const value = row[name];
      const isJson = columnType === 'SQLiteCustomColumn' && typeof value === 'string' && /^[[{]/.test(value);
      return [name, isJson ? (JSON.parse(value) as unknown) : value];
    }),
  );
}
