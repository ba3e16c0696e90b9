// Tests that the Worker and the builder find the same rows in a file, whatever the read sizes and wherever the file is split.
import { describe, expect, test } from 'vitest';
import { chunkRows } from '../../../../src/contract/builder/rows/chunk-rows.ts';
import {
  csvValues,
  type RowFormat,
  recordEnds,
  type Separator,
  separators,
} from '../../../../src/contract/runs/records.ts';
import { ChunkBytes } from '../../../../src/features/runs/split/chunk-bytes.ts';
import { type FoundChunk, RowSplitter } from '../../../../src/features/runs/split/row-splitter.ts';
import { fc } from '../../../support/property.ts';

const limits = { chunkBytes: 40, chunkRows: 4, rowBytes: 20, gapBytes: 1000 };

interface RowForm {
  format: RowFormat;
  separator: Separator;
}

/** Splits the text, read in pieces of this size. Returns the chunks, and the bytes stored for each. */
function split(text: string, { format, separator }: RowForm, pieceBytes: number) {
  const bytes = Buffer.from(text);
  const chunks: FoundChunk[] = [];
  const stored = new ChunkBytes();
  stored.begin(0);
  const kept: string[] = [];
  const splitter = new RowSplitter(
    recordEnds(format, [separator]),
    { at: 0, chunks: 0, rows: 0 },
    (chunk) => chunks.push(chunk),
    limits,
  );
  const keep = () => {
    for (const { bytes: size, isTooLong, startAt } of chunks.slice(kept.length)) {
      if (isTooLong) stored.skip(startAt + size);
      kept.push(isTooLong ? '' : Buffer.from(stored.take(startAt, startAt + size)).toString());
    }
  };
  for (let at = 0; at < bytes.length; at += pieceBytes) {
    const piece = bytes.subarray(at, at + pieceBytes);
    stored.add(piece);
    splitter.push(piece);
    keep();
  }
  splitter.end();
  keep();
  return { chunks, kept };
}

const columns = { jsonl: null, csv: ['a', 'b'] };

async function rowsIn(text: string, form: RowForm): Promise<string[]> {
  const rows = await chunkRows(Buffer.from(text), { ...form, columns: columns[form.format] });
  return rows.map(({ fault, line }) => fault ?? line.toString());
}

const value = fc.string({ unit: fc.constantFrom('a', '"', ...separators, '\n', '\r\n', 'é'), maxLength: 12 });
const quotedValue = (text: string) => (/[",;|\t\n\r]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text);
const csvRow = fc.array(value, { minLength: 1, maxLength: 3 }).map((values) => values.map(quotedValue));
const jsonRow = fc.string({ unit: fc.constantFrom('a', '{', '"', ' ', 'é'), maxLength: 30 }).map((text) => [text]);

describe.each([
  ['jsonl', jsonRow],
  ['csv', csvRow],
] as const)('%s', (format, row) => {
  test(`a file's chunks together contain all its rows, whatever the read sizes: ${format}`, async () => {
    const file = fc.array(row, { maxLength: 12 });
    const property = fc.asyncProperty(
      file,
      fc.constantFrom('\n', '\r\n'),
      fc.constantFrom(...separators),
      fc.integer({ min: 1, max: 50 }),
      async (rows, end, separator, size) => {
        const form = { format, separator };
        const text = rows.map((values) => values.join(separator)).join(end);
        const { chunks, kept } = split(text, form, size);
        const bytes = Buffer.from(text);
        const whole = await rowsIn(text, form);
        const parts = chunks.map(({ startAt, bytes: length }) => bytes.subarray(startAt, startAt + length).toString());
        const rowsOf = await Promise.all(parts.map((part) => rowsIn(part, form)));
        expect(rowsOf.flat()).toEqual(whole);
        expect(chunks.map(({ rows }) => rows)).toEqual(rowsOf.map(({ length }) => length));
        expect(chunks.map(({ number }) => number)).toEqual(chunks.map((_, at) => at));
        expect(kept).toEqual(chunks.map(({ isTooLong }, at) => (isTooLong ? '' : parts[at])));
        for (const { bytes: length, isTooLong, rows } of chunks) {
          if (isTooLong) expect(rows).toBe(1);
          else expect([length <= limits.chunkBytes + limits.rowBytes, rows <= limits.chunkRows]).toEqual([true, true]);
        }
      },
    );
    await fc.assert(property);
  });
});

test.each([
  ['a,b', ['a', 'b']],
  ['a,', ['a', '']],
  ['"a,b",c', ['a,b', 'c']],
  ['"a""b",""', ['a"b', '']],
  ['"two\nlines",x\r\n', ['two\nlines', 'x']],
  ['5" pipe,x', ['5" pipe', 'x']],
  ['"a"b,c', ['ab', 'c']],
  ['"never closed, x', ['never closed, x']],
])('the record %j has the values defined by RFC 4180', (record, values) => {
  expect(csvValues(record)).toEqual(values);
});
