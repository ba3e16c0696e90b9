// Refuses inputs that hold data in another encoding or format, and says how to convert them.
import type { Run } from '../run.ts';
import { InputRefused } from './refusals.ts';

export type InputForm = Pick<Run, 'compression' | 'csv' | 'failedOf' | 'format'>;

const blanks = ' \t\r\n\ufeff';
/** Bytes that may be blank before the first row. */
const lookBytes = 1024;

/** Local file header (APPNOTE 4.3.7). */
const zipStart = [0x50, 0x4b, 0x03, 0x04];

/** `begun` is the beginning of the input, after decompression. */
export function requireReadable(begun: Uint8Array, { compression, failedOf, format }: InputForm): void {
  if (failedOf !== null) return;
  const [first, second] = begun;
  if (first === 0x1f && second === 0x8b)
    throw new InputRefused(
      compression === 'gzip'
        ? 'The input is compressed with gzip twice. Compress it once.'
        : 'The input is compressed with gzip. Name the file .gz, or set `compression` to `gzip`.',
    );
  if (zipStart.every((byte, at) => begun[at] === byte))
    throw new InputRefused('The input is a ZIP archive, such as an Excel workbook. Save the sheet as CSV in UTF-8.');
  const isMarked = (first === 0xff && second === 0xfe) || (first === 0xfe && second === 0xff);
  // Without a byte order mark, one byte of the first character is zero.
  if (isMarked || first === 0 || second === 0)
    throw new InputRefused('The input is UTF-16 or UTF-32. Save it as UTF-8.');
  if (format === 'jsonl' && firstCharacter(begun) === '[')
    throw new InputRefused(
      "The input is a JSON array. Write one JSON object per line, for example with `jq -c '.[]'`.",
    );
}

function firstCharacter(begun: Uint8Array): string | undefined {
  const text = new TextDecoder('utf-8', { fatal: false, ignoreBOM: true }).decode(begun.subarray(0, lookBytes));
  return Array.from(text).find((character) => !blanks.includes(character));
}

/** A JSON object, or an array of some. No sensible column name looks like it. */
const jsonStart = /^\s*(\{\s*("|$)|\[\s*(\{|$))/;

export function requireCsvHeader(header: string): void {
  if (jsonStart.test(header))
    throw new InputRefused('The input is JSON, not CSV. Name the file .jsonl, and write one JSON object per line.');
}

/** Includes the line breaks of Unicode (UAX #14), which end no row. */
const lineBreak = /[\n\v\f\r\u0085\u2028\u2029]/;

/** An even number of stray quotes, or line breaks of another kind, can hide all rows in the header. */
export function requireRowsOutsideHeader(columns: readonly string[] | null | undefined): void {
  if (columns?.some((name) => lineBreak.test(name)))
    throw new InputRefused(
      'The header of the CSV contains line breaks, and no row follows it. Close its quotes, and end each row with LF, CRLF or CR.',
    );
}
