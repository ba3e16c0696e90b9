// Tests CSV files by their separators: a run finds the separator in the header, takes the one that its creator named, or fails at once.
import { sql } from 'drizzle-orm';
import { expect, test } from 'vitest';
import type { Separator } from '../../../../../src/contract/runs/records.ts';
import { inputKey } from '../../../../../src/features/runs/keys.ts';
import { startRun } from '../../../../../src/features/runs/start-run.ts';
import { runScene } from '../../scenes/run-scene.ts';

const echo = 'def build_steps(request):\n    return {"steps": [lambda batch: batch]}\n';

async function runOf(text: string, separator?: Separator) {
  const scene = await runScene(echo);
  const run = await scene.create({ format: 'csv', compression: null, separator });
  await scene.deps.blobs.put(inputKey(run.id), text);
  await startRun(scene.deps, scene.actor, scene.namespaceId, run.id);
  await scene.drain();
  const ended = await scene.row(run.id);
  const [stored] = await scene.deps.db.all<{ columns: string }>(sql`select columns from runs where id = ${run.id}`);
  return {
    ended,
    stored: JSON.parse(stored?.columns ?? 'null'),
    rows: await scene.lines(ended, 'output'),
    errors: await scene.lines(ended, 'errors'),
  };
}

test.each<[string, string, Separator | undefined, object[]]>([
  [
    'semicolons, with a decimal comma, a byte order mark and quotes',
    '\ufeffid;price;text\n1;"1 001,50 €";"a; ""b""\nc"\n2;3,5;\n',
    undefined,
    [
      { id: '1', price: '1 001,50 €', text: 'a; "b"\nc' },
      { id: '2', price: '3,5', text: '' },
    ],
  ],
  [
    'tabs, with a row of empty values',
    'a\tb\r\n1\t\r\n\t\r\n\r\n"x\ty"\t2,5\r\n',
    undefined,
    [
      { a: '1', b: '' },
      { a: '', b: '' },
      { a: 'x\ty', b: '2,5' },
    ],
  ],
  ['bars', 'a|b\n1,2|"3|4"', undefined, [{ a: '1,2', b: '3|4' }]],
  ['commas beside quoted names', '"a;b","c|d"\n1,2', undefined, [{ 'a;b': '1', 'c|d': '2' }]],
  [
    'semicolons beside quoted names',
    'x;"Price, EUR";"two\nlines"\n1;2,5;3',
    undefined,
    [{ x: '1', 'Price, EUR': '2,5', 'two\nlines': '3' }],
  ],
  ['one column', 'text\nno separator\n"a, b; c"\n', undefined, [{ text: 'no separator' }, { text: 'a, b; c' }]],
  ['a named separator', 'name, first;age\nAda;36', ';', [{ 'name, first': 'Ada', age: '36' }]],
  ['a named separator that makes one column', 'a,b\n1,2', '|', [{ 'a,b': '1,2' }]],
])('a CSV with %s is read exactly', async (_, text, separator, rows) => {
  const run = await runOf(text, separator);
  expect([run.errors, run.ended.error, run.rows]).toEqual([[], null, rows]);
});

test('the columns of a CSV with commas are stored as the release before reads them', async () => {
  expect((await runOf('a,b\n1,2\n')).stored).toEqual(['a', 'b']);
  expect((await runOf('a;b\n1;2\n')).stored).toEqual({ separator: ';', columns: ['a', 'b'] });
});

test.each([
  ['name, first;age\nAda;36', 'commas and semicolons'],
  ['a\tb|c;d\n', 'semicolons and tabs and bars'],
])('the CSV %j fails before its first row, and the error names the option', async (text, named) => {
  const { ended } = await runOf(text);
  expect(ended).toMatchObject({
    status: 'failed',
    rows: 0,
    error: `The header of the CSV has ${named} outside quotes. Name the separator: \`--separator\` in the command, \`separator\` by API. Or quote the column names.`,
  });
});
