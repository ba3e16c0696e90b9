// Reads a chunk's rows as lines of JSON for the plugin's process, regardless of the file format.
import { nestsDeeper } from '../../../core/json/depth.ts';
import { runLimits } from '../../limits/batches.ts';
import { csvObject, csvValues, isBlank, recordEnds } from '../../runs/records.ts';
import type { RowsCall } from './rows-call.ts';

export interface ChunkRow {
  /** JSON, or the row's text in the file if there is a `fault`. */
  line: Uint8Array;
  /** Why the row can't be sent to the plugin. */
  fault?: string;
  /** Offset in the chunk where it ends. */
  end: number;
}

const newline = 0x0a;
const carriageReturn = 0x0d;
const encoder = new TextEncoder();

type RowForm = Pick<RowsCall, 'format' | 'separator'>;

/** Reads a chunk. `spent`, if given, gets the bytes of each row, and may wait. */
export async function chunkRows(
  chunk: Uint8Array,
  call: RowForm & Pick<RowsCall, 'columns'>,
  spent?: (bytes: number) => Promise<void>,
): Promise<ChunkRow[]> {
  const rows: ChunkRow[] = [];
  for (const { from, end } of records(chunk, call)) {
    const record = chunk.subarray(from, end);
    rows.push({ ...(call.format === 'csv' ? csvRow(record, call) : jsonRow(record)), end });
    await spent?.(record.length);
  }
  return rows;
}

/** Returns the offset where each of a chunk's rows ends. */
export function rowEnds(chunk: Uint8Array, form: RowForm): number[] {
  return Array.from(records(chunk, form), ({ end }) => end);
}

function* records(chunk: Uint8Array, { format, separator = ',' }: RowForm): Generator<{ from: number; end: number }> {
  const ends = recordEnds(format, [separator]);
  for (let from = 0; from < chunk.length; ) {
    const found = ends.next(chunk, from);
    const end = found === -1 ? chunk.length : found;
    if (!isBlank(chunk, from, end, ends)) yield { from, end };
    from = end;
  }
}

/** Rejects rows that nest too deeply, because later parsers are recursive, here and in the plugin's process. */
function jsonRow(record: Uint8Array): Omit<ChunkRow, 'end'> {
  const line = lineOf(record);
  const levelsMax = runLimits.rowLevels;
  const isTooDeep = line.length > levelsMax && nestsDeeper(line, levelsMax);
  return isTooDeep ? { line, fault: `the row nests deeper than ${levelsMax} levels` } : { line };
}

/** Returns the line without its line ending. */
function lineOf(record: Uint8Array): Uint8Array {
  const line = record.at(-1) === newline ? record.subarray(0, -1) : record;
  return line.at(-1) === carriageReturn ? line.subarray(0, -1) : line;
}

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

function csvRow(record: Uint8Array, call: Pick<RowsCall, 'columns' | 'separator'>): Omit<ChunkRow, 'end'> {
  const columns = call.columns ?? [];
  const line = lineOf(record);
  let text: string;
  try {
    text = utf8.decode(record);
  } catch {
    return { line, fault: 'the row is not UTF-8' };
  }
  const values = csvValues(text, call.separator);
  if (values.length !== columns.length)
    return { line, fault: `the row has ${values.length} values, and the header has ${columns.length}` };
  return { line: encoder.encode(csvObject(columns, values)) };
}
