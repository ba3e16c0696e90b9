// Reads the rows of a chunk: lines of JSON for the plugin's process, whatever the format of the file.
import type { RowsCall } from '../../../src/contract/builder/run-rows.ts';
import { csvValues, isBlank, recordEnds } from '../../../src/contract/runs/records.ts';

export interface ChunkRow {
  /** JSON, or what is in the file in place of it. */
  line: Buffer;
  /** Why the row can't be sent to the plugin. */
  fault?: string;
  /** Where it ends in the chunk. */
  end: number;
}

const newline = 0x0a;

export function chunkRows(chunk: Buffer, call: Pick<RowsCall, 'format' | 'columns'>): ChunkRow[] {
  const findEnd = recordEnds(call.format);
  const rows: ChunkRow[] = [];
  for (let from = 0; from < chunk.length; ) {
    const found = findEnd(chunk, from);
    const end = found === -1 ? chunk.length : found;
    if (!isBlank(chunk, from, end)) {
      const record = chunk.subarray(from, end);
      rows.push({ ...(call.format === 'csv' ? csvRow(record, call.columns ?? []) : { line: lineOf(record) }), end });
    }
    from = end;
  }
  return rows;
}

/** Without its end of line. */
function lineOf(record: Buffer): Buffer {
  return record.at(-1) === newline ? record.subarray(0, -1) : record;
}

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

function csvRow(record: Buffer, columns: readonly string[]): Omit<ChunkRow, 'end'> {
  const line = lineOf(record);
  let text: string;
  try {
    text = utf8.decode(record);
  } catch {
    return { line, fault: 'the row is not UTF-8' };
  }
  const values = csvValues(text);
  if (values.length !== columns.length)
    return { line, fault: `the row has ${values.length} values, and the header has ${columns.length}` };
  return { line: Buffer.from(JSON.stringify(Object.fromEntries(columns.map((name, at) => [name, values[at]])))) };
}
