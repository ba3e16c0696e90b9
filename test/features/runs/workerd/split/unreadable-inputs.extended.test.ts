// Tests inputs that hold data but no row in the run's format: the run fails with the reason and how to convert the file.
import { describe, expect, test } from 'vitest';
import { runLimits } from '../../../../../src/contract/limits/batches.ts';
import { inputKey } from '../../../../../src/features/runs/keys.ts';
import type { Run } from '../../../../../src/features/runs/run.ts';
import { startRun } from '../../../../../src/features/runs/start-run.ts';
import { type RunScene, runScene } from '../../scenes/run-scene.ts';

type Format = 'csv' | 'jsonl';

const bytesOf = (text: string) => new Uint8Array(new TextEncoder().encode(text));

async function gzip(content: Uint8Array<ArrayBuffer>): Promise<Uint8Array<ArrayBuffer>> {
  const stream = new Blob([content]).stream().pipeThrough(new CompressionStream('gzip'));
  return new Uint8Array(await new Response(stream).arrayBuffer());
}

async function ended(scene: RunScene, content: Uint8Array<ArrayBuffer>, format: Format, isGzip: boolean): Promise<Run> {
  const run = await scene.create({ format, compression: isGzip ? 'gzip' : null });
  await scene.deps.blobs.put(inputKey(run.id), isGzip ? await gzip(content) : content);
  await startRun(scene.deps, scene.actor, scene.namespaceId, run.id);
  await scene.drain();
  return scene.row(run.id);
}

function utf16(text: string, isLittle: boolean): Uint8Array<ArrayBuffer> {
  const view = new DataView(new ArrayBuffer(2 * text.length));
  for (let at = 0; at < text.length; at++) view.setUint16(2 * at, text.charCodeAt(at), isLittle);
  return new Uint8Array(view.buffer);
}

const csv = 'n,text\n1,a\n2,b\n';
const jsonl = '{"n": 1}\n{"n": 2}\n';
const wide = 'The input is UTF-16 or UTF-32. Save it as UTF-8.';
const workbook = 'The input is a ZIP archive, such as an Excel workbook. Save the sheet as CSV in UTF-8.';
const array = "The input is a JSON array. Write one JSON object per line, for example with `jq -c '.[]'`.";
const json = 'The input is JSON, not CSV. Name the file .jsonl, and write one JSON object per line.';
const swallowed =
  'The header of the CSV contains line breaks, and no row follows it. Close its quotes, and end each row with LF, CRLF or CR.';
const zipped = 'The input is compressed with gzip. Name the file .gz, or set `compression` to `gzip`.';

const zippedTwice = 'The input is compressed with gzip twice. Compress it once.';

const long = 'x'.repeat(500_000);
const names = (count: number, prefix = '') => Array.from({ length: count }, (_, at) => `${prefix}${at}`).join();
const tooMany = (count: number) =>
  `The CSV has ${count} columns. At most 1000 are allowed. Exchange its rows and columns, or send JSON Lines with the values as a list: {"id": "a", "values": [1, 2]}.`;

