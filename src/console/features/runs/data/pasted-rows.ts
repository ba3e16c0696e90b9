// Parses pasted rows: JSON objects, one per line, or CSV with a header. Reports errors before anything is sent.
import { z } from 'zod/mini';
import { runLimits } from '../../../../contract/limits/batches.ts';
import { readCsv } from '../../../../contract/runs/csv-text.ts';
import type { RowFormat, Separator } from '../../../../contract/runs/records.ts';
import { parseJson } from '../../../../core/json/parse.ts';
import { JsonText, writeJson } from '../../../../core/json/text.ts';
import { formatBytes } from '../../../../core/quantities.ts';

export type Rows = JsonText[];

export type PastedRows = { format: RowFormat; rows: Rows } | { problem: string };

const row = z.record(z.string(), z.unknown());

/** Leaves room for the parameters in the request. */
const rowsBytesMax = runLimits.requestBytes - 1024 * 1024;

/** The first line decides the format: a JSON object starts with a brace, which no column name does. */
export function pastedRows(text: string, separator?: Separator): PastedRows {
  const body = text.replace(/^\ufeff/, '');
  if (body.trim() === '') return { problem: 'Paste at least one row.' };
  const pasted = /^\s*[{[]/.test(body) ? jsonRows(body) : csvRows(body, separator);
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

function csvRows(text: string, separator: Separator | undefined): PastedRows {
  const read = readCsv(text, separator);
  return 'rows' in read ? { format: 'csv', rows: read.rows } : read;
}
