// Rows to try a batch pipeline with: JSON (a list of objects, or an object a line) or CSV (RFC 4180).
import { readFileSync } from 'node:fs';
import { z } from 'zod';
import { type JsonObject, jsonObject } from '../../contract/json.ts';
import { Failure } from '../failure.ts';

const rowsSchema = z.array(jsonObject).min(1);

export function sampleRows(path: string): JsonObject[] {
  const text = read(path);
  const rows = rowsSchema.safeParse(/\.csv$/i.test(path) ? rowsOfCsv(text) : rowsOfJson(path, text));
  if (rows.success) return rows.data;
  throw new Failure('usage', `${path} holds no rows`, {
    hint: 'Write a JSON list of objects such as [{"data": "…"}], or a CSV with a header.',
  });
}

function read(path: string): string {
  try {
    return readFileSync(path, 'utf8').replace(/^\ufeff/, '');
  } catch (error) {
    throw new Failure('failed', `cannot read ${path}: ${error instanceof Error ? error.message : error}`);
  }
}

function rowsOfJson(path: string, text: string): unknown {
  try {
    if (/^\s*\[/.test(text)) return JSON.parse(text);
    return text
      .split('\n')
      .filter((line) => line.trim() !== '')
      .map((line): unknown => JSON.parse(line));
  } catch (error) {
    throw new Failure('usage', `${path} is not JSON: ${error instanceof Error ? error.message : error}`);
  }
}

export function rowsOfCsv(text: string): Record<string, string>[] {
  const [header = [], ...records] = recordsOf(text);
  return records.map((record) => Object.fromEntries(header.map((name, at) => [name, record[at] ?? ''])));
}

/** A field, plain or quoted, and what ends it. */
const field = /(?:"((?:[^"]|"")*)"|([^",\r\n]*))(,|\r?\n|$)/y;

function recordsOf(text: string): string[][] {
  const records: string[][] = [];
  let record: string[] = [];
  field.lastIndex = 0;
  while (field.lastIndex < text.length) {
    const match = field.exec(text);
    if (!match) throw new Failure('usage', `the CSV breaks off in line ${records.length + 1}: a quote is not closed`);
    record.push(match[1]?.replaceAll('""', '"') ?? match[2] ?? '');
    if (match[3] === ',') continue;
    records.push(record);
    record = [];
  }
  return records.filter((fields) => fields.length > 1 || fields[0] !== '');
}
