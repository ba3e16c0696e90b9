// Reads a whole CSV that is in memory: rows pasted in the console, and sample rows of the command.
import { JsonText } from '../../core/json/text.ts';
import { findSeparator } from './csv-header.ts';
import { csvObject, csvValues, isBlank, recordEnds, repeatedColumn, type Separator, separators } from './records.ts';

/** Returns the rows, or what is wrong with the text. Without a separator, the header decides. */
export function readCsv(text: string, given?: Separator): { rows: JsonText[] } | { problem: string } {
  const found = given === undefined ? findSeparator(firstRecord(text)) : { separator: given };
  if ('problem' in found) return found;
  const { openQuoteLine, records } = recordsIn(text, [found.separator]);
  if (openQuoteLine !== undefined) return { problem: `The quote that opens on line ${openQuoteLine} is never closed.` };
  const [header = [], ...rows] = records.map((record) => csvValues(record, found.separator));
  const twice = repeatedColumn(header);
  if (twice !== undefined) return { problem: `The header names the column ${twice} twice.` };
  if (rows.length === 0) return { problem: 'There is a header but no row below it.' };
  const wrong = rows.findIndex(({ length }) => length !== header.length);
  if (wrong >= 0)
    return { problem: `Row ${wrong + 1} has ${rows[wrong]?.length} values, but the header has ${header.length}.` };
  return { rows: rows.map((values) => new JsonText(csvObject(header, values))) };
}

function firstRecord(text: string): string {
  return recordsIn(text, separators, 1).records[0] ?? '';
}

const decoder = new TextDecoder('utf-8', { fatal: false, ignoreBOM: true });

/** Skips blank lines. */
function recordsIn(
  text: string,
  given: readonly Separator[],
  max = Number.POSITIVE_INFINITY,
): { records: string[]; openQuoteLine: number | undefined } {
  const bytes = new TextEncoder().encode(`${text}\n`);
  const ends = recordEnds('csv', given);
  const records: string[] = [];
  for (let from = 0; from < bytes.length && records.length < max; ) {
    const found = ends.next(bytes, from);
    const end = found === -1 ? bytes.length : found;
    if (!isBlank(bytes, from, end, ends)) records.push(decoder.decode(bytes.subarray(from, end)));
    from = end;
  }
  const quoteAt = ends.openQuoteBytes === undefined ? undefined : bytes.length - ends.openQuoteBytes;
  return { records, openQuoteLine: quoteAt && decoder.decode(bytes.subarray(0, quoteAt)).split('\n').length };
}
