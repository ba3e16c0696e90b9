// Reads sample rows for a batch pipeline from JSON (a list of objects, or one object per line) or CSV.
import { readCsv } from '../../contract/runs/csv-text.ts';
import type { Separator } from '../../contract/runs/records.ts';
import { cutJson } from '../../core/json/scan.ts';
import { JsonText } from '../../core/json/text.ts';
import { Failure } from '../terminal/failure.ts';
import { readTextFile } from '../terminal/text-input.ts';

/** Keeps rows as the text in the file. */
export async function readSampleRows(path: string, separator?: Separator): Promise<JsonText[]> {
  const text = readTextFile(path);
  const rows = /\.csv$/i.test(path) ? csvRows(path, text, separator) : await jsonRows(path, text);
  if (rows.length > 0 && rows.every((row) => row.text.startsWith('{'))) return rows;
  throw new Failure('usage', `${path} has no rows`, {
    hint: 'Use a JSON list of objects such as [{"data": "…"}], or a CSV file with a header.',
  });
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

function csvRows(path: string, text: string, separator: Separator | undefined): JsonText[] {
  const read = readCsv(text, separator);
  if ('rows' in read) return read.rows;
  throw new Failure('usage', `cannot read ${path}`, { hint: read.problem });
}
