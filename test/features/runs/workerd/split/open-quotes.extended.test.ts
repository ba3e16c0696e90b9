// Tests CSV files with an unclosed quote: the run fails and names the quote's line, however the file is read.
import { expect, test } from 'vitest';
import { runLimits } from '../../../../../src/contract/limits/batches.ts';
import { inputKey } from '../../../../../src/features/runs/keys.ts';
import { splitRun } from '../../../../../src/features/runs/split/split-run.ts';
import { startRun } from '../../../../../src/features/runs/start-run.ts';
import { type RunScene, runScene } from '../../scenes/run-scene.ts';

async function gzip(content: string): Promise<ArrayBuffer> {
  return new Response(new Blob([content]).stream().pipeThrough(new CompressionStream('gzip'))).arrayBuffer();
}

async function started(scene: RunScene, content: string, compression: 'gzip' | null = null) {
  const run = await scene.create({ format: 'csv', compression });
  await scene.deps.blobs.put(inputKey(run.id), compression ? await gzip(content) : content);
  return startRun(scene.deps, scene.actor, scene.namespaceId, run.id);
}

const openIn = (line: number) => ({
  status: 'failed',
  error: `The quote that opens in line ${line} of the CSV is never closed. Close it, or write it twice.`,
});

test.each([
  ['the last row', 'n,text\n1,"a"\n2,"b\n3,c\n', 3],
  ['a row behind a value of several lines', 'n,text\n1,"two\nlines"\n2,"b\n3,c', 4],
  ['the second value of a row, behind one of several lines', 'n,text\n"a\n""b""\n","c\n3,c\n', 4],
  ['a file with blank lines', 'n,text\n\n\n\n1,"a\n', 5],
  ['a row that is longer than a row may be', `n,text\n1,a\n2,"${'b'.repeat(runLimits.rowBytes + 1)}\n3,c\n`, 3],
  ['the header', '\ufeffn,"text\n1,a\n2,b\n', 1],
  ['a header that is longer than a row may be', `n,"text\n${'b'.repeat(2 * runLimits.rowBytes)}`, 1],
])('an unclosed quote in %s fails the run, and the error names its line', async (_, csv, line) => {
  const scene = await runScene();
  for (const compression of [null, 'gzip'] as const) {
    const run = await started(scene, csv, compression);
    await splitRun(scene.deps, run.id);
    expect(await scene.row(run.id)).toMatchObject(openIn(line));
  }
});

test('an unclosed quote found in a later pass is reported with its line in the whole file', async () => {
  const scene = await runScene();
  const rows = 2 * runLimits.chunkRows;
  const run = await started(scene, `n\n${'1\n'.repeat(rows)}"2\n`);
  const sendBatch = () => Promise.reject(new Error('The queue is lost'));
  const queues = { ...scene.deps.queues, runs: { ...scene.deps.queues.runs, sendBatch } };
  await expect(splitRun({ ...scene.deps, queues }, run.id)).rejects.toThrow('The queue is lost');
  expect((await scene.row(run.id)).splitAt).toBeGreaterThan(0);
  await splitRun(scene.deps, run.id);
  expect(await scene.row(run.id)).toMatchObject(openIn(rows + 2));
});
