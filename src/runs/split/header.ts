// Strips the parts of an input that aren't rows: a byte order mark and a CSV header.
import { runLimits } from '../../contract/limits/batches.ts';
import { csvValues, type RowFormat, recordEnds } from '../../contract/runs/records.ts';

/** The input can't be split. The message tells the run's author why. */
export class InputRefused extends Error {
  override readonly name = 'InputRefused';
}

/** Thrown if a CSV has an unclosed quote. The quote's line number is found by reading the input again. */
export class OpenQuote extends Error {
  override readonly name = 'OpenQuote';
  /** Number of input bytes before the quote. */
  readonly at: number;

  constructor(at: number) {
    super(`The quote at byte ${at} of the CSV is never closed.`);
    this.at = at;
  }
}

export function inputReplaced(): InputRefused {
  return new InputRefused('The input was replaced or removed after the run was started.');
}

export interface Beginning {
  columns: string[] | null;
  /** Position of the first row. */
  at: number;
  /** Bytes already read from that position on. */
  rest: Uint8Array;
}

const byteOrderMark = [0xef, 0xbb, 0xbf];

export async function readBeginning(input: AsyncIterator<Uint8Array>, format: RowFormat): Promise<Beginning> {
  let read: Uint8Array = new Uint8Array();
  for (;;) {
    const next = await input.next();
    const marked = byteOrderMark.every((byte, at) => read[at] === byte) ? byteOrderMark.length : 0;
    if (format === 'jsonl' && (read.length >= byteOrderMark.length || next.done))
      return { columns: null, at: marked, rest: joined(read.subarray(marked), next.done ? undefined : next.value) };
    const ends = recordEnds(format);
    const end = ends.next(read, marked);
    const isTooLong = read.length > runLimits.rowBytes;
    if (ends.openQuoteBytes !== undefined && (next.done || isTooLong))
      throw new OpenQuote(read.length - ends.openQuoteBytes);
    if (format === 'csv' && (end !== -1 || next.done)) {
      const at = end === -1 ? read.length : end;
      const columns = columnsOf(read.subarray(marked, at));
      return { columns, at, rest: joined(read.subarray(at), next.done ? undefined : next.value) };
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

function columnsOf(header: Uint8Array): string[] {
  const columns = csvValues(decoded(header));
  const twice = columns.find((name, at) => columns.indexOf(name) !== at);
  if (columns.join('') === '') throw new InputRefused('The CSV has no header. Its first row must name the columns.');
  if (twice !== undefined)
    throw new InputRefused(`The header of the CSV names the column ${JSON.stringify(twice)} twice.`);
  if (columns.length > runLimits.columnsMax)
    throw new InputRefused(`The CSV has ${columns.length} columns. At most ${runLimits.columnsMax} are allowed.`);
  return columns;
}

function decoded(bytes: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    throw new InputRefused('The header of the CSV is not UTF-8. Save the file as UTF-8.');
  }
}
