// Column types and checks shared by the tables.
import { type SQL, sql } from 'drizzle-orm';
import { type AnySQLiteColumn, customType, integer, text } from 'drizzle-orm/sqlite-core';
import type { z } from 'zod';
import { JsonText } from '../core/json/text.ts';

/** JSON stored as text and parsed with its schema on every read. */
export function json<Output>(name: string, schema: z.ZodType<Output>) {
  return customType<{ data: Output; driverData: string }>({
    dataType: () => 'text',
    toDriver: (value) => JSON.stringify(value),
    fromDriver: (value) => schema.parse(JSON.parse(value)),
  })(name);
}

/** A user's JSON, stored as sent. */
export const jsonText = customType<{ data: JsonText; driverData: string }>({
  dataType: () => 'text',
  toDriver: ({ text }) => text,
  fromDriver: (text) => new JsonText(text),
});

/** 32-bit floats, stored as base64 of their little-endian bytes. */
export const floats = customType<{ data: Float32Array; driverData: string }>({
  dataType: () => 'text',
  toDriver: (values) => base64Of(values),
  fromDriver: (text) => floatsOf(text),
});

/** Small enough to pass as arguments, and a multiple of three, so encoded chunks can be concatenated. */
const chunkBytes = 3 * 4096;

function base64Of(values: Float32Array): string {
  const bytes = new Uint8Array(values.length * 4);
  const view = new DataView(bytes.buffer);
  values.forEach((value, i) => {
    view.setFloat32(i * 4, value, true);
  });
  let text = '';
  for (let at = 0; at < bytes.length; at += chunkBytes)
    text += btoa(String.fromCharCode(...bytes.subarray(at, at + chunkBytes)));
  return text;
}

function floatsOf(text: string): Float32Array {
  const bytes = Uint8Array.from(atob(text), (character) => character.charCodeAt(0));
  const view = new DataView(bytes.buffer);
  return Float32Array.from({ length: bytes.length / 4 }, (_, i) => view.getFloat32(i * 4, true));
}

export const time = (name: string) => integer(name, { mode: 'number' });
export const flag = (name: string) => integer(name, { mode: 'boolean' });

/** The ID of a row in another table, of that column's type. */
export function reference<Id extends string>(name: string, column: () => AnySQLiteColumn<{ data: Id }>) {
  return text(name).$type<Id>().notNull().references(column);
}

export const timestamps = { createdAt: time('created_at').notNull(), updatedAt: time('updated_at').notNull() };

/** The worker that has claimed the row, and until when. */
export const lease = { leaseToken: text('lease_token'), leaseUntil: time('lease_until') };

/** SQL: the column's JSON list is not null and contains only these values. */
export function containsOnly(column: AnySQLiteColumn, allowed: Iterable<string>): SQL {
  const values = sql.join(
    [...allowed].map((value) => sql`${value}`),
    sql`, `,
  );
  return sql`${column} is not null and not exists (select 1 from json_each(${column}) n where n.value not in (${values}))`;
}

/** SQL: the column's JSON list with these values added, each value once. Null counts as an empty list. */
export function listWith(column: AnySQLiteColumn, values: string[]): SQL {
  if (values.length === 0) return sql`${column}`;
  const all = sql`select value from json_each(${column}) union select value from json_each(${JSON.stringify(values)})`;
  return sql`(select json_group_array(value) from (${all}))`;
}

export const oneOf = (column: AnySQLiteColumn, values: readonly string[]): SQL =>
  sql`${column} in (${sql.raw(values.map((value) => `'${value}'`).join(', '))})`;
