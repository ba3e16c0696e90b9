// Tests where a CSV's rows end, by line end and wherever the arriving bytes are cut.
import { expect, test } from 'vitest';
import { chunkRows } from '../../../../src/contract/builder/rows/chunk-rows.ts';
import { runLimits } from '../../../../src/contract/limits/batches.ts';
import { recordEnds } from '../../../../src/contract/runs/records.ts';
import { type FoundChunk, RowSplitter } from '../../../../src/features/runs/split/row-splitter.ts';

const bytesOf = (text: string) => new TextEncoder().encode(text);

const ends = [
  ['LF', '\n'],
  ['CRLF', '\r\n'],
  ['CR', '\r'],
] as const;

/** Returns the values in the chunks that a splitter finds if the bytes arrive in parts of this size. */
async function valuesIn(text: string, partBytes: number, chunkBytes: number): Promise<unknown[]> {
  const chunks: FoundChunk[] = [];
  const bytes = bytesOf(text);
  const splitter = new RowSplitter(recordEnds('csv'), { at: 0, chunks: 0, rows: 0 }, (chunk) => chunks.push(chunk), {
    ...runLimits,
    chunkBytes,
  });
  for (let at = 0; at < bytes.length; at += partBytes) splitter.push(bytes.subarray(at, at + partBytes));
  splitter.end();
  const values = chunks.map(async ({ startAt, bytes: length, rows }) => {
    const found = await chunkRows(bytes.subarray(startAt, startAt + length), { format: 'csv', columns: ['n', 'text'] });
    expect(found.length).toBe(rows);
    return found.map(({ line, fault }) => fault ?? JSON.parse(new TextDecoder().decode(line)));
  });
  return (await Promise.all(values)).flat();
}

test.each(ends)('a CSV with the line ends %s has the same rows wherever it is cut', async (_, end) => {
  const rows = Array.from({ length: 12 }, (_, n) => ({ n: `${n}`, text: n % 3 === 0 ? `a${end}b` : '' }));
  const text = rows.map(({ n, text }, at) => `${n},${text && `"${text}"`}${end}${at % 4 === 0 ? end : ''}`).join('');
  for (let partBytes = 1; partBytes <= text.length; partBytes++)
    for (const chunkBytes of [1, 7, 20, 1000]) expect(await valuesIn(text, partBytes, chunkBytes)).toEqual(rows);
});

test.each(ends)(
  'a row of exactly the maximum size with the line end %s is accepted, and one byte more is refused',
  (_, end) => {
    const limits = { ...runLimits, rowBytes: 10 };
    for (const partBytes of [1, 3, 1000]) {
      const chunks: FoundChunk[] = [];
      const splitter = new RowSplitter(
        recordEnds('csv'),
        { at: 0, chunks: 0, rows: 0 },
        (chunk) => chunks.push(chunk),
        limits,
      );
      const bytes = bytesOf(['x'.repeat(10), 'x'.repeat(11), 'x'.repeat(10)].join(end));
      for (let at = 0; at < bytes.length; at += partBytes) splitter.push(bytes.subarray(at, at + partBytes));
      splitter.end();
      expect(chunks.flatMap(({ firstRow, isTooLong }) => (isTooLong ? [firstRow] : []))).toEqual([1]);
    }
  },
);
