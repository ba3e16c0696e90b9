// Strips the parts of an input that aren't rows: a byte order mark and a CSV header.
import { runLimits } from '../../../contract/limits/batches.ts';
import { findSeparator } from '../../../contract/runs/csv-header.ts';
import { csvValues, recordEnds, repeatedColumn, separators } from '../../../contract/runs/records.ts';
import { readUtf8 } from '../../../core/json/utf8.ts';
import type { CsvForm } from '../../../db/schema/runs.ts';
import { type InputForm, requireCsvHeader, requireReadable } from './readable-input.ts';
import { InputRefused, OpenQuote } from './refusals.ts';

export interface Beginning {
  csv: CsvForm | null;
  /** Position of the first row. */
  at: number;
  /** Bytes already read from that position on. */
  rest: Uint8Array;
}

const byteOrderMark = [0xef, 0xbb, 0xbf];
/** Enough to tell the encoding. */
const beginningBytes = byteOrderMark.length;

export async function readBeginning(input: AsyncIterator<Uint8Array>, form: InputForm): Promise<Beginning> {
  const { csv, format } = form;
  const ends = recordEnds(format, csv ? [csv.separator] : separators);
  let read: Uint8Array = new Uint8Array();
  let searched = 0;
  for (;;) {
    const next = await input.next();
    if (read.length >= beginningBytes || next.done) requireReadable(read, form);
    const marked = byteOrderMark.every((byte, at) => read[at] === byte) ? byteOrderMark.length : 0;
    if (format === 'jsonl' && (read.length >= beginningBytes || next.done))
      return { csv: null, at: marked, rest: joined(read.subarray(marked), next.done ? undefined : next.value) };
    // Until then, the beginning of a byte order mark would be taken for text.
    const canSearch = read.length >= beginningBytes || next.done;
    const end = canSearch ? ends.next(read, Math.max(searched, marked)) : -1;
    if (canSearch) searched = read.length;
    const isTooLong = read.length > runLimits.rowBytes;
    if (ends.openQuoteBytes !== undefined && (next.done || isTooLong))
      throw new OpenQuote(read.length - ends.openQuoteBytes);
    if (format === 'csv' && (end !== -1 || next.done)) {
      const at = end === -1 ? read.length : end;
      const found = readHeader(read.subarray(marked, at), csv);
      return { csv: found, at, rest: joined(read.subarray(at), next.done ? undefined : next.value) };
    }
    if (isTooLong) throw new InputRefused(`The header of the CSV is longer than a row may be.`);
    if (!next.done) read = joined(read, next.value);
  }
}

function joined(one: Uint8Array, other: Uint8Array | undefined): Uint8Array {
  if (!other) return one;
  const all = new Uint8Array(one.length + other.length);
  all.set(one);
  all.set(other, one.length);
  return all;
}

function readHeader(header: Uint8Array, known: CsvForm | null): CsvForm {
  const text = decoded(header);
  requireCsvHeader(text);
  const found = known ?? findSeparator(text);
  if ('problem' in found) throw new InputRefused(found.problem);
  const columns = csvValues(text, found.separator);
  if (columns.length > runLimits.columnsMax)
    throw new InputRefused(
      `The CSV has ${columns.length} columns. At most ${runLimits.columnsMax} are allowed. Exchange its rows and columns, or send JSON Lines with the values as a list: {"id": "a", "values": [1, 2]}.`,
    );
  if (columns.join('') === '') throw new InputRefused('The CSV has no header. Its first row must name the columns.');
  const twice = repeatedColumn(columns);
  if (twice !== undefined) throw new InputRefused(`The header of the CSV names the column ${twice} twice.`);
  return { separator: found.separator, columns };
}

function decoded(bytes: Uint8Array): string {
  const read = readUtf8(bytes);
  if ('text' in read) return read.text;
  throw new InputRefused(`The header of the CSV ${read.problem}. ${read.hint}`);
}
