// Tests CSV files by their line ends: a record ends with LF, CRLF or a lone CR, as in RFC 4180 readers such as Python's.
import { expect, test } from 'vitest';
import { inputKey } from '../../../../../src/features/runs/keys.ts';
import { startRun } from '../../../../../src/features/runs/start-run.ts';
import { joined } from '../../../../support/bytes.ts';
import { runScene } from '../../scenes/run-scene.ts';

const echo = 'def build_steps(request):\n    return {"steps": [lambda batch: batch]}\n';
const bytesOf = (text: string) => new TextEncoder().encode(text);

async function gzip(content: string | Uint8Array<ArrayBuffer>): Promise<ArrayBuffer> {
  return new Response(new Blob([content]).stream().pipeThrough(new CompressionStream('gzip'))).arrayBuffer();
}

const ends = [
  ['LF', '\n'],
  ['CRLF', '\r\n'],
  ['CR', '\r'],
] as const;

test.each(ends)('a CSV with the line ends %s has a result for each row, compressed or not', async (_, end) => {
  const scene = await runScene(echo);
  const values = ['plain', '', `two${end}lines`, 'a "quote", and a comma', 'last'];
  const records = values.map((value, n) => `${n},"${value.replaceAll('"', '""')}"`);
  const csv = ['n,text', ...records.slice(0, 2), '', ...records.slice(2)].join(end);
  for (const compression of [null, 'gzip'] as const) {
    const run = await scene.create({ format: 'csv', compression }, { maxParallel: 1 });
    await scene.deps.blobs.put(inputKey(run.id), compression ? await gzip(csv) : csv);
    await startRun(scene.deps, scene.actor, scene.namespaceId, run.id);
    await scene.drain();
    const ended = await scene.row(run.id);
    expect(ended).toMatchObject({ status: 'succeeded', rows: values.length });
    expect(await scene.lines(ended, 'output')).toEqual(values.map((text, n) => ({ n: `${n}`, text })));
  }
});

test('a CSV that mixes line ends has one row per record', async () => {
  const scene = await runScene(echo);
  const run = await scene.create({ format: 'csv', compression: null });
  await scene.deps.blobs.put(inputKey(run.id), '\ufeffn\r1\n2\r\n3\r\r\n\n\r"4\r5"\r6');
  await startRun(scene.deps, scene.actor, scene.namespaceId, run.id);
  await scene.drain();
  expect((await scene.lines(await scene.row(run.id), 'output')).map((row) => Object(row).n)).toEqual([
    '1',
    '2',
    '3',
    '4\r5',
    '6',
  ]);
});

test.each([
  ['CSV', 'csv', 'n\r1\r2\r'],
  ['JSON Lines', 'jsonl', '{"n":"1"}\n{"n":"2"}\n'],
] as const)('a byte order mark before %s is skipped even if it arrives byte by byte', async (_, format, text) => {
  const scene = await runScene(echo);
  const bytes = bytesOf(`\ufeff${text}`);
  const members = await Promise.all(Array.from(bytes, (byte) => gzip(new Uint8Array([byte]))));
  const run = await scene.create({ format, compression: 'gzip' });
  await scene.deps.blobs.put(inputKey(run.id), joined(members.map((member) => new Uint8Array(member))));
  await startRun(scene.deps, scene.actor, scene.namespaceId, run.id);
  await scene.drain();
  expect(await scene.lines(await scene.row(run.id), 'output')).toEqual([{ n: '1' }, { n: '2' }]);
});

test('the line of an unclosed quote is counted with any line ends', async () => {
  const scene = await runScene();
  for (const [, end] of ends) {
    const run = await scene.create({ format: 'csv', compression: null });
    await scene.deps.blobs.put(inputKey(run.id), ['n,text', '1,a', '', '2,"two', 'lines"', '3,"b', '4,c'].join(end));
    await startRun(scene.deps, scene.actor, scene.namespaceId, run.id);
    await scene.drain();
    expect(await scene.row(run.id)).toMatchObject({
      status: 'failed',
      error: 'The quote that opens in line 6 of the CSV is never closed. Close it, or write it twice.',
    });
  }
});
