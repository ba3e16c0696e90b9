// Parses pasted rows: JSON objects, one per line, or CSV with a header. Reports errors before anything is sent.
import { z } from 'zod/mini';
import { runLimits } from '../../../../contract/limits/batches.ts';
import { csvObject, csvValues, type RowFormat, recordEnds, repeatedColumn } from '../../../../contract/runs/records.ts';
import { parseJson } from '../../../../core/json/parse.ts';
import { JsonText, writeJson } from '../../../../core/json/text.ts';
import { formatBytes } from '../../../../core/quantities.ts';

export type Rows = JsonText[];

export type PastedRows = { format: RowFormat; rows: Rows } | { problem: string };

const row = z.record(z.string(), z.unknown());

/** Leaves room for the parameters in the request. */
const rowsBytesMax = runLimits.requestBytes - 1024 * 1024;

/** The first line decides the format: a JSON object starts with a brace, which no column name does. */
export function pastedRows(text: string): PastedRows {
  const body = text.replace(/^\ufeff/, '').trimEnd();
  if (body === '') return { problem: 'Paste at least one row.' };
  const pasted = /^\s*[{[]/.test(body) ? jsonRows(body) : csvRows(body);
  return 'rows' in pasted && bytesOf(pasted.rows) > rowsBytesMax
    ? { problem: `Upload a file for more than ${formatBytes(rowsBytesMax)}.` }
    : pasted;
}

/** Sends each CSV row with its column names. */
function bytesOf(rows: Rows): number {
  return new TextEncoder().encode(writeJson(rows)).length;
}

function jsonRows(text: string): PastedRows {
  const rows: Rows = [];
  for (const [at, line] of text.split('\n').entries()) {
    if (line.trim() === '') continue;
    if (!row.safeParse(parseJson(line)).success) return { problem: `Line ${at + 1} is not a JSON object.` };
    rows.push(new JsonText(line.trim()));
  }
  return { format: 'jsonl', rows };
}

function csvRows(text: string): PastedRows {
  const { openQuoteLine, records: found } = recordsOf(text);
  if (openQuoteLine !== undefined) return { problem: `The quote that opens on line ${openQuoteLine} is never closed.` };
  const [header = [], ...records] = found.map(csvValues);
  const twice = repeatedColumn(header);
  if (twice !== undefined) return { problem: `The header names the column ${twice} twice.` };
  if (records.length === 0) return { problem: 'There is a header but no row below it.' };
  const wrong = records.findIndex(({ length }) => length !== header.length);
  if (wrong >= 0)
    return { problem: `Row ${wrong + 1} has ${records[wrong]?.length} values, but the header has ${header.length}.` };
  const rows = records.map((values) => new JsonText(csvObject(header, values)));
  return { format: 'csv', rows };
}

/** Skips blank lines. */
function recordsOf(text: string): { records: string[]; openQuoteLine: number | undefined } {
  const bytes = new TextEncoder().encode(`${text}\n`);
  const decoder = new TextDecoder();
  const ends = recordEnds('csv');
  const records: string[] = [];
  for (let from = 0; from < bytes.length; ) {
    const found = ends.next(bytes, from);
    const end = found === -1 ? bytes.length : found;
    const record = decoder.decode(bytes.subarray(from, end));
    if (record.trim() !== '') records.push(record);
    from = end;
  }
  const quoteAt = ends.openQuoteBytes === undefined ? undefined : bytes.length - ends.openQuoteBytes;
  return { records, openQuoteLine: quoteAt && decoder.decode(bytes.subarray(0, quoteAt)).split('\n').length };
}
