// Tests how rows pasted into the page are read, and the messages for invalid rows.
import { describe, expect, test } from 'vitest';
import { pastedRows } from '../../../../src/console/features/runs/data/pasted-rows.ts';
import { fileFormat } from '../../../../src/contract/runs/file-format.ts';
import type { Separator } from '../../../../src/contract/runs/records.ts';
import { JsonText } from '../../../../src/core/json/text.ts';
import { exactJson } from '../../../support/exact-json.ts';

describe('pasted lines of JSON', () => {
  test('pasted JSON objects are one row per line, and blank lines are skipped', () => {
    expect(pastedRows('\ufeff{"a": 1}\r\n\n  \n{"a": {"b": [2]}}\n')).toEqual({
      format: 'jsonl',
      rows: [new JsonText('{"a": 1}'), new JsonText('{"a": {"b": [2]}}')],
    });
  });

  test('a pasted JSON object is sent unchanged', () => {
    expect(pastedRows(exactJson)).toEqual({ format: 'jsonl', rows: [new JsonText(exactJson)] });
  });

  test.each([
    ['{"a": 1}\n{"a": ', 'Line 2 is not a JSON object.'],
    ['\n{"a": 1}\n[1]', 'Line 3 is not a JSON object.'],
    ['[{"a": 1}]', 'Line 1 is not a JSON object.'],
    ['  \n', 'Paste at least one row.'],
  ])('the first invalid line of %j is named', (text, problem) => {
    expect(pastedRows(text)).toEqual({ problem });
  });
});

describe('a pasted CSV', () => {
  test("a pasted CSV has its values as texts under the header's names, with commas, quotes and line breaks in quotes", () => {
    expect(pastedRows('id,text\n1,"a, ""b""\nc"\n\n2,d')).toEqual({
      format: 'csv',
      rows: [new JsonText('{"id":"1","text":"a, \\"b\\"\\nc"}'), new JsonText('{"id":"2","text":"d"}')],
    });
  });

  test('the columns of a pasted CSV keep their order, whatever their names', () => {
    expect(pastedRows('2,1,__proto__\na,b,c')).toEqual({
      format: 'csv',
      rows: [new JsonText('{"2":"a","1":"b","__proto__":"c"}')],
    });
  });

  test.each<[string, Separator | undefined, object[]]>([
    ['a,b\r\n"x, ""y""\nz",\r\n', undefined, [{ a: 'x, "y"\nz', b: '' }]],
    ['a\n1', undefined, [{ a: '1' }]],
    ['a,b\n,\n', undefined, [{ a: '', b: '' }]],
    ['a;b\n1,5; ', undefined, [{ a: '1,5', b: ' ' }]],
    [
      'a\tb\n1\t\n\t',
      undefined,
      [
        { a: '1', b: '' },
        { a: '', b: '' },
      ],
    ],
    ['a,b|c\n1|2', '|', [{ 'a,b': '1', c: '2' }]],
    ['a\n"\ufeffx"\n\ufeffy', undefined, [{ a: '\ufeffx' }, { a: '\ufeffy' }]],
  ])('the CSV %j with the separator %j has its values exactly', (text, separator, rows) => {
    const pasted = pastedRows(text, separator);
    expect('rows' in pasted ? pasted.rows.map((row) => row.parsed()) : pasted).toEqual(rows);
  });

  test.each([
    ['a,b;c\n1,2', expect.stringContaining('has commas and semicolons outside quotes. Name the separator')],
    ['id,text\n1,a,b', 'Row 1 has 3 values, but the header has 2.'],
    ['id,id\n1,2', 'The header names the column "id" twice.'],
    ['id,text\n1,"a\nb\n"\n2,"c\n', 'The quote that opens on line 5 is never closed.'],
    ['id,text', 'There is a header but no row below it.'],
  ])('the CSV %j is refused, and the error names the mistake', (text, problem) => {
    expect(pastedRows(text)).toEqual({ problem });
  });
});

test.each([
  ['a long row', `text\n${'x'.repeat(8_000_000)}`],
  ['short rows below a long header', `${'x'.repeat(1000)}\n${'1\n'.repeat(8000)}`],
])('%s that would exceed the request limit must be sent as a file', (_what, text) => {
  expect(pastedRows(text)).toEqual({ problem: 'Upload a file for more than 7.3 MB.' });
});

test.each([
  ['rows.jsonl', { format: 'jsonl' }],
  ['rows.NDJSON', { format: 'jsonl' }],
  ['rows.csv.gz', { format: 'csv', compression: 'gzip' }],
  ['rows.json', undefined],
  ['rows', undefined],
])('the file %s is read as %j', (name, format) => {
  expect(fileFormat(name)).toEqual(format);
});