const refused: [string, Format, Uint8Array<ArrayBuffer>, string][] = [
  ['UTF-16 as Windows writes it', 'csv', utf16(`\ufeff${csv}`, true), wide],
  ['big-endian UTF-16', 'csv', utf16(`\ufeff${csv}`, false), wide],
  ['UTF-16 without a byte order mark', 'csv', utf16(csv, true), wide],
  ['big-endian UTF-16 without a byte order mark', 'csv', utf16(csv, false), wide],
  ['UTF-16', 'jsonl', utf16(`\ufeff${jsonl}`, true), wide],
  ['UTF-16 without a byte order mark', 'jsonl', utf16(jsonl, true), wide],
  ['a workbook', 'csv', bytesOf('PK\u0003\u0004\u0014\0xl/workbook.xml'), workbook],
  ['an array on one line', 'jsonl', bytesOf('[{"n": 1}, {"n": 2}]'), array],
  ['an array of several lines', 'jsonl', bytesOf('\ufeff\n[\n  {"n": 1},\n  {"n": 2}\n]\n'), array],
  ['one line of JSON', 'csv', bytesOf('{"n": 1, "text": "a"}\n'), json],
  ['an array on one line', 'csv', bytesOf('[{"n": 1}, {"n": 2}]'), json],
  ['an array of several lines', 'csv', bytesOf('[\n  {"n": 1}\n]\n'), json],
  ['a stray quote in its header', 'csv', bytesOf('n,"text\n1,a\n2,"b\n'), swallowed],
  ['the line ends of Unicode', 'csv', bytesOf('n,text\u20281,a\u20282,b'), swallowed],
  [
    'one giant line',
    'csv',
    bytesOf('n,'.repeat(runLimits.rowBytes)),
    'The header of the CSV is longer than a row may be.',
  ],
  ['100,000 columns', 'csv', bytesOf(`${names(100_000)}\n`), tooMany(100_000)],
  ['20,000 columns of long names', 'csv', bytesOf(`${names(20_000, 'gene_'.repeat(9))}\n`), tooMany(20_000)],
  ['100,000 columns, the last one twice', 'csv', bytesOf(`${names(100_000)},99999\n`), tooMany(100_001)],
  [
    'a column of a long name twice',
    'csv',
    bytesOf(`${long},n,${long}\n`),
    `The header of the CSV names the column "${'x'.repeat(100)}…" twice.`,
  ],
  ['nothing', 'csv', bytesOf(''), 'The CSV has no header. Its first row must name the columns.'],
  ['only a byte order mark', 'csv', bytesOf('\ufeff'), 'The CSV has no header. Its first row must name the columns.'],
  ['only blank lines', 'csv', bytesOf('\r\n\r\n'), 'The CSV has no header. Its first row must name the columns.'],
];

describe('a run', () => {
  test.each(refused)(
    'a run whose input has %s in a %s file fails with the reason',
    async (_, format, content, error) => {
      const scene = await runScene();
      for (const isGzip of [false, true])
        expect(await ended(scene, content, format, isGzip)).toMatchObject({ status: 'failed', rows: 0, error });
    },
  );

  test.each(['csv', 'jsonl'] as const)(
    'a run whose %s input is compressed, unlike it says, fails with the reason',
    async (format) => {
      const scene = await runScene();
      const content = await gzip(bytesOf(format === 'csv' ? csv : jsonl));
      expect(await ended(scene, content, format, false)).toMatchObject({ status: 'failed', error: zipped });
      expect(await ended(scene, content, format, true)).toMatchObject({ status: 'failed', error: zippedTwice });
    },
  );

  test.each([
    ['a CSV with only a header', 'csv', 'n,text\n'],
    ['a CSV with a header and blank lines', 'csv', 'n,text\n\r\n \n'],
    ['an empty JSON Lines file', 'jsonl', ''],
    ['a JSON Lines file with only a byte order mark', 'jsonl', '\ufeff'],
    ['a JSON Lines file with only blank lines', 'jsonl', '\n \r\n\n'],
  ] as const)('a run of %s has no rows and succeeds', async (_, format, text) => {
    const scene = await runScene();
    for (const isGzip of [false, true])
      expect(await ended(scene, bytesOf(text), format, isGzip)).toMatchObject({ status: 'succeeded', rows: 0 });
  });
});

test('a JSON Lines file with lone CRs as line ends has an error for its only line', async () => {
  const scene = await runScene();
  const run = await ended(scene, bytesOf('{"n": 1}\r{"n": 2}\r'), 'jsonl', false);
  expect(run).toMatchObject({ status: 'failed', rows: 1, failed: 1 });
});

test('failed rows are rerun even if the first one is a JSON array', async () => {
  const scene = await runScene();
  const run = await ended(scene, bytesOf('{"n": 1}\n[1]\n'), 'jsonl', false);
  expect(run).toMatchObject({ status: 'partial', done: 1, failed: 1 });
  const again = await scene.create({ failedOf: run.id });
  await scene.drain();
  expect(await scene.row(again.id)).toMatchObject({ status: 'failed', rows: 1, error: 'Every row failed.' });
});
