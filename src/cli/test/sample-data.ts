// Reads sample rows for a batch pipeline from JSON (a list of objects, or one object per line) or CSV (RFC 4180).
import { readFileSync } from 'node:fs';
import { csvObject } from '../../contract/runs/records.ts';
import { cutJson } from '../../core/json/scan.ts';
import { JsonText } from '../../core/json/text.ts';
import { Failure } from '../failures/failure.ts';

/** Keeps rows as the text in the file. */
export async function readSampleRows(path: string): Promise<JsonText[]> {
  const text = readSampleFile(path);
  const rows = /\.csv$/i.test(path) ? parseCsvRows(text) : await jsonRows(path, text);
  if (rows.length > 0 && rows.every((row) => row.text.startsWith('{'))) return rows;
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

async function jsonRows(path: string, text: string): Promise<JsonText[]> {
  try {
    if (/^\s*\[/.test(text)) return (await cutJson(text, ['*'])).at('*').map((row) => row.text);
    const lines = text.split('\n').map((line) => line.trim());
    return await Promise.all(lines.filter((line) => line !== '').map(jsonRow));
  } catch (error) {
    throw new Failure('usage', `${path} is not JSON: ${error instanceof Error ? error.message : error}`);
  }
}

async function jsonRow(line: string): Promise<JsonText> {
  await cutJson(line, []);
  return new JsonText(line);
}

export function parseCsvRows(text: string): JsonText[] {
  const [header = [], ...records] = parseCsvRecords(text);
  return records.map((record) => new JsonText(csvObject(header, record)));
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
