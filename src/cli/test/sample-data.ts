// Reads sample rows for a batch pipeline from JSON (a list of objects, or one object per line) or CSV (RFC 4180).
import { readFileSync } from 'node:fs';
import { z } from 'zod';
import { type JsonObject, jsonObject } from '../../contract/json.ts';
import { Failure } from '../failures/failure.ts';

const rowsSchema = z.array(jsonObject).min(1);

export function readSampleRows(path: string): JsonObject[] {
  const text = readSampleFile(path);
  const rows = rowsSchema.safeParse(/\.csv$/i.test(path) ? parseCsvRows(text) : parseJsonRows(path, text));
  if (rows.success) return rows.data;
  throw new Failure('usage', `${path} has no rows`, {
    hint: 'Use a JSON list of objects such as [{"data": "…"}], or a CSV file with a header.',
  });
}

function readSampleFile(path: string): string {
  try {
    return readFileSync(path, 'utf8').replace(/^\ufeff/, '');
  } catch (error) {
    throw new Failure('failed', `cannot read ${path}: ${error instanceof Error ? error.message : error}`);
  }
}

function parseJsonRows(path: string, text: string): unknown {
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

export function parseCsvRows(text: string): Record<string, string>[] {
  const [header = [], ...records] = parseCsvRecords(text);
  return records.map((record) => Object.fromEntries(header.map((name, at) => [name, record[at] ?? ''])));
}

/** Matches a plain or quoted field and its terminator. */
const field = /(?:"((?:[^"]|"")*)"|([^",\r\n]*))(,|\r?\n|$)/y;

function parseCsvRecords(text: string): string[][] {
  const records: string[][] = [];
  let record: string[] = [];
  field.lastIndex = 0;
  while (field.lastIndex < text.length) {
    const match = field.exec(text);
    if (!match) throw new Failure('usage', `record ${records.length + 1} of the CSV file has an unclosed quote`);
    record.push(match[1]?.replaceAll('""', '"') ?? match[2] ?? '');
    if (match[3] === ',') continue;
    records.push(record);
    record = [];
  }
  return records.filter((fields) => fields.length > 1 || fields[0] !== '');
}
