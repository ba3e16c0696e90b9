// Derives the row format from a file name.
import type { RowFormat } from './records.ts';

const formats: Readonly<Record<string, RowFormat>> = { jsonl: 'jsonl', ndjson: 'jsonl', csv: 'csv' };

export interface FileFormat {
  format: RowFormat;
  compression?: 'gzip';
}

/** Returns the format of `rows.jsonl`, `rows.ndjson` and `rows.csv`, optionally with `.gz`; undefined for other names. */
export function fileFormat(name: string): FileFormat | undefined {
  const [, ending = '', gz] = /\.(jsonl|ndjson|csv)(\.gz)?$/i.exec(name) ?? [];
  const format = formats[ending.toLowerCase()];
  return format && { format, ...(gz === undefined ? {} : { compression: 'gzip' }) };
}
